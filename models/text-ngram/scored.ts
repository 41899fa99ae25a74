import type { Classifier } from '../../src/detectors/layer2-text/classify.ts';
import { applyCalibration, type CalibrationPoints } from './calibration.ts';
import type { Part, Row } from './corpus.ts';
import type { DecidedRow } from './decide.ts';
import { CATEGORY_HEADS, type CategoryHead, HEADS, type Head } from './heads.ts';
import { targetsOf } from './labels.ts';

/** A row with the raw score of every head. */
export interface ScoredRow {
  readonly row: Row;
  readonly raw: Readonly<Record<Head, number>>;
}

/** Calibration points by head. */
export type Calibrations = Readonly<Record<Head, CalibrationPoints>>;

/** Raw scores of all rows of the given parts. */
export function scoreRows(corpus: readonly Row[], parts: readonly Part[], classifier: Classifier): ScoredRow[] {
  return corpus
    .filter((row) => parts.includes(row.part))
    .map((row) => {
      const { scores } = classifier.classify(row.text);
      const raw = Object.fromEntries(HEADS.map((head, index) => [head, scores[index] ?? 0])) as Record<Head, number>;
      return { row, raw };
    });
}

/** Scores, labels and sets of the rows that have a label for the head; with `weak`, also of its weak negatives. */
export function labelled(
  scored: readonly ScoredRow[],
  head: Head,
  weak: boolean,
): { scores: number[]; labels: number[]; sets: string[] } {
  const scores: number[] = [];
  const labels: number[] = [];
  const sets: string[] = [];
  for (const { row, raw } of scored) {
    const own = row.labels[head];
    const target = own ?? (weak ? targetsOf(row)[head]?.target : undefined);
    if (target === undefined || (own === undefined && target === 1)) continue;
    scores.push(raw[head]);
    labels.push(target);
    sets.push(row.set);
  }
  return { scores, labels, sets };
}

/** Rows as the decision sees them, with calibrated probabilities. */
export function decidedRows(scored: readonly ScoredRow[], calibrations: Calibrations): DecidedRow[] {
  return scored.map(({ row, raw }) => ({
    set: row.set,
    labels: row.labels,
    weight: 1,
    assessed: true,
    probabilities: Object.fromEntries(
      CATEGORY_HEADS.map((head) => [head, applyCalibration(calibrations[head], raw[head])]),
    ) as Record<CategoryHead, number>,
  }));
}
