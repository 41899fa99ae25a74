import type { z } from 'zod';
import type { Role } from '#contracts/access.ts';
import { legalQueue, type reviewQueueQuerySchema, type reviewSummarySchema } from '#contracts/review.ts';
import { Conditions } from '#platform/database/conditions.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { ListOrder, QueueCursor } from './queue-cursor.ts';
import type { Reviewer } from './review.ts';
import { type TaskRow, taskColumns } from './task-row.ts';

export type QueueQuery = z.infer<typeof reviewQueueQuerySchema>;
export type QueueFilter = {
  readonly [Key in 'queue' | 'bucket' | 'category' | 'surface']?: QueueQuery[Key] | undefined;
};
export type ReviewSummary = z.infer<typeof reviewSummarySchema>;

const sorting: Readonly<Record<ListOrder, { readonly column: string; readonly type: string }>> = {
  risk: { column: 'order_key', type: 'float8' },
  uncertainty: { column: 'uncertainty', type: 'float8' },
  decided: { column: 'decided_at', type: 'timestamptz' },
  created: { column: 'created_at', type: 'timestamptz' },
};

/** Riskiest first; only the low-confidence bucket is sorted by uncertainty, and what is over by time, newest first. */
export const orderOf = ({
  status,
  bucket,
}: {
  readonly status?: QueueQuery['status'];
  readonly bucket?: string | undefined;
}): ListOrder => {
  if (status === 'decided') return 'decided';
  if (status === 'all') return 'created';
  return bucket === 'low_confidence' ? 'uncertainty' : 'risk';
};

/** The value that a cursor keeps of a row. */
export const sortingValueOf = (row: TaskRow, order: ListOrder): string => {
  switch (order) {
    case 'risk':
      return String(row.orderKey);
    case 'uncertainty':
      return String(row.uncertainty);
    case 'decided':
      return (row.decidedAt ?? row.createdAt).toISOString();
    case 'created':
      return row.createdAt.toISOString();
  }
};

const addFilter = (where: Conditions, { queue, bucket, category, surface }: QueueFilter, role: Role): void => {
  where.add(`task.queue ${role === 'legal' ? '=' : '<>'} ${where.parameter(legalQueue)}`);
  if (queue !== undefined) where.add(`task.queue = ${where.parameter(queue)}`);
  if (bucket !== undefined) where.add(`task.bucket = ${where.parameter(bucket)}`);
  if (surface !== undefined) where.add(`task.surface = ${where.parameter(surface)}`);
  if (category !== undefined) where.add(`${where.parameter(category)} = ANY (task.categories)`);
};

const addStatus = (where: Conditions, query: QueueQuery, accountId: string, now: Date): void => {
  const mine = query.mine === true ? where.parameter(accountId) : null;
  switch (query.status) {
    case 'open':
      where.add(`task.status = 'open'`);
      // "Open and mine" is what this person has begun and not ended, whether or not the claim has run out.
      if (mine !== null) where.add(`task.claimed_by = ${mine}`);
      else where.add(`(task.claim_expires_at IS NULL OR task.claim_expires_at <= ${where.parameter(now)})`);
      return;
    case 'claimed':
      where.add(`task.status = 'open' AND task.claim_expires_at > ${where.parameter(now)}`);
      if (mine !== null) where.add(`task.claimed_by = ${mine}`);
      return;
    case 'decided':
      where.add(`task.status = 'decided'`);
      if (mine !== null) where.add(`task.decided_by = ${mine}`);
      return;
    case 'all':
      if (mine !== null) where.add(`(task.claimed_by = ${mine} OR task.decided_by = ${mine})`);
  }
};

/** One row more than a page, so that the caller sees whether there is another. */
export const listTasks = async (
  database: Queryable,
  query: QueueQuery,
  at: {
    readonly accountId: string;
    readonly role: Role;
    readonly now: Date;
    readonly order: ListOrder;
    readonly after: QueueCursor | null;
  },
): Promise<TaskRow[]> => {
  const where = new Conditions();
  addFilter(where, query, at.role);
  addStatus(where, query, at.accountId, at.now);
  const { column, type } = sorting[at.order];
  if (at.after !== null) {
    const value = where.parameter(at.after.value);
    where.add(`(task.${column}, task.id) < (${value}::${type}, ${where.parameter(at.after.id)}::uuid)`);
  }
  return await database.query<TaskRow>(
    `SELECT ${taskColumns} FROM review_tasks AS task WHERE ${where}
     ORDER BY task.${column} DESC, task.id DESC LIMIT ${where.parameter(query.limit + 1)}`,
    where.values,
  );
};

/**
 * The first free task in the queue's order that the account has not skipped, locked. Tasks that somebody else is taking in this
 * very moment are passed over instead of waited for.
 */
export const lockNextTask = async (
  tx: Transaction,
  filter: QueueFilter,
  { accountId, role }: Pick<Reviewer, 'accountId' | 'role'>,
  now: Date,
): Promise<TaskRow | undefined> => {
  const where = new Conditions();
  addFilter(where, filter, role);
  const { column } = sorting[orderOf(filter)];
  const rows = await tx.query<TaskRow>(
    `SELECT ${taskColumns} FROM review_tasks AS task
     WHERE ${where} AND task.status = 'open'
       AND (task.claim_expires_at IS NULL OR task.claim_expires_at <= ${where.parameter(now)})
       AND NOT EXISTS (
         SELECT 1 FROM review_skips AS skip WHERE skip.task_id = task.id AND skip.account_id = ${where.parameter(accountId)})
     ORDER BY task.${column} DESC, task.id DESC LIMIT 1 FOR UPDATE OF task SKIP LOCKED`,
    where.values,
  );
  return rows[0];
};

interface SummaryRow {
  open: number;
  claimed: number;
  decidedToday: number;
  oldestOpenAt: Date | null;
  byBucket: Record<string, number>;
  byCategory: Record<string, number>;
  bySurface: Record<string, number>;
}

/**
 * Counts of the queues that a role works on, of all queues where none is given. The breakdowns are over `open`, the tasks that are free to take;
 * a task counts for each of its categories.
 */
export const summarise = async (database: Queryable, now: Date, role?: Role): Promise<ReviewSummary> => {
  const rows = await database.query<SummaryRow>(
    `WITH seen AS NOT MATERIALIZED (SELECT * FROM review_tasks WHERE $3::boolean IS NULL OR (queue = $4) = $3
     ), unfinished AS MATERIALIZED (
       SELECT bucket, surface, categories, created_at, coalesce(claim_expires_at > $1, false) AS claimed
       FROM seen WHERE status = 'open'
     ), free AS (SELECT * FROM unfinished WHERE NOT claimed)
     SELECT (SELECT count(*) FROM free) AS open,
       (SELECT count(*) FROM unfinished WHERE claimed) AS claimed,
       (SELECT count(*) FROM seen WHERE status = 'decided' AND decided_at >= $2) AS "decidedToday",
       (SELECT min(created_at) FROM free) AS "oldestOpenAt",
       (SELECT coalesce(jsonb_object_agg(bucket, n), '{}') FROM (SELECT bucket, count(*) AS n FROM free GROUP BY bucket) AS b)
         AS "byBucket",
       (SELECT coalesce(jsonb_object_agg(category, n), '{}') FROM (
          SELECT category, count(*) AS n FROM free CROSS JOIN LATERAL unnest(categories) AS category GROUP BY category) AS c)
         AS "byCategory",
       (SELECT coalesce(jsonb_object_agg(surface, n), '{}') FROM (SELECT surface, count(*) AS n FROM free GROUP BY surface) AS s)
         AS "bySurface"`,
    [now, startOfDay(now), role === undefined ? null : role === 'legal', legalQueue],
  );
  const row = rows[0]!;
  return { ...row, oldestOpenAt: row.oldestOpenAt?.toISOString() ?? null };
};

/** Midnight, UTC. */
const startOfDay = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
