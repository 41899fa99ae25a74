/**
 * Measures of a scorer with two classes. Scores are 0..1, labels 0 or 1, index by index; a threshold flags what is at or
 * above it. Pure, and free of anything that a browser lacks.
 */

/** What a threshold brings. Null where the question makes no sense: no item flagged, no positive, no negative. */
export interface ThresholdFigures {
  readonly threshold: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly falsePositiveRate: number | null;
  readonly f1: number | null;
  /** Share of items at or above the threshold, 0..1. */
  readonly workload: number;
}

/** A bin of a reliability curve: what was said (the mean probability) beside what came true. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly positives: number;
  readonly meanProbability: number | null;
  readonly shareOfPositives: number | null;
}

const totalOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const share = (part: number, whole: number): number | null => (whole > 0 ? Math.min(1, part / whole) : null);

/** Indices by falling score. */
const descending = (scores: readonly number[]): number[] =>
  scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);

/** A step of the sweep from the highest score down: everything at or above `score`. */
interface SweepStep {
  readonly score: number;
  readonly flagged: number;
  readonly hits: number;
}

/** One step for each distinct score: equal scores cannot be told apart by any threshold. */
const sweep = (scores: readonly number[], labels: readonly number[]): SweepStep[] => {
  const steps: SweepStep[] = [];
  const order = descending(scores);
  let hits = 0;
  order.forEach((place, index) => {
    hits += labels[place]!;
    const next = order[index + 1];
    if (next === undefined || scores[next] !== scores[place])
      steps.push({ score: scores[place]!, flagged: index + 1, hits });
  });
  return steps;
};

/**
 * Average precision: precision by recall as a step function, sum of (R_n - R_(n-1)) P_n over distinct scores, without
 * interpolation. 0 when there is no positive.
 */
export const averagePrecision = (scores: readonly number[], labels: readonly number[]): number => {
  const positives = totalOf(labels);
  if (positives === 0) return 0;
  let area = 0;
  let before = 0;
  for (const { flagged, hits } of sweep(scores, labels)) {
    area += ((hits - before) / positives) * (hits / flagged);
    before = hits;
  }
  return area;
};

/** Area under the ROC curve: the share of pairs in the right order (Mann and Whitney), ties counted half. 0.5 when a class is empty. */
export const rocAuc = (scores: readonly number[], labels: readonly number[]): number => {
  const positives = totalOf(labels);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return 0.5;
  let area = 0;
  let hits = 0;
  let misses = 0;
  for (const step of sweep(scores, labels)) {
    const tiedHits = step.hits - hits;
    const tiedMisses = step.flagged - step.hits - misses;
    area += tiedMisses * (hits + tiedHits / 2);
    hits = step.hits;
    misses += tiedMisses;
  }
  return area / positives / negatives;
};

interface Counts {
  readonly threshold: number;
  readonly hits: number;
  readonly flagged: number;
  readonly positives: number;
  readonly total: number;
}

const figuresOf = ({ threshold, hits, flagged, positives, total }: Counts): ThresholdFigures => ({
  threshold,
  precision: share(hits, flagged),
  recall: share(hits, positives),
  falsePositiveRate: share(flagged - hits, total - positives),
  f1: share(2 * hits, flagged + positives),
  workload: share(flagged, total) ?? 0,
});

/** @param weights one for each item, as of `baseRateWeights`; all the same when absent */
export const figuresAt = (
  scores: readonly number[],
  labels: readonly number[],
  threshold: number,
  weights?: readonly number[],
): ThresholdFigures => {
  let hits = 0;
  let flagged = 0;
  let positives = 0;
  let total = 0;
  scores.forEach((score, index) => {
    const weight = weights?.[index] ?? 1;
    const positive = weight * labels[index]!;
    total += weight;
    positives += positive;
    if (score < threshold) return;
    flagged += weight;
    hits += positive;
  });
  return figuresOf({ threshold, hits, flagged, positives, total });
};

/** The figures of many thresholds, which must ascend, for the price of sorting once. */
export const figuresAlong = (
  scores: readonly number[],
  labels: readonly number[],
  thresholds: readonly number[],
): ThresholdFigures[] => {
  const positives = totalOf(labels);
  const order = descending(scores);
  let flagged = 0;
  let hits = 0;
  return thresholds
    .toReversed()
    .map((threshold) => {
      for (let place = order[flagged]; place !== undefined && scores[place]! >= threshold; place = order[flagged]) {
        flagged += 1;
        hits += labels[place]!;
      }
      return figuresOf({ threshold, hits, flagged, positives, total: labels.length });
    })
    .reverse();
};

/**
 * The same figures where a share `baseRate` of items is positive. Recall and false positive rate look at one class each, so
 * that they stay; workload = b R + (1 - b) F, precision = b R / workload. A class without items counts as never flagged.
 */
export const atBaseRate = (figures: ThresholdFigures, baseRate: number): ThresholdFigures => {
  const hits = baseRate * (figures.recall ?? 0);
  const flagged = hits + (1 - baseRate) * (figures.falsePositiveRate ?? 0);
  const { precision, f1, workload } = figuresOf({
    threshold: figures.threshold,
    hits,
    flagged,
    positives: baseRate,
    total: 1,
  });
  return { ...figures, precision, f1, workload };
};

/** Weights that sum to 1 and give positives the share `baseRate` of it; equal weights where a class is empty. */
export const baseRateWeights = (labels: readonly number[], baseRate: number): number[] => {
  const positives = totalOf(labels);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return labels.map(() => 1 / labels.length);
  return labels.map((label) => (label === 1 ? baseRate / positives : (1 - baseRate) / negatives));
};

/** The threshold with the best F1 on these scores, the higher of equals; undefined without a positive. */
export const bestF1 = (
  scores: readonly number[],
  labels: readonly number[],
): { threshold: number; f1: number } | undefined => {
  const positives = totalOf(labels);
  let best: { threshold: number; f1: number } | undefined;
  for (const { score, flagged, hits } of sweep(scores, labels)) {
    const f1 = (2 * hits) / (flagged + positives);
    if (hits > 0 && f1 > (best?.f1 ?? 0)) best = { threshold: score, f1 };
  }
  return best;
};

/** Every distinct score as a threshold, from the highest down. */
export const everyThreshold = (scores: readonly number[], labels: readonly number[]): ThresholdFigures[] => {
  const positives = totalOf(labels);
  return sweep(scores, labels).map(({ score, flagged, hits }) =>
    figuresOf({ threshold: score, hits, flagged, positives, total: labels.length }),
  );
};

/** Probabilities in equally wide bins; 1 belongs to the last. */
export const reliability = (
  probabilities: readonly number[],
  labels: readonly number[],
  bins = 15,
): ReliabilityBin[] => {
  const found = Array.from({ length: bins }, () => ({ count: 0, positives: 0, sum: 0 }));
  probabilities.forEach((probability, index) => {
    const bin = found[Math.min(bins - 1, Math.floor(probability * bins))]!;
    bin.count += 1;
    bin.sum += probability;
    bin.positives += labels[index]!;
  });
  return found.map(({ count, positives, sum }, index) => ({
    from: index / bins,
    to: (index + 1) / bins,
    count,
    positives,
    meanProbability: share(sum, count),
    shareOfPositives: share(positives, count),
  }));
};

/** Expected calibration error (Naeini et al., 2015): the mean gap between said and true over the bins, by their counts. */
export const expectedCalibrationError = (
  probabilities: readonly number[],
  labels: readonly number[],
  bins = 15,
): number => {
  if (probabilities.length === 0) return 0;
  const gap = reliability(probabilities, labels, bins).reduce(
    (sum, { count, meanProbability, shareOfPositives }) =>
      sum + count * Math.abs((meanProbability ?? 0) - (shareOfPositives ?? 0)),
    0,
  );
  return gap / probabilities.length;
};
