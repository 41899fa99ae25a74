import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../kit/page.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { DomainListEditor } from './domain-list-editor.tsx';
import { domainListQuery } from './list-queries.ts';

export const DomainListPage = () => {
  const { t } = useTranslation();
  const { listId } = useParams({ from: '/shell/lists/domains/$listId' });
  const list = useQuery(domainListQuery(listId));
  if (list.data !== undefined) return <DomainListEditor key={listId} detail={list.data} />;
  return (
    <Page title={t('lists.tabs.domains')}>
      {list.error === null ? (
        <Skeleton height={400} radius="lg" />
      ) : (
        <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      )}
    </Page>
  );
};
