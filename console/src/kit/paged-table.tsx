import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { LoadMore } from './load-more.tsx';
import { QueryTable } from './query-table.tsx';

interface PagedTableProps<Row> {
  readonly query: UseInfiniteQueryResult<InfiniteData<{ readonly entries: readonly Row[] }>>;
  readonly label: string;
  readonly head: ReactNode;
  readonly row: (row: Row) => ReactNode;
  readonly empty?: ReactNode;
}

/** A table that grows page by page. */
export const PagedTable = <Row,>({ query, ...table }: PagedTableProps<Row>) => (
  <>
    <QueryTable query={{ ...query, data: query.data?.pages.flatMap((page) => page.entries) }} {...table} />
    <LoadMore query={query} />
  </>
);
