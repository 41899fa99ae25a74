import { Skeleton } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyInstallation } from '../demo/empty-installation.tsx';
import { EmptyState } from '../kit/empty-state.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { Page } from '../kit/page.tsx';
import { Panel } from '../kit/panel.tsx';
import { ProblemNotice } from '../kit/problem-notice.tsx';
import { ItemFilters } from './item-filters.tsx';
import { itemsQuery } from './item-queries.ts';
import { ItemTable } from './item-table.tsx';

export const ItemsPage = () => {
  const { t } = useTranslation();
  const filter = useSearch({ from: '/shell/items' });
  const items = useInfiniteQuery(itemsQuery(filter));
  const rows = items.data?.pages.flatMap((page) => page.entries) ?? [];
  const unfiltered = Object.values(filter).every((value) => value === undefined);
  if (items.isSuccess && rows.length === 0 && unfiltered) {
    return (
      <Page title={t('nav.items')}>
        <Panel>
          <EmptyInstallation />
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={t('nav.items')} text={t('items.text')}>
      <ItemFilters filter={filter} />
      {items.error === null ? null : <ProblemNotice error={items.error} onRetry={() => void items.refetch()} />}
      {items.isPending ? (
        <Panel>
          <div role="status" aria-label={t('states.loading')}>
            {[0, 1, 2, 3, 4, 5].map((row) => (
              <Skeleton key={row} height={34} mb="sm" />
            ))}
          </div>
        </Panel>
      ) : null}
      {items.isSuccess && rows.length === 0 ? (
        <Panel>
          <EmptyState icon={IconListSearch} title={t('items.noneTitle')} text={t('items.noneText')} />
        </Panel>
      ) : null}
      {rows.length === 0 ? null : (
        <Panel flush>
          <ItemTable items={rows} />
        </Panel>
      )}
      <LoadMore query={items} />
    </Page>
  );
};
