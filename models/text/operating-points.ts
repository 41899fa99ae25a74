import { everyThreshold, figuresAt } from '../../src/features/models/measures.ts';

/** A text as one head sees it. */
export interface Judged {
  readonly probability: number;
  readonly label: 0 | 1;
  /** Written to look like a violation without being one, or from a set that holds none. */
  readonly mustNotFlag: boolean;
}

/**
 * Of the texts that must not be flagged, at most so many may be at or above an operating point. Attributes say what a text is like, not what is
 * to be done about it: rough talk among friends is a little toxic to many, so there is more room.
 */
export const WRONGLY_FLAGGED_LIMITS = { category: 0.015, attribute: 0.05 } as const;

export interface OperatingPoint {
  readonly at: number;
  readonly precision: number;
  readonly recall: number;
  readonly wronglyFlagged: number;
}

const digits = (value: number): number => Math.round(value * 1e4) / 1e4;

/**
 * Where acting without a person is recommended to those who ask for a yes or no: the best F1 among the thresholds that wrongly flag at most
 * the given share of the texts that must not be flagged.
 */
export function operatingPointOf(judged: readonly Judged[], limit: number): OperatingPoint {
  const scores = judged.map(({ probability }) => probability);
  const labels = judged.map(({ label }) => label);
  const spared = judged
    .filter(({ mustNotFlag, label }) => mustNotFlag && label === 0)
    .map(({ probability }) => probability);
  const wronglyAt = (threshold: number): number =>
    spared.filter((probability) => probability >= threshold).length / Math.max(1, spared.length);
  const candidates = everyThreshold(scores, labels)
    .filter(({ threshold }) => wronglyAt(threshold) <= limit)
    .sort((a, b) => (b.f1 ?? 0) - (a.f1 ?? 0));
  // Rounded up: the figures hold at the written point.
  const at = Math.ceil((candidates[0]?.threshold ?? 0.5) * 1000) / 1000;
  const { precision, recall } = figuresAt(scores, labels, at);
  return {
    at,
    precision: digits(precision ?? 0),
    recall: digits(recall ?? 0),
    wronglyFlagged: digits(wronglyAt(at)),
  };
}
