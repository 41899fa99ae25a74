import { IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { ago, count } from '../kit/format.ts';
import { useNow } from '../kit/use-now.ts';
import { termListsQuery } from './list-queries.ts';
import { ListsOverview } from './lists-overview.tsx';

export const TermListsView = () => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const lists = useQuery(termListsQuery);
  return (
    <ListsOverview
      of="terms"
      icon={IconFileText}
      query={lists}
      head={
        <>
          <th scope="col">{t('lists.name')}</th>
          <th scope="col">{t('lists.kind')}</th>
          <th scope="col">{t('lists.locale')}</th>
          <th scope="col" className={table.number}>
            {t('lists.terms')}
          </th>
          <th scope="col" className={table.number}>
            {t('lists.patterns')}
          </th>
          <th scope="col">{t('lists.origin')}</th>
          <th scope="col">{t('lists.enabled')}</th>
          <th scope="col">{t('lists.updated')}</th>
        </>
      }
      row={(list) => (
        <tr key={list.id}>
          <td>
            <Link to="/lists/terms/$listId" params={{ listId: list.id }}>
              {list.name}
            </Link>
          </td>
          <td>{t(`listKinds.${list.kind}`)}</td>
          <td>{list.locale ?? t('lists.anyLocale')}</td>
          <td className={table.number}>{count(list.terms)}</td>
          <td className={table.number}>{count(list.patterns)}</td>
          <td>{t(`origins.${list.origin}`)}</td>
          <td>{list.enabled ? t('yes') : t('no')}</td>
          <td className={table.nowrap}>{ago(list.updatedAt, now)}</td>
        </tr>
      )}
    />
  );
};
