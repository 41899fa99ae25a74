import type { Verdict } from '#contracts/decision.ts';
import type { Policy } from '#contracts/policy.ts';
import type { ReviewTask } from '#contracts/review.ts';
import type { NewReviewTask } from '#features/review/index.ts';

const minute = 60_000;
/** How long a task may wait, by bucket, in milliseconds; quality samples can wait for quiet hours. */
const dueAfter: Partial<Record<ReviewTask['bucket'], number>> = {
  immediate: 12 * minute,
  low_confidence: 24 * 60 * minute,
};

/** At or above the removal threshold, or gravest severity: somebody may be hurt while it waits. */
const bucketOf = (verdict: Verdict, severity: number): ReviewTask['bucket'] => {
  if (verdict.stopReason === 'quality_sample') return 'quality_sample';
  const urgent =
    verdict.assessments.some(({ status }) => status === 'remove') || (severity >= 5 && verdict.categories.length > 0);
  return urgent ? 'immediate' : 'low_confidence';
};

/** The review task that a verdict asks for; undefined where nobody is needed. */
export const reviewRequest = (
  verdict: Verdict,
  {
    policy,
    surface,
    taskId,
    now,
  }: { readonly policy: Policy; readonly surface: string; readonly taskId: string; readonly now: number },
): Omit<NewReviewTask, 'itemId' | 'itemVersion' | 'decisionId'> | undefined => {
  if (verdict.outcome !== 'review') return undefined;
  const severity = verdict.categories.reduce(
    (gravest, category) => Math.max(gravest, policy.categories[category]?.severity ?? 0),
    0,
  );
  const bucket = bucketOf(verdict, severity);
  const due = dueAfter[bucket];
  return {
    id: taskId,
    bucket,
    queue: verdict.queue ?? 'general',
    surface,
    categories: verdict.categories,
    basePriority: verdict.priority,
    severity,
    confidence: verdict.confidence,
    reason: verdict.rationale,
    createdAt: new Date(now),
    dueAt: due === undefined ? null : new Date(now + due),
  };
};
