import { type LabelReport, sliceDimensions } from '#contracts/models.ts';
import {
  atBaseRate,
  averagePrecision,
  bestF1,
  expectedCalibrationError,
  figuresAlong,
  figuresAt,
  reliability,
  rocAuc,
  type ThresholdFigures,
} from './measures.ts';
import { lengthSlices } from './text-slices.ts';

export type SliceDimension = (typeof sliceDimensions)[number];

/** An item as a label sees it. */
export interface LabelledScore {
  /** Calibrated probability, 0..1. */
  readonly score: number;
  readonly label: 0 | 1;
  /** What the item belongs to, where that is known. */
  readonly slices: Readonly<Partial<Record<SliceDimension, string>>>;
}

export interface LabelReportSettings {
  readonly label: string;
  readonly kind: 'category' | 'attribute';
  /** Share of positives that precision and workload are computed for; that of the items when absent. */
  readonly baseRate?: number;
  /** The policy's thresholds, where it has the label. */
  readonly thresholds?: { readonly review: number; readonly remove: number } | undefined;
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
const roundedOrNull = (value: number | null): number | null => (value === null ? null : rounded(value));

const roundedFigures = ({ threshold, precision, recall, falsePositiveRate, workload }: ThresholdFigures) => ({
  threshold: rounded(threshold),
  precision: roundedOrNull(precision),
  recall: roundedOrNull(recall),
  falsePositiveRate: roundedOrNull(falsePositiveRate),
  workload: rounded(workload),
});

const gridThresholds = Array.from({ length: 99 }, (_, index) => (index + 1) / 100);

interface Columns {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly positives: number;
}

const columnsOf = (items: readonly LabelledScore[]): Columns => {
  const labels = items.map(({ label }) => label);
  return {
    scores: items.map(({ score }) => score),
    labels,
    positives: labels.reduce<number>((sum, label) => sum + label, 0),
  };
};

/** Areas, or null where one class is missing and they would say nothing. */
const areasOf = ({ scores, labels, positives }: Columns): { auprc: number | null; rocAuc: number | null } =>
  positives === 0 || positives === labels.length
    ? { auprc: null, rocAuc: null }
    : { auprc: rounded(averagePrecision(scores, labels)), rocAuc: rounded(rocAuc(scores, labels)) };

/** Lengths from short to long, everything else from the largest slice on. */
const slicePlace = ({ dimension, name, count }: LabelReport['slices'][number]): readonly [number, number] => [
  sliceDimensions.indexOf(dimension),
  dimension === 'length' ? lengthSlices.indexOf(name) : -count,
];
const bySlicePlace = (one: LabelReport['slices'][number], other: LabelReport['slices'][number]): number => {
  const [dimension, place] = slicePlace(one);
  const [otherDimension, otherPlace] = slicePlace(other);
  return dimension - otherDimension || place - otherPlace || (one.name < other.name ? -1 : 1);
};

const slicesOf = (items: readonly LabelledScore[], review: number | undefined): LabelReport['slices'] => {
  const groups = new Map<string, { dimension: SliceDimension; name: string; items: LabelledScore[] }>();
  for (const item of items) {
    for (const [dimension, name] of Object.entries(item.slices) as [SliceDimension, string][]) {
      const key = `${dimension}\u0000${name}`;
      const group = groups.get(key) ?? { dimension, name, items: [] };
      group.items.push(item);
      groups.set(key, group);
    }
  }
  const slices = [...groups.values()].map(({ dimension, name, items: own }) => {
    const columns = columnsOf(own);
    const figures = review === undefined ? undefined : figuresAt(columns.scores, columns.labels, review);
    return {
      dimension,
      name,
      count: own.length,
      positives: columns.positives,
      ...areasOf(columns),
      recall: roundedOrNull(figures?.recall ?? null),
      falsePositiveRate: roundedOrNull(figures?.falsePositiveRate ?? null),
    };
  });
  return slices.sort(bySlicePlace);
};

/** Everything that a report says of one label. `items` are those whose label and score are both known. */
export const reportLabel = (
  items: readonly LabelledScore[],
  { label, kind, baseRate, thresholds }: LabelReportSettings,
): LabelReport => {
  const columns = columnsOf(items);
  const { scores, labels, positives } = columns;
  const rate = baseRate ?? (items.length === 0 ? 0 : positives / items.length);
  const weighed = (figures: ThresholdFigures): ThresholdFigures =>
    baseRate === undefined ? figures : atBaseRate(figures, baseRate);
  const best = bestF1(scores, labels);
  return {
    label,
    kind,
    count: items.length,
    positives,
    baseRate: rounded(rate),
    headline: {
      ...areasOf(columns),
      ece: items.length === 0 ? null : rounded(expectedCalibrationError(scores, labels)),
      bestF1: best === undefined ? null : { threshold: rounded(best.threshold), f1: rounded(best.f1) },
    },
    curve: figuresAlong(scores, labels, gridThresholds).map((figures) => roundedFigures(weighed(figures))),
    operatingPoints:
      thresholds === undefined
        ? []
        : (['review', 'remove'] as const).map((name) => {
            const at = weighed(figuresAt(scores, labels, thresholds[name]));
            return { name, ...roundedFigures(at), f1: roundedOrNull(at.f1) };
          }),
    reliability: reliability(scores, labels).map(({ meanProbability, shareOfPositives, from, to, ...counts }) => ({
      ...counts,
      from: rounded(from),
      to: rounded(to),
      meanProbability: roundedOrNull(meanProbability),
      shareOfPositives: roundedOrNull(shareOfPositives),
    })),
    slices: slicesOf(items, thresholds?.review),
  };
};
