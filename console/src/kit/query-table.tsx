import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import table from './data-table.module.css';
import { Panel } from './panel.tsx';
import { ProblemNotice } from './problem-notice.tsx';

interface QueryTableProps<Row> {
  readonly query: {
    readonly data: readonly Row[] | undefined;
    readonly error: Error | null;
    readonly isPending: boolean;
    refetch(): Promise<unknown>;
  };
  /** Name of the table, for screen readers. */
  readonly label: string;
  /** The cells of the head. */
  readonly head: ReactNode;
  /** One `<tr>` with a key. */
  readonly row: (row: Row) => ReactNode;
  /** In place of a table without rows. */
  readonly empty?: ReactNode;
}

/** The rows that a query gives, as a table; while it runs, where it fails and where there are none, what there is to say. */
export const QueryTable = <Row,>({ query, label, head, row, empty }: QueryTableProps<Row>) => (
  <>
    {query.error === null ? null : <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />}
    {query.isPending ? <Skeleton height={200} radius="lg" /> : null}
    {query.data?.length === 0 && empty !== undefined ? <Panel>{empty}</Panel> : null}
    {query.data === undefined || (query.data.length === 0 && empty !== undefined) ? null : (
      <Panel flush>
        <div className={table.scroll}>
          <table className={table.table} aria-label={label}>
            <thead>
              <tr>{head}</tr>
            </thead>
            <tbody>{query.data.map(row)}</tbody>
          </table>
        </div>
      </Panel>
    )}
  </>
);
