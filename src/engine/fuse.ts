import type { Fusion } from '#contracts/policy.ts';

/** Probabilities this close to 0 or 1 are as sure as a score can make us; keeps logits finite (about +-11.5). */
const epsilon = 1e-5;

export const logit = (probability: number): number => {
  const bounded = Math.min(1 - epsilon, Math.max(epsilon, probability));
  return Math.log(bounded / (1 - bounded));
};
export const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Where a category has no fusion of its own: about one item in twenty, and every detector taken at its word. */
const defaultFusion: Fusion = { bias: logit(0.05), terms: {} };

export interface DetectorScore {
  readonly detector: string;
  /** Calibrated, the maximum over the parts that the detector looked at. */
  readonly calibrated: number;
}

export interface FusedTerm {
  readonly detector: string;
  readonly weight: number;
  /** weight x (logit(score) - midpoint); what the detector adds before the rule below picks what counts. */
  readonly term: number;
}

export interface FusedScore {
  /** Null where no detector gave the category a score. */
  readonly probability: number | null;
  readonly terms: readonly FusedTerm[];
}

/**
 * Fuses the scores of several detectors for one category into one probability: logit p = bias + sum of weight x (logit(s) - midpoint).
 *
 * Terms above zero add up. Terms below zero count only where there is none above, and then only the one nearest to zero: two models that
 * see nothing are no surer than the one that is least sure, and a benign part can never lower a category (docs/adr/0004-fusion.md).
 * A detector without weights of its own passes through: weight 1, midpoint = bias.
 */
export const fuse = (fusion: Fusion | undefined, scores: readonly DetectorScore[]): FusedScore => {
  const { bias, terms: weights } = fusion ?? defaultFusion;
  if (scores.length === 0) return { probability: null, terms: [] };
  const terms = scores.map(({ detector, calibrated }) => {
    const { weight, midpoint } = weights[detector] ?? { weight: 1, midpoint: bias };
    return { detector, weight, term: weight * (logit(calibrated) - midpoint) };
  });
  const positive = terms.reduce((sum, { term }) => (term > 0 ? sum + term : sum), 0);
  const evidence =
    positive > 0 ? positive : terms.reduce((nearest, { term }) => Math.max(nearest, term), Number.NEGATIVE_INFINITY);
  return { probability: sigmoid(bias + evidence), terms };
};
