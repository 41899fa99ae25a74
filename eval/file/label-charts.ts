import type { LabelReport } from '../../src/contracts/models.ts';
import { atBaseRate, everyThreshold, type LabelledScore } from '../../src/features/models/index.ts';
import { type ChartPoint, drawChart } from './chart.ts';

/** A curve drawn with more points than this looks the same and weighs more. */
const mostPoints = 200;

/** Evenly taken points, the last always among them. */
const thinned = <Point>(points: readonly Point[]): readonly Point[] => {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, index) => points[Math.round(index * step)]!);
};

const figure = (value: number | null): string => (value === null ? 'not known' : value.toFixed(3));

/** The five charts of a label. `index` makes their ids unique. */
export const labelCharts = (
  report: LabelReport,
  scored: readonly LabelledScore[],
  index: number,
  measuredBaseRate: number | undefined,
): string => {
  const { label, headline, curve, reliability, operatingPoints, positives, count } = report;
  const scores = scored.map(({ score }) => score);
  const labels = scored.map((item) => item.label);
  const steps = everyThreshold(scores, labels).map((figures) =>
    measuredBaseRate === undefined ? figures : atBaseRate(figures, measuredBaseRate),
  );
  const bothClasses = positives > 0 && positives < count;
  const precisionByRecall = thinned(
    steps.flatMap(({ precision, recall }): ChartPoint[] =>
      precision === null || recall === null ? [] : [[recall, precision]],
    ),
  );
  const roc = thinned<ChartPoint>([
    [0, 0],
    ...steps.map(({ recall, falsePositiveRate }): ChartPoint => [falsePositiveRate ?? 0, recall ?? 0]),
  ]);
  const marks = operatingPoints.map(({ name, threshold }) => ({ at: threshold, name }));
  const along = (value: (point: LabelReport['curve'][number]) => number | null): ChartPoint[] =>
    curve.flatMap((point): ChartPoint[] => {
      const found = value(point);
      return found === null ? [] : [[point.threshold, found]];
    });
  const counts = (of: (bin: LabelReport['reliability'][number]) => number) => {
    const total = reliability.reduce((sum, bin) => sum + of(bin), 0);
    return reliability.map((bin) => ({ from: bin.from, to: bin.to, height: total === 0 ? 0 : of(bin) / total }));
  };
  const id = (name: string): string => `c${index}-${name}`;
  const pictures = [
    drawChart({
      id: id('threshold'),
      title: `${label}: precision, recall and workload by threshold`,
      description: `What a threshold from 0.01 to 0.99 brings. ${operatingPoints.map((point) => `At ${point.name} (${point.threshold}): precision ${figure(point.precision)}, recall ${figure(point.recall)}, workload ${figure(point.workload)}.`).join(' ')}`,
      xLabel: 'threshold',
      yLabel: 'share',
      series: [
        { name: 'precision', tone: 'a', points: along(({ precision }) => precision) },
        { name: 'recall', tone: 'b', points: along(({ recall }) => recall) },
        { name: 'workload', tone: 'c', points: along(({ workload }) => workload) },
      ],
      marks,
    }),
    drawChart({
      id: id('reliability'),
      title: `${label}: reliability`,
      description: `How often what was said with a probability came true, in fifteen bins; the calibration error is ${figure(headline.ece)}.`,
      xLabel: 'mean probability',
      yLabel: 'share that is so',
      diagonal: true,
      series: [
        {
          name: 'share that is so',
          tone: 'a',
          dots: true,
          points: reliability.flatMap(({ meanProbability, shareOfPositives }): ChartPoint[] =>
            meanProbability === null || shareOfPositives === null ? [] : [[meanProbability, shareOfPositives]],
          ),
        },
      ],
    }),
    drawChart({
      id: id('distribution'),
      title: `${label}: distribution of probabilities`,
      description: `Share of the ${count - positives} negative and the ${positives} positive texts in each of fifteen bins.`,
      xLabel: 'probability',
      yLabel: 'share of the class',
      bars: [
        { name: 'negative', tone: 'a', bars: counts((bin) => bin.count - bin.positives) },
        { name: 'positive', tone: 'b', bars: counts((bin) => bin.positives) },
      ],
      marks,
    }),
  ];
  if (!bothClasses) return `<div class="charts">${pictures.join('')}</div>`;
  return `<div class="charts">${[
    pictures[0],
    drawChart({
      id: id('pr'),
      title: `${label}: precision by recall`,
      description: `The area under it, as a step function on the file's own share of positives, is ${figure(headline.auprc)}.`,
      xLabel: 'recall',
      yLabel: 'precision',
      series: [{ name: 'precision', tone: 'a', points: precisionByRecall }],
    }),
    drawChart({
      id: id('roc'),
      title: `${label}: ROC`,
      description: `The area under it is ${figure(headline.rocAuc)}; 0.5 is chance.`,
      xLabel: 'false positive rate',
      yLabel: 'recall',
      diagonal: true,
      series: [{ name: 'recall', tone: 'a', points: roc }],
    }),
    ...pictures.slice(1),
  ].join('')}</div>`;
};
