import { Button } from '@mantine/core';
import { IconPlus, IconWorld } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, count, humanise } from '../kit/format.ts';
import { QueryTable } from '../kit/query-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import { domainListsQuery } from './list-queries.ts';
import classes from './lists.module.css';
import { NewListDialog } from './new-list-dialog.tsx';

export const DomainListsView = () => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const mayWrite = useMay('writeLists');
  const lists = useQuery(domainListsQuery);
  const [creating, setCreating] = useState(false);
  return (
    <div className={classes.stack}>
      {mayWrite ? (
        <div className={classes.actions}>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            {t('lists.newDomains')}
          </Button>
        </div>
      ) : null}
      <QueryTable
        query={lists}
        label={t('lists.tabs.domains')}
        empty={<EmptyState icon={IconWorld} title={t('lists.noneTitle')} text={t('lists.noneDomains')} />}
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
      <NewListDialog of="domains" opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
};
