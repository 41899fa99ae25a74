import {
  averagePrecision,
  bestF1,
  expectedCalibrationError,
  figuresAt,
  rocAuc,
} from '../../src/features/models/measures.ts';

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

/** Precision, recall and F1 at a threshold; 0 where there is nothing to divide by. */
export function precisionRecall(
  scores: readonly number[],
  labels: readonly number[],
  threshold: number,
): { precision: number; recall: number; f1: number } {
  const { precision, recall, f1 } = figuresAt(scores, labels, threshold);
  return { precision: precision ?? 0, recall: recall ?? 0, f1: f1 ?? 0 };
}

/** The threshold with the best F1 on these scores; 0.5 without a positive. */
export function bestThreshold(scores: readonly number[], labels: readonly number[]): number {
  return bestF1(scores, labels)?.threshold ?? 0.5;
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
