import type { Decision } from '#contracts/decision.ts';
import type { Transaction } from '#platform/database/database.ts';

/** Decide the item (again) later: after the deadline, for an asynchronous submission, or as another try. */
export interface Continuation {
  readonly attempt: number;
  readonly delayMs: number;
}

// By the database's clock, which is also the one that says when a job is due.
const addJobs = `
  SELECT graphile_worker.add_job('decide-item', json_build_object('itemId', item_id, 'version', version, 'attempt', attempt),
    run_at => now() + delay_ms * interval '1 millisecond', max_attempts => 25, job_key => item_id || ':' || version)
  FROM jsonb_to_recordset($1::jsonb) AS row (item_id text, version int, attempt int, delay_ms int)`;

/** Adds the jobs that go on deciding; one that waits for the same item version already is replaced. */
export const addContinuations = async (
  tx: Transaction,
  continuations: readonly (Continuation & { readonly decision: Decision })[],
): Promise<void> => {
  if (continuations.length === 0) return;
  const rows = continuations.map(({ attempt, delayMs, decision }) => ({
    item_id: decision.itemId,
    version: decision.itemVersion,
    attempt,
    delay_ms: delayMs,
  }));
  await tx.prepared('continuations-insert', addJobs, [JSON.stringify(rows)]);
};
