import type { LabelReport } from '../../src/contracts/models.ts';

type Figure = (value: number | null) => string;

export const operatingColumns = [
  'label',
  'threshold',
  'at',
  'precision',
  'recall',
  'false positives',
  'workload',
] as const;

/** What each label's thresholds bring, a row for each. `figure` writes a number, or that there is none. */
export const operatingRows = (labels: readonly LabelReport[], figure: Figure): string[][] =>
  labels.flatMap(({ label, operatingPoints }) =>
    operatingPoints.map(({ name, threshold, precision, recall, falsePositiveRate, workload }) => [
      label,
      name,
      threshold.toFixed(2),
      figure(precision),
      figure(recall),
      figure(falsePositiveRate),
      figure(workload),
    ]),
  );
