import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LoadingPage } from '../kit/loading-page.tsx';
import { termListRequests } from './list-queries.ts';
import { TermListEditor } from './term-list-editor.tsx';

export const TermListPage = () => {
  const { t } = useTranslation();
  const { listId } = useParams({ from: '/shell/lists/terms/$listId' });
  const list = useQuery(termListRequests.query(listId));
  if (list.data !== undefined) return <TermListEditor key={listId} detail={list.data} />;
  return <LoadingPage title={t('lists.tabs.terms')} query={list} />;
};
