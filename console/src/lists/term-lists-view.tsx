import { Button } from '@mantine/core';
import { IconFileText, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import table from '../kit/data-table.module.css';
import { EmptyState } from '../kit/empty-state.tsx';
import { ago, count } from '../kit/format.ts';
import { QueryTable } from '../kit/query-table.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMay } from '../session/use-session.ts';
import { termListsQuery } from './list-queries.ts';
import classes from './lists.module.css';
import { NewListDialog } from './new-list-dialog.tsx';

export const TermListsView = () => {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const mayWrite = useMay('writeLists');
  const lists = useQuery(termListsQuery);
  const [creating, setCreating] = useState(false);
  return (
    <div className={classes.stack}>
      {mayWrite ? (
        <div className={classes.actions}>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            {t('lists.newTerms')}
          </Button>
        </div>
      ) : null}
      <QueryTable
        query={lists}
        label={t('lists.tabs.terms')}
        empty={<EmptyState icon={IconFileText} title={t('lists.noneTitle')} text={t('lists.noneTerms')} />}
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
      <NewListDialog of="terms" opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
};
