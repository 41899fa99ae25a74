import type { ReviewDecision } from '#contracts/review.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { Claim } from './review.ts';
import { type TaskRow, taskColumns } from './task-row.ts';

/** A task as it is now; undefined where there is none. */
export const readTask = async (database: Queryable, id: string): Promise<TaskRow | undefined> => {
  const rows = await database.prepared<TaskRow>(
    'review_read_task',
    `SELECT ${taskColumns} FROM review_tasks AS task WHERE task.id = $1`,
    [id],
  );
  return rows[0];
};

/** A task, locked until the transaction ends. */
export const lockTask = async (tx: Transaction, id: string): Promise<TaskRow | undefined> => {
  const rows = await tx.prepared<TaskRow>(
    'review_lock_task',
    `SELECT ${taskColumns} FROM review_tasks AS task WHERE task.id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0];
};

/** Sets or, with null, ends the claim of a locked task. */
export const writeClaim = async (tx: Transaction, id: string, claim: Claim | null): Promise<TaskRow> => {
  const rows = await tx.prepared<TaskRow>(
    'review_write_claim',
    `UPDATE review_tasks AS task
     SET claimed_by = $2, claimed_by_name = $3, claimed_at = $4, claim_expires_at = $5
     WHERE task.id = $1 RETURNING ${taskColumns}`,
    [id, claim?.accountId ?? null, claim?.displayName ?? null, claim?.claimedAt ?? null, claim?.expiresAt ?? null],
  );
  return rows[0]!;
};

/** Tasks that the account holds now. Until the transaction ends, nobody else counts or claims for the same account. */
export const countClaimsExclusively = async (tx: Transaction, accountId: string, now: Date): Promise<number> => {
  // A statement of its own: the count must see what was committed while this waited.
  await tx.prepared('review_claim_lock', `SELECT pg_advisory_xact_lock(hashtextextended('review-claims:' || $1, 0))`, [
    accountId,
  ]);
  const rows = await tx.prepared<{ held: number }>(
    'review_count_claims',
    `SELECT count(*) AS held FROM review_tasks WHERE claimed_by = $1 AND claim_expires_at > $2`,
    [accountId, now],
  );
  return rows[0]?.held ?? 0;
};

/** Closes a locked task with what the person decided. */
export const closeTask = async (
  tx: Transaction,
  id: string,
  decision: {
    readonly accountId: string;
    readonly at: Date;
    readonly outcome: ReviewDecision['outcome'];
    readonly decisionId: string;
    readonly machineCall: ReviewDecision['machineCall'];
  },
): Promise<TaskRow> => {
  const rows = await tx.prepared<TaskRow>(
    'review_close_task',
    `UPDATE review_tasks AS task
     SET status = 'decided', decided_by = $2, decided_at = $3, outcome = $4, outcome_decision_id = $5, machine_call = $6,
       claimed_by = NULL, claimed_by_name = NULL, claimed_at = NULL, claim_expires_at = NULL
     WHERE task.id = $1 RETURNING ${taskColumns}`,
    [id, decision.accountId, decision.at, decision.outcome, decision.decisionId, decision.machineCall ?? null],
  );
  return rows[0]!;
};
