/** Measures of a binary scorer. All take scores in 0..1 and labels 0 or 1 of the same length. */
export interface BinaryMetrics {
  readonly count: number;
  readonly positives: number;
  /** Area under the precision-recall curve (average precision). */
  readonly auprc: number;
  readonly rocAuc: number;
  /** Best F1 over thresholds chosen elsewhere is not this: it is the F1 at `threshold`. */
  readonly f1: number;
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  /** Expected calibration error over fifteen equally wide bins. */
  readonly ece: number;
}

function descending(scores: readonly number[]): number[] {
  return scores.map((_, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
}

/** Average precision; ties are taken together. 0 when there is no positive. */
export function averagePrecision(scores: readonly number[], labels: readonly number[]): number {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0) return 0;
  const order = descending(scores);
  let area = 0;
  let found = 0;
  let index = 0;
  while (index < order.length) {
    const score = scores[order[index] ?? 0];
    let hits = 0;
    while (index < order.length && scores[order[index] ?? 0] === score) {
      hits += labels[order[index] ?? 0] ?? 0;
      index += 1;
    }
    found += hits;
    area += (hits / positives) * (found / index);
  }
  return area;
}

/** Area under the ROC curve by ranks (Mann-Whitney), ties counted half. 0.5 when a class is empty. */
export function rocAuc(scores: readonly number[], labels: readonly number[]): number {
  const order = descending(scores).reverse();
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return 0.5;
  let rankSum = 0;
  let index = 0;
  while (index < order.length) {
    const start = index;
    const score = scores[order[index] ?? 0];
    let hits = 0;
    while (index < order.length && scores[order[index] ?? 0] === score) {
      hits += labels[order[index] ?? 0] ?? 0;
      index += 1;
    }
    rankSum += (hits * (start + 1 + index)) / 2;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

export function precisionRecall(
  scores: readonly number[],
  labels: readonly number[],
  threshold: number,
): { precision: number; recall: number; f1: number } {
  let hits = 0;
  let flagged = 0;
  let positives = 0;
  for (let index = 0; index < scores.length; index += 1) {
    const label = labels[index] ?? 0;
    positives += label;
    if ((scores[index] ?? 0) < threshold) continue;
    flagged += 1;
    hits += label;
  }
  const precision = flagged === 0 ? 0 : hits / flagged;
  const recall = positives === 0 ? 0 : hits / positives;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/** The threshold with the best F1 on these scores. */
export function bestThreshold(scores: readonly number[], labels: readonly number[]): number {
  const order = descending(scores);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let best = 0;
  let threshold = 0.5;
  let hits = 0;
  for (let index = 0; index < order.length; index += 1) {
    hits += labels[order[index] ?? 0] ?? 0;
    const score = scores[order[index] ?? 0] ?? 0;
    if (score === scores[order[index + 1] ?? -1]) continue;
    const f1 = (2 * hits) / (index + 1 + positives);
    if (f1 > best) {
      best = f1;
      threshold = score;
    }
  }
  return threshold;
}

export function expectedCalibrationError(
  probabilities: readonly number[],
  labels: readonly number[],
  bins = 15,
): number {
  const counts = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (let index = 0; index < probabilities.length; index += 1) {
    const bin = Math.min(bins - 1, Math.floor((probabilities[index] ?? 0) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
    sums[bin] = (sums[bin] ?? 0) + (probabilities[index] ?? 0);
    hits[bin] = (hits[bin] ?? 0) + (labels[index] ?? 0);
  }
  let error = 0;
  for (let bin = 0; bin < bins; bin += 1) error += Math.abs((sums[bin] ?? 0) - (hits[bin] ?? 0));
  return probabilities.length === 0 ? 0 : error / probabilities.length;
}

export function measure(scores: readonly number[], labels: readonly number[], threshold: number): BinaryMetrics {
  return {
    count: labels.length,
    positives: labels.reduce((sum, label) => sum + label, 0),
    auprc: averagePrecision(scores, labels),
    rocAuc: rocAuc(scores, labels),
    threshold,
    ...precisionRecall(scores, labels, threshold),
    ece: expectedCalibrationError(scores, labels),
  };
}
