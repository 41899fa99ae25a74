import type { ReviewTask } from '#contracts/review.ts';
import { priorityAt } from '#engine/priority.ts';
import { type Claim, liveClaim, type StoredStatus, shownStatus, type TaskState } from './review.ts';

/** A row of `review_tasks`, as `taskColumns` selects it. */
export interface TaskRow {
  readonly id: string;
  readonly itemId: string;
  readonly itemVersion: number;
  readonly decisionId: string;
  readonly status: StoredStatus;
  readonly bucket: ReviewTask['bucket'];
  readonly queue: string;
  readonly surface: string;
  readonly categories: string[];
  readonly orderKey: number;
  readonly uncertainty: number;
  readonly reason: string;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly claimedBy: string | null;
  readonly claimedByName: string | null;
  readonly claimedAt: Date | null;
  readonly claimExpiresAt: Date | null;
  readonly skips: number;
  readonly decidedAt: Date | null;
}

/** For SELECT and RETURNING; the table is to be called `task`. */
export const taskColumns = `task.id, task.item_id AS "itemId", task.item_version AS "itemVersion",
  task.decision_id AS "decisionId", task.status, task.bucket, task.queue, task.surface, task.categories,
  task.order_key AS "orderKey", task.uncertainty, task.reason, task.created_at AS "createdAt", task.due_at AS "dueAt",
  task.claimed_by AS "claimedBy", task.claimed_by_name AS "claimedByName", task.claimed_at AS "claimedAt",
  task.claim_expires_at AS "claimExpiresAt", task.skips, task.decided_at AS "decidedAt"`;

const claimOf = ({ claimedBy, claimedByName, claimedAt, claimExpiresAt }: TaskRow): Claim | null =>
  claimedBy === null || claimedByName === null || claimedAt === null || claimExpiresAt === null
    ? null
    : { accountId: claimedBy, displayName: claimedByName, claimedAt, expiresAt: claimExpiresAt };

/** What the state machine looks at. */
export const stateOf = (row: TaskRow): TaskState => ({ status: row.status, claim: claimOf(row) });

/** A row as the API shows it at the moment `now`. The priority of a decided task is that of the moment of its decision. */
export const toReviewTask = (row: TaskRow, now: Date): ReviewTask => {
  const state = stateOf(row);
  const claim = liveClaim(state, now);
  return {
    id: row.id,
    itemId: row.itemId,
    itemVersion: row.itemVersion,
    decisionId: row.decisionId,
    status: shownStatus(state, now),
    bucket: row.bucket,
    queue: row.queue,
    surface: row.surface,
    categories: row.categories,
    priority: priorityAt(row.orderKey, (row.decidedAt ?? now).getTime()),
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    dueAt: row.dueAt?.toISOString() ?? null,
    claim:
      claim === null
        ? null
        : { accountId: claim.accountId, displayName: claim.displayName, expiresAt: claim.expiresAt.toISOString() },
    skips: row.skips,
  };
};
