import type { z } from 'zod';
import { messageKeyFor, type Verdict } from '#contracts/decision.ts';
import type { decisionSummarySchema, ItemAccepted, ItemAnswer } from '#contracts/items-api.ts';

type Summary = z.infer<typeof decisionSummarySchema>;

export const summaryOf = (id: string, verdict: Verdict, policyVersion: number): Summary => ({
  id,
  outcome: verdict.outcome,
  actions: verdict.actions,
  categories: verdict.categories,
  confidence: verdict.confidence,
  layer: verdict.layer,
  rationale: verdict.rationale,
  policyVersion,
  notAssessed: verdict.notAssessed,
});

/** Fused probability by category, where anything was judged: absent is unknown, not zero. */
export const scoresOf = ({ assessments }: Pick<Verdict, 'assessments'>): Record<string, number> =>
  Object.fromEntries(
    assessments.flatMap(({ category, probability }) => (probability === null ? [] : [[category, probability]])),
  );

interface Answered {
  readonly itemId: string;
  readonly version: number;
  readonly decisionId: string;
  readonly verdict: Verdict;
  readonly policyVersion: number;
}

export const answerOf = ({ itemId, version, decisionId, verdict, policyVersion }: Answered): ItemAnswer => ({
  itemId,
  version,
  display: verdict.display,
  messageKey: messageKeyFor(verdict.display),
  decision: summaryOf(decisionId, verdict, policyVersion),
  scores: scoresOf(verdict),
});

export const acceptedOf = ({ itemId, version, verdict }: Answered): ItemAccepted => ({
  itemId,
  version,
  display: verdict.display,
  messageKey: messageKeyFor(verdict.display),
  statusUrl: `/v1/items/${itemId}`,
});
