import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LoadingPage } from '../kit/loading-page.tsx';
import { DomainListEditor } from './domain-list-editor.tsx';
import { domainListRequests } from './list-queries.ts';

export const DomainListPage = () => {
  const { t } = useTranslation();
  const { listId } = useParams({ from: '/shell/lists/domains/$listId' });
  const list = useQuery(domainListRequests.query(listId));
  if (list.data !== undefined) return <DomainListEditor key={listId} detail={list.data} />;
  return <LoadingPage title={t('lists.tabs.domains')} query={list} />;
};
