import { Button } from '@mantine/core';
import { type Icon, IconPlus } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/empty-state.tsx';
import { QueryTable } from '../kit/query-table.tsx';
import { useMay } from '../session/use-session.ts';
import classes from './lists.module.css';
import { NewListDialog } from './new-list-dialog.tsx';

interface ListsOverviewProps<Row> {
  readonly of: 'terms' | 'domains';
  readonly icon: Icon;
  readonly query: UseQueryResult<readonly Row[]>;
  readonly head: ReactNode;
  readonly row: (row: Row) => ReactNode;
}

const texts = {
  terms: { create: 'lists.newTerms', none: 'lists.noneTerms' },
  domains: { create: 'lists.newDomains', none: 'lists.noneDomains' },
} as const;

/** All lists of a kind, and the way to a new one. */
export const ListsOverview = <Row,>({ of, icon, query, head, row }: ListsOverviewProps<Row>) => {
  const { t } = useTranslation();
  const mayWrite = useMay('writeLists');
  const [creating, setCreating] = useState(false);
  return (
    <div className={classes.stack}>
      {mayWrite ? (
        <div className={classes.actions}>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
            {t(texts[of].create)}
          </Button>
        </div>
      ) : null}
      <QueryTable
        query={query}
        label={t(`lists.tabs.${of}`)}
        empty={<EmptyState icon={icon} title={t('lists.noneTitle')} text={t(texts[of].none)} />}
        head={head}
        row={row}
      />
      <NewListDialog of={of} opened={creating} onClose={() => setCreating(false)} />
    </div>
  );
};
