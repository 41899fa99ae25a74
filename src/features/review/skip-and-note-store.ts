import type { z } from 'zod';
import type { reviewNoteSchema, reviewSkipSchema } from '#contracts/review.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { type TaskRow, taskColumns } from './task-row.ts';

export type Skip = z.infer<typeof reviewSkipSchema>;
export type ReviewNote = z.infer<typeof reviewNoteSchema>;

/** Records who passed on a locked task, and gives it back to the queue. A second skip by the same person replaces the first. */
export const writeSkip = async (
  tx: Transaction,
  taskId: string,
  skip: Skip & { readonly accountId: string; readonly at: Date },
): Promise<TaskRow> => {
  await tx.prepared(
    'review_write_skip',
    `INSERT INTO review_skips (task_id, account_id, reason, note, at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (task_id, account_id) DO UPDATE SET reason = EXCLUDED.reason, note = EXCLUDED.note, at = EXCLUDED.at`,
    [taskId, skip.accountId, skip.reason, skip.note ?? null, skip.at],
  );
  const rows = await tx.prepared<TaskRow>(
    'review_skip_task',
    `UPDATE review_tasks AS task
     SET skips = skips + 1, claimed_by = NULL, claimed_by_name = NULL, claimed_at = NULL, claim_expires_at = NULL
     WHERE task.id = $1 RETURNING ${taskColumns}`,
    [taskId],
  );
  return rows[0]!;
};

/** Whether the person said that they must not judge this item. */
export const hasConflictOfInterest = async (
  database: Queryable,
  taskId: string,
  accountId: string,
): Promise<boolean> => {
  const rows = await database.prepared(
    'review_conflict_of_interest',
    `SELECT 1 FROM review_skips WHERE task_id = $1 AND account_id = $2 AND reason = 'conflict_of_interest'`,
    [taskId, accountId],
  );
  return rows.length > 0;
};

export const insertNote = async (
  tx: Transaction,
  taskId: string,
  note: Omit<ReviewNote, 'at'> & { readonly at: Date },
): Promise<void> => {
  await tx.prepared(
    'review_insert_note',
    `INSERT INTO review_notes (id, task_id, account_id, display_name, text, at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [note.id, taskId, note.accountId, note.displayName, note.text, note.at],
  );
};

/** The notes on a task, oldest first. */
export const readNotes = async (database: Queryable, taskId: string): Promise<ReviewNote[]> => {
  const rows = await database.prepared<Omit<ReviewNote, 'at'> & { at: Date }>(
    'review_read_notes',
    `SELECT id, account_id AS "accountId", display_name AS "displayName", text, at
     FROM review_notes WHERE task_id = $1 ORDER BY at, id`,
    [taskId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
};
