import type { CurvePoint, LabelReport } from '#contracts/models.ts';

/** Two thresholds and what they mean together for a platform on which a share `baseRate` of posts violates. */
export interface Thresholds {
  readonly review: number;
  readonly remove: number;
}

export interface Consequence {
  /** Share of violating posts at or above `review`; null where the data holds none. */
  readonly found: number | null;
  /** Share of all posts that people see: between the thresholds, or all that is flagged where removal is left to people. */
  readonly people: number;
  /** Share of what people see that does not violate; null where they see nothing. */
  readonly peopleWrong: number | null;
  /** Share of all posts that is removed without a person. */
  readonly removed: number;
  readonly removedWrong: number | null;
  /** Share of all flagged posts that does not violate. */
  readonly flaggedWrong: number | null;
  /** Share of all posts at or above `review`. */
  readonly flagged: number;
}

type Rates = Pick<CurvePoint, 'recall' | 'falsePositiveRate'>;

/** The figures of the nearest threshold that was measured; at 0 everything is flagged, above the last one nothing is known to be. */
export const ratesAt = ({ curve }: Pick<LabelReport, 'curve'>, threshold: number): Rates => {
  if (threshold <= 0) return { recall: 1, falsePositiveRate: 1 };
  if (threshold >= 1) return { recall: 0, falsePositiveRate: 0 };
  let nearest: CurvePoint | undefined;
  for (const point of curve) {
    const closer =
      nearest === undefined || Math.abs(point.threshold - threshold) < Math.abs(nearest.threshold - threshold);
    if (closer) nearest = point;
  }
  return nearest ?? { recall: null, falsePositiveRate: null };
};

/** Shares of all posts that are flagged rightly and wrongly. */
const sharesOf = ({ recall, falsePositiveRate }: Rates, baseRate: number) => ({
  hits: baseRate * (recall ?? 0),
  misses: (1 - baseRate) * (falsePositiveRate ?? 0),
});

const wrongShare = (hits: number, misses: number): number | null =>
  hits + misses > 1e-12 ? misses / (hits + misses) : null;

/** What thresholds would do. @param removesAlone whether the machine removes by itself at or above `remove` */
export const consequenceOf = (
  report: LabelReport,
  { review, remove }: Thresholds,
  { baseRate, removesAlone }: { readonly baseRate: number; readonly removesAlone: boolean },
): Consequence => {
  const atReview = ratesAt(report, review);
  const flagged = sharesOf(atReview, baseRate);
  const removed = removesAlone ? sharesOf(ratesAt(report, Math.max(review, remove)), baseRate) : { hits: 0, misses: 0 };
  const people = {
    hits: Math.max(0, flagged.hits - removed.hits),
    misses: Math.max(0, flagged.misses - removed.misses),
  };
  return {
    found: atReview.recall,
    people: people.hits + people.misses,
    peopleWrong: wrongShare(people.hits, people.misses),
    removed: removed.hits + removed.misses,
    removedWrong: wrongShare(removed.hits, removed.misses),
    flaggedWrong: wrongShare(flagged.hits, flagged.misses),
    flagged: flagged.hits + flagged.misses,
  };
};

/** The curve with precision and workload for another share of violating posts. */
export const curveAt = ({ curve }: Pick<LabelReport, 'curve'>, baseRate: number): CurvePoint[] =>
  curve.map((point) => {
    const { hits, misses } = sharesOf(point, baseRate);
    const wrong = wrongShare(hits, misses);
    return { ...point, precision: wrong === null ? null : 1 - wrong, workload: hits + misses };
  });

/**
 * The range in which a share lies with 95 % confidence when it was seen in `count` cases (Wilson, 1927).
 * @returns lower and upper end, 0..1; null without a case
 */
export const confidenceOf = (share: number | null, count: number): readonly [low: number, high: number] | null => {
  if (share === null || count === 0) return null;
  const z = 1.96;
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const reach = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
};

/** A share as people say it: `1 in 4`, `3 in 4`, `19 in 20`; `none` and `all` at the ends. */
export type Odds =
  | { readonly kind: 'none' | 'all' }
  | { readonly kind: 'in'; readonly part: number; readonly whole: number };

const wholes = [2, 3, 4, 5, 6, 8, 10, 20, 25, 50, 100];

/** The simplest fraction that is near enough: within a tenth of the share, or of what is left to 1. */
export const oddsOf = (share: number): Odds => {
  if (share < 0.005) return { kind: 'none' };
  if (share > 0.995) return { kind: 'all' };
  const room = Math.min(share, 1 - share) * 0.1;
  for (const whole of wholes) {
    const part = Math.round(share * whole);
    if (part > 0 && part < whole && Math.abs(part / whole - share) <= room) return { kind: 'in', part, whole };
  }
  return { kind: 'in', part: Math.min(99, Math.max(1, Math.round(share * 100))), whole: 100 };
};
