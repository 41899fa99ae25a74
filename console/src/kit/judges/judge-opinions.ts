import type { JudgeTier } from '#contracts/judge.ts';
import type { Signal } from '#contracts/signal.ts';

/** What a model said of one category. */
export interface JudgeVerdict {
  readonly category: string;
  readonly verdict: 'violates' | 'clear' | 'unsure';
  readonly confidence: number | null;
}

/** What one language model said of an item. Everything in words is the model's own, and not to be trusted. */
export interface JudgeOpinion {
  readonly tier: JudgeTier;
  readonly status: 'answered' | 'abstained' | 'unavailable' | 'not_applicable';
  /** The side that it took; null where it took none. */
  readonly side: 'violates' | 'clear' | null;
  /** Whether the answer weighs: one that fails its control question, or may not clear, does not. */
  readonly counts: boolean;
  readonly confidence: number | null;
  readonly suggestedAction: string | null;
  readonly rationale: string | null;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly verdicts: readonly JudgeVerdict[];
  /** The question with a known answer that is asked beside the real one. */
  readonly control: 'passed' | 'failed' | 'unanswered' | null;
  /** The model saw content that speaks to it. */
  readonly instructed: boolean;
  readonly reason: string | null;
  readonly durationMs: number;
  readonly costUsd: number;
  readonly cached: boolean;
}

export const judgeDetectors: Readonly<Record<JudgeTier, string>> = { small: 'judge-small', large: 'judge-large' };
export const judgeLayers: Readonly<Record<JudgeTier, 3 | 4>> = { small: 3, large: 4 };

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);
const share = (value: unknown): number | null => (typeof value === 'number' && value >= 0 && value <= 1 ? value : null);

const sideOf = (decision: string | null): JudgeOpinion['side'] => {
  if (decision === 'violates') return 'violates';
  return decision === 'clear' || decision === 'clear_without_effect' ? 'clear' : null;
};
const controlOf = (value: unknown): JudgeOpinion['control'] =>
  value === 'passed' || value === 'failed' || value === 'unanswered' ? value : null;

const verdictsOf = (signal: Signal): JudgeVerdict[] =>
  signal.evidence.flatMap((evidence): JudgeVerdict[] => {
    if (evidence.kind !== 'fact' || evidence.name !== 'judge_verdict' || evidence.category === undefined) return [];
    const { category, value, weight } = evidence;
    return value === 'violates' || value === 'clear' || value === 'unsure'
      ? [{ category, verdict: value, confidence: share(weight) }]
      : [];
  });

const opinionOf = (tier: JudgeTier, signal: Signal): JudgeOpinion => {
  const { attributes } = signal;
  const decision = text(attributes.judge_decision);
  const reason = text(signal.reason);
  // Below the least confidence, or where it may not clear, an answer counts as abstention.
  const abstained = decision === 'abstain' || (signal.status !== 'ok' && reason?.startsWith('abstained') === true);
  const side = abstained ? null : sideOf(decision);
  return {
    tier,
    status: abstained ? 'abstained' : side !== null || signal.status === 'ok' ? 'answered' : signal.status,
    side,
    counts: signal.status === 'ok',
    confidence: share(attributes.judge_confidence),
    suggestedAction: text(attributes.judge_suggested_action),
    rationale: text(attributes.judge_rationale),
    model: text(attributes.judge_model),
    prompt: text(attributes.judge_prompt),
    verdicts: verdictsOf(signal),
    control: controlOf(attributes.judge_control),
    instructed: attributes.judge_instructions === true || text(attributes.judge_signs) !== null,
    reason,
    durationMs: signal.durationMs,
    costUsd: signal.costUsd,
    cached: attributes.judge_cached === true || signal.reused === true,
  };
};

/** The opinion of each tier that was asked. */
export const judgeOpinionsOf = (trace: readonly Signal[]): JudgeOpinion[] =>
  (['small', 'large'] as const).flatMap((tier) => {
    const signal = trace.findLast((candidate) => candidate.detector === judgeDetectors[tier]);
    return signal === undefined ? [] : [opinionOf(tier, signal)];
  });

/** Whether the models agree; null where fewer than two of them took a side that counts. */
export const agreementOf = (opinions: readonly JudgeOpinion[]): 'agree' | 'disagree' | null => {
  const sides = opinions.filter(({ side, counts }) => side !== null && counts);
  if (sides.length < 2) return null;
  return sides.every(({ side }) => side === sides[0]?.side) ? 'agree' : 'disagree';
};
