import { IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { ago, count, humanise } from '../kit/format.ts';
import { useNow } from '../kit/use-now.ts';
import { domainListsQuery } from './list-queries.ts';
import { ListsOverview } from './lists-overview.tsx';

export const DomainListsView = () => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const lists = useQuery(domainListsQuery);
  return (
    <ListsOverview
      of="domains"
      icon={IconWorld}
      query={lists}
      head={
        <>
          <th scope="col">{t('lists.name')}</th>
          <th scope="col">{t('lists.kind')}</th>
          <th scope="col">{t('lists.category')}</th>
          <th scope="col" className={table.number}>
            {t('lists.domains')}
          </th>
          <th scope="col">{t('lists.enabled')}</th>
          <th scope="col">{t('lists.updated')}</th>
        </>
      }
      row={({ list, updatedAt }) => (
        <tr key={list.id}>
          <td>
            <Link to="/lists/domains/$listId" params={{ listId: list.id }}>
              {list.name}
            </Link>
          </td>
          <td>{t(`listKinds.${list.kind}`)}</td>
          <td>{list.kind === 'block' ? humanise(list.category) : '–'}</td>
          <td className={table.number}>{count(list.domains.length)}</td>
          <td>{list.enabled ? t('yes') : t('no')}</td>
          <td className={table.nowrap}>{ago(updatedAt, now)}</td>
        </tr>
      )}
    />
  );
};
