import type { Category } from '#contracts/category.ts';
import { legalQueue, type ReviewTask } from '#contracts/review.ts';
import { orderKey } from '#engine/priority.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

/** A decision's wish for a person's look. */
export interface NewReviewTask {
  readonly id: string;
  readonly itemId: string;
  readonly itemVersion: number;
  readonly decisionId: string;
  readonly bucket: ReviewTask['bucket'];
  readonly queue: string;
  readonly surface: string;
  readonly categories: readonly Category[];
  /** 0..100, before recency (`basePriority` of engine/priority.ts). */
  readonly basePriority: number;
  /** 1..5 of the gravest category in play; 0 where none is. */
  readonly severity: number;
  /** 0..1: the highest fused probability in play, 0 where none is known; 1 minus it orders the low-confidence bucket. */
  readonly confidence: number;
  /** Why a person is asked, in words without content. */
  readonly reason: string;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
}

/** Why an open task needs nobody any more. */
export type WithdrawalReason = 'newer_version' | 'deleted' | 'decided_elsewhere' | 'no_longer_needed';

// Most urgent first: where two reasons meet in one task, the more urgent bucket wins.
const insertTasks = `
  INSERT INTO review_tasks AS task (id, item_id, item_version, decision_id, bucket, queue, surface, categories, severity,
    base_priority, order_key, uncertainty, reason, created_at, due_at)
  SELECT id, item_id, item_version, decision_id, bucket, queue, surface, categories, severity,
    base_priority, order_key, uncertainty, reason, created_at, due_at
  FROM jsonb_to_recordset($1::jsonb) AS fresh (id uuid, item_id uuid, item_version integer, decision_id uuid, bucket text,
    queue text, surface text, categories text[], severity smallint, base_priority double precision,
    order_key double precision, uncertainty double precision, reason text, created_at timestamptz, due_at timestamptz)
  -- In one order for everybody, so that two batches cannot wait for each other.
  ORDER BY item_id
  ON CONFLICT (item_id) WHERE status = 'open' AND bucket <> 'appeals' DO UPDATE SET
    item_version = EXCLUDED.item_version,
    decision_id = EXCLUDED.decision_id,
    bucket = (ARRAY['immediate', 'reports', 'low_confidence', 'quality_sample'])[
      least(array_position(ARRAY['immediate', 'reports', 'low_confidence', 'quality_sample'], task.bucket),
            array_position(ARRAY['immediate', 'reports', 'low_confidence', 'quality_sample'], EXCLUDED.bucket))],
    -- What the legal role is to see stays with them, and so do their notes, whatever a newer version is like.
    queue = CASE WHEN task.queue = '${legalQueue}' THEN task.queue ELSE EXCLUDED.queue END,
    surface = EXCLUDED.surface,
    categories = EXCLUDED.categories,
    severity = EXCLUDED.severity,
    base_priority = CASE WHEN EXCLUDED.order_key >= task.order_key THEN EXCLUDED.base_priority ELSE task.base_priority END,
    order_key = greatest(task.order_key, EXCLUDED.order_key),
    uncertainty = EXCLUDED.uncertainty,
    reason = EXCLUDED.reason,
    due_at = least(task.due_at, EXCLUDED.due_at),
    -- Whoever looks at the same content may go on; new content has to be claimed anew.
    claimed_by = CASE WHEN task.item_version = EXCLUDED.item_version THEN task.claimed_by END,
    claimed_by_name = CASE WHEN task.item_version = EXCLUDED.item_version THEN task.claimed_by_name END,
    claimed_at = CASE WHEN task.item_version = EXCLUDED.item_version THEN task.claimed_at END,
    claim_expires_at = CASE WHEN task.item_version = EXCLUDED.item_version THEN task.claim_expires_at END`;

const asRow = (task: NewReviewTask) => ({
  id: task.id,
  item_id: task.itemId,
  item_version: task.itemVersion,
  decision_id: task.decisionId,
  bucket: task.bucket,
  queue: task.queue,
  surface: task.surface,
  categories: task.categories,
  severity: task.severity,
  base_priority: task.basePriority,
  order_key: orderKey(task.basePriority, task.createdAt.getTime()),
  uncertainty: 1 - task.confidence,
  reason: task.reason,
  created_at: task.createdAt,
  due_at: task.dueAt,
});

/** One task an item (the statement cannot touch a row twice): the newest decision of the batch, appeals apart. */
const newestByItem = (tasks: readonly NewReviewTask[]): NewReviewTask[] => [
  ...new Map(tasks.map((task) => [task.bucket === 'appeals' ? task.id : task.itemId, task])).values(),
];

/**
 * Queues tasks within the transaction of the decisions that ask for them: one statement for a whole batch. An item that already
 * has an open task keeps that one: it takes over the newer decision, the more urgent bucket and the higher priority, and keeps its
 * claim unless the version is a newer one. The items' rows are to be locked before, as everywhere.
 */
export const createReviewTasks = async (tx: Transaction, tasks: readonly NewReviewTask[]): Promise<void> => {
  if (tasks.length === 0) return;
  await tx.prepared('review_create_tasks', insertTasks, [JSON.stringify(newestByItem(tasks).map(asRow))]);
};

/**
 * Takes the open tasks of these items out of the queue, claimed or not; whoever has one is told when they act on it. Tasks of the legal
 * role end by a decision only: neither an edit nor a deletion takes away what they are to see.
 *
 * @param exceptTaskId a task to leave alone: the one through which a person is deciding in this very transaction
 * @returns how many were open
 */
export const withdrawTasks = async (
  tx: Transaction,
  itemIds: readonly string[],
  reason: WithdrawalReason,
  exceptTaskId?: string,
): Promise<number> => {
  if (itemIds.length === 0) return 0;
  const rows = await tx.prepared<{ id: string }>(
    'review_withdraw_tasks',
    `UPDATE review_tasks SET status = 'withdrawn', withdrawn_at = now(), withdrawn_reason = $2,
       claimed_by = NULL, claimed_by_name = NULL, claimed_at = NULL, claim_expires_at = NULL
     WHERE item_id = ANY ($1::uuid[]) AND status = 'open' AND id IS DISTINCT FROM $3::uuid
       AND (queue <> '${legalQueue}' OR $2 = 'decided_elsewhere')
     RETURNING id`,
    [itemIds, reason, exceptTaskId ?? null],
  );
  return rows.length;
};

/** Whether the legal role still has to decide about an item. */
export const hasOpenLegalTask = async (database: Queryable, itemId: string): Promise<boolean> => {
  const rows = await database.prepared<{ id: string }>(
    'review_open_legal_task',
    `SELECT id FROM review_tasks WHERE item_id = $1 AND status = 'open' AND queue = $2 LIMIT 1`,
    [itemId, legalQueue],
  );
  return rows.length > 0;
};
