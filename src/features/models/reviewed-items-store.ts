import { legalQueue } from '#contracts/review.ts';
import type { Queryable } from '#platform/database/database.ts';

/** What the machine said of an item and what a person made of it. No content. */
export interface ReviewedItem {
  readonly outcome: 'approve' | 'remove';
  /** Categories that the person named. */
  readonly categories: readonly string[];
  /** Fused probability of every category that the machine had one for, in the decision that asked for the person. */
  readonly probabilities: Readonly<Record<string, number>>;
  readonly bucket: string;
}

/** The last items that people decided, newest first; the legal queue is nobody else's business. */
export const readReviewedItems = (database: Queryable, limit: number): Promise<ReviewedItem[]> =>
  database.prepared<ReviewedItem>(
    'models_reviewed_items',
    `SELECT task.outcome, task.bucket, person.record -> 'categories' AS categories,
       coalesce((
         SELECT jsonb_object_agg(entry ->> 'category', entry -> 'probability')
         FROM jsonb_array_elements(machine.record -> 'assessments') AS entry
         WHERE jsonb_typeof(entry -> 'probability') = 'number'
       ), '{}'::jsonb) AS probabilities
     FROM review_tasks AS task
     JOIN decisions AS machine ON machine.id = task.decision_id
     JOIN decisions AS person ON person.id = task.outcome_decision_id
     WHERE task.status = 'decided' AND task.queue <> $1
     ORDER BY task.decided_at DESC, task.id DESC LIMIT $2`,
    [legalQueue, limit],
  );
