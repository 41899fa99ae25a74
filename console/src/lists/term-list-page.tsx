import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../kit/page.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { termListQuery } from './list-queries.ts';
import { TermListEditor } from './term-list-editor.tsx';

export const TermListPage = () => {
  const { t } = useTranslation();
  const { listId } = useParams({ from: '/shell/lists/terms/$listId' });
  const list = useQuery(termListQuery(listId));
  if (list.data !== undefined) return <TermListEditor key={listId} detail={list.data} />;
  return (
    <Page title={t('lists.tabs.terms')}>
      {list.error === null ? (
        <Skeleton height={400} radius="lg" />
      ) : (
        <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      )}
    </Page>
  );
};
