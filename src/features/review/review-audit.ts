import type { AuditEntryInput } from '#features/audit/index.ts';
import type { Reviewer } from './review.ts';
import type { TaskRow } from './task-row.ts';

type ReviewEvent =
  | 'review-task-claimed'
  | 'review-task-released'
  | 'review-task-skipped'
  | 'review-task-decided'
  | 'review-task-withdrawn'
  | 'review-note-added'
  | 'review-content-revealed';

/** The audit entry of an act on a task. `details` takes ids, keys and numbers; notes and content stay out. */
export const reviewAudit = (
  action: ReviewEvent,
  reviewer: Reviewer,
  task: TaskRow,
  details: Readonly<Record<string, unknown>> = {},
): AuditEntryInput => ({
  actor: { kind: 'console', id: reviewer.accountId },
  action,
  subject: { kind: 'review_task', id: task.id },
  details: { itemId: task.itemId, itemVersion: task.itemVersion, ...details },
});
