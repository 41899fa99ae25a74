import type { ReviewTaskDetail } from '#contracts/review.ts';
import type { Queryable } from '#platform/database/database.ts';
import type { ReviewContentReader } from './ports.ts';
import type { Reviewer } from './review.ts';
import { readNotes } from './skip-and-note-store.ts';
import { type TaskRow, toReviewTask } from './task-row.ts';

/** Everything for one screen, put together; null where the content is erased. */
export const buildDetail = async (
  task: TaskRow,
  { role }: Reviewer,
  now: Date,
  { database, content }: { readonly database: Queryable; readonly content: ReviewContentReader },
): Promise<ReviewTaskDetail | null> => {
  const [reading, notes] = await Promise.all([
    content.read(task.itemId, task.itemVersion, role),
    readNotes(database, task.id),
  ]);
  if (reading.content === null) return null;
  return {
    ...toReviewTask(task, now),
    content: reading.content,
    media: [...reading.media],
    decision: reading.decision,
    history: reading.history.map(({ id, outcome, categories, decidedAt, decidedBy, rationale, layer }) => ({
      id,
      outcome,
      categories,
      decidedAt,
      decidedBy,
      rationale,
      layer,
    })),
    account: reading.account,
    policy: reading.policy,
    notes,
    similar: reading.similar,
  };
};
