import type { ItemContent } from '#contracts/item.ts';
import type { AuditActor } from '#features/audit/index.ts';
import type { DecisionCommit, ItemChange, ProposedDecision } from '#features/decisions/index.ts';
import { newId } from '#platform/ids.ts';
import { acceptedOf, answerOf } from './item-answer.ts';
import type { ItemVerdict } from './item-decider.ts';
import { findingsOf, withoutDerivedText } from './part-findings.ts';
import { reviewRequest } from './review-request.ts';

/** One item version on its way to a decision. */
export interface Work {
  readonly itemId: string;
  readonly version: number;
  readonly change: ItemChange;
  readonly content: ItemContent;
  readonly apiKeyId: string | null;
  readonly contentKey: Buffer | null;
  readonly actor: AuditActor;
  readonly attempt: number;
  readonly startedAt: number;
  readonly idempotency?: { readonly apiKeyId: string | null; readonly key: string; readonly bodyHash: Buffer };
}

/** How often a missing signal is tried for again before a person gets the item, and after which time (ms). */
const retryDelays = [5_000, 30_000, 120_000];
/** Whether what is still missing now goes to a person instead of being tried for once more. */
export const isLastAttempt = (attempt: number): boolean => attempt >= retryDelays.length;

/** The answer as it is given and kept; 202 where the caller chose not to wait. */
export const answerTo = (work: Work, decision: ProposedDecision): { status: number; answer: unknown } => {
  const answered = {
    itemId: work.itemId,
    version: work.version,
    decisionId: decision.id,
    verdict: decision,
    policyVersion: decision.policyVersion,
  };
  return decision.facts.interrupted === 'asynchronous'
    ? { status: 202, answer: acceptedOf(answered) }
    : { status: 200, answer: answerOf(answered) };
};

/** What the writer is asked to commit for a verdict: the decision and all that goes with it. */
export const commitOf = (
  work: Work,
  { verdict, trace, facts, setup, files }: ItemVerdict,
  { now, latencyMs }: { readonly now: number; readonly latencyMs: number },
): DecisionCommit => {
  const decision: ProposedDecision = {
    ...verdict,
    id: newId(now),
    itemId: work.itemId,
    itemVersion: work.version,
    policyId: setup.policy.id,
    policyVersion: setup.policy.version,
    epoch: setup.epoch,
    facts,
    trace: trace.map(withoutDerivedText),
    decidedBy: { kind: 'machine' },
    note: null,
    latencyMs,
    costUsd: trace.reduce((sum, signal) => sum + signal.costUsd, 0),
    decidedAt: new Date(now).toISOString(),
  };
  const findings = findingsOf(decision.id, trace, files);
  const task = reviewRequest(verdict, {
    policy: setup.policy,
    surface: work.content.surface,
    taskId: newId(now),
    now,
  });
  const delay = facts.interrupted === null ? retryDelays[work.attempt] : 0;
  const waits = verdict.outcome === 'hold' && delay !== undefined;
  return {
    change: work.change,
    decision,
    actor: work.actor,
    ...(task === undefined ? {} : { task }),
    ...(waits
      ? {
          continuation: {
            attempt: facts.interrupted === null ? work.attempt + 1 : work.attempt,
            delayMs: delay,
          },
        }
      : {}),
    ...(findings === undefined ? {} : { findings }),
    ...(work.idempotency === undefined ? {} : { idempotency: { ...work.idempotency, ...answerTo(work, decision) } }),
  };
};
