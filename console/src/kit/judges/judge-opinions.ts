import type { JudgeTier } from '#contracts/judge.ts';
import type { Signal } from '#contracts/signal.ts';

/** What one language model said of an item. Everything in words is the model's own, and not to be trusted. */
export interface JudgeOpinion {
  readonly tier: JudgeTier;
  /** `answered` also where the model abstained. */
  readonly status: 'answered' | 'abstained' | 'unavailable' | 'not_applicable';
  readonly decision: string | null;
  readonly confidence: number | null;
  readonly suggestedAction: string | null;
  readonly rationale: string | null;
  readonly model: string | null;
  readonly prompt: string | null;
  /** Categories that it sees violated, surest first. */
  readonly categories: readonly { readonly category: string; readonly score: number }[];
  readonly reason: string | null;
  readonly durationMs: number;
  readonly costUsd: number;
  readonly reused: boolean;
}

export const judgeDetectors: Readonly<Record<JudgeTier, string>> = { small: 'judge-small', large: 'judge-large' };
export const judgeLayers: Readonly<Record<JudgeTier, 3 | 4>> = { small: 3, large: 4 };

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);
const share = (value: unknown): number | null => (typeof value === 'number' && value >= 0 && value <= 1 ? value : null);

const opinionOf = (tier: JudgeTier, signal: Signal): JudgeOpinion => {
  const { attributes } = signal;
  const decision = text(attributes.judge_decision);
  return {
    tier,
    status: decision === 'abstain' ? 'abstained' : signal.status === 'ok' ? 'answered' : signal.status,
    decision,
    confidence: share(attributes.judge_confidence),
    suggestedAction: text(attributes.judge_suggested_action),
    rationale: text(attributes.judge_rationale),
    model: text(attributes.judge_model),
    prompt: text(attributes.judge_prompt),
    categories: Object.entries(signal.scores)
      .map(([category, score]) => ({ category, score }))
      .sort((a, b) => b.score - a.score),
    reason: text(signal.reason),
    durationMs: signal.durationMs,
    costUsd: signal.costUsd,
    reused: signal.reused === true,
  };
};

/** The opinion of each tier that was asked. */
export const judgeOpinionsOf = (trace: readonly Signal[]): JudgeOpinion[] =>
  (['small', 'large'] as const).flatMap((tier) => {
    const signal = trace.findLast((candidate) => candidate.detector === judgeDetectors[tier]);
    return signal === undefined ? [] : [opinionOf(tier, signal)];
  });

/** Whether the models agree; null where fewer than two of them took a side. */
export const agreementOf = (opinions: readonly JudgeOpinion[]): 'agree' | 'disagree' | null => {
  const sides = opinions.filter(({ status, decision }) => status === 'answered' && decision !== null);
  if (sides.length < 2) return null;
  return sides.every(({ decision }) => decision === sides[0]?.decision) ? 'agree' : 'disagree';
};
