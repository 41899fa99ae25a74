import type { Classifier } from '../../src/detectors/layer2-text/classify.ts';
import type { ModelManifest } from '../../src/detectors/layer2-text/ngram-model.ts';
import { rocAuc } from '../../src/features/models/measures.ts';
import { applyCalibration, type CalibrationPoints, fitIsotonic } from './calibration.ts';
import type { Row } from './corpus.ts';
import { automation, type DecidedRow, reweighted, type ThresholdTable } from './decide.ts';
import { CATEGORY_HEADS, HEADS, type Head } from './heads.ts';
import type { LogisticSettings } from './logistic.ts';
import { type BinaryMetrics, bestThreshold, measure, precisionRecall } from './metrics.ts';
import { type Calibrations, decidedRows, labelled, type ScoredRow, scoreRows } from './scored.ts';
import { ERROR_COSTS, fewestErrors, mostAutomatic } from './thresholds.ts';

/** Share of violating posts in the mix that stands for a platform. */
export const PLATFORM_BASE_RATE = 0.08;
/** The searches are held to more than the product's 70 % and less than its 3 %: unseen rows do a little worse. */
const AUTOMATIC_FLOOR = 0.73;
const WRONG_LIMIT = 0.025;

/** Measures of a head on calibrated probabilities of its labelled rows, and with weak negatives beside them. */
export interface HeadReport extends BinaryMetrics {
  readonly withWeakNegatives: Pick<BinaryMetrics, 'count' | 'positives' | 'auprc' | 'rocAuc' | 'ece'>;
  readonly rocAucBySet: Readonly<Record<string, number>>;
}

/** What is written beside the weights, by file name, and lines for the terminal. */
export interface Report {
  readonly files: Readonly<Record<string, unknown>>;
  readonly summary: string;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function rounded<T extends object>(numbers: T): { [Key in keyof T]: number } {
  const entries = Object.entries(numbers).map(([key, value]) => [key, round(Number(value))]);
  return Object.fromEntries(entries) as { [Key in keyof T]: number };
}

/** ROC AUC within each set that has at least five rows of either kind: free of what differs between sets. */
function areasBySet(scored: readonly ScoredRow[], head: Head): Record<string, number> {
  const { scores, labels, sets } = labelled(scored, head, false);
  const areas: Record<string, number> = {};
  for (const set of new Set(sets)) {
    const places = sets.flatMap((name, index) => (name === set ? [index] : []));
    const ownLabels = places.map((place) => labels[place] ?? 0);
    const positives = ownLabels.reduce((sum, label) => sum + label, 0);
    if (positives < 5 || ownLabels.length - positives < 5) continue;
    areas[set] = round(
      rocAuc(
        places.map((place) => scores[place] ?? 0),
        ownLabels,
      ),
    );
  }
  return areas;
}

/** Everything that `metrics.json` says of a head. `threshold` is the one that F1, precision and recall are taken at. */
export function reportHead(
  scored: readonly ScoredRow[],
  head: Head,
  points: CalibrationPoints,
  threshold: number,
): HeadReport {
  const measured = (weak: boolean): BinaryMetrics => {
    const { scores, labels } = labelled(scored, head, weak);
    return rounded(
      measure(
        scores.map((score) => applyCalibration(points, score)),
        labels,
        threshold,
      ),
    );
  };
  const { count, positives, auprc, rocAuc: area, ece } = measured(true);
  return {
    ...measured(false),
    withWeakNegatives: { count, positives, auprc, rocAuc: area, ece },
    rocAucBySet: areasBySet(scored, head),
  };
}

function fitCalibrations(scored: readonly ScoredRow[]): Calibrations {
  const fitted = HEADS.map((head) => {
    const { scores, labels } = labelled(scored, head, true);
    return [head, fitIsotonic(scores, labels)];
  });
  return Object.fromEntries(fitted) as Record<Head, CalibrationPoints>;
}

function headThreshold(scored: readonly ScoredRow[], head: Head, points: CalibrationPoints): number {
  const { scores, labels } = labelled(scored, head, false);
  return bestThreshold(
    scores.map((score) => applyCalibration(points, score)),
    labels,
  );
}

function calibrationFile(manifest: ModelManifest, calibrations: Calibrations): unknown {
  const points = (heads: readonly Head[]): Record<string, unknown> =>
    Object.fromEntries(heads.map((head) => [head, { kind: 'piecewise', points: calibrations[head] }]));
  return {
    detector: manifest.detector,
    version: manifest.version,
    method: 'isotonic regression on the calibration half of dev, weak negatives included; applied once, by the engine',
    categories: points(CATEGORY_HEADS),
    attributes: points(HEADS.filter((head) => manifest.attributes.includes(head))),
  };
}

/** Figures of a threshold table on both mixes. */
export function figuresOf(
  rows: readonly DecidedRow[],
  thresholds: ThresholdTable,
): Record<'devMix' | 'platformMix', object> {
  return {
    devMix: rounded(automation(rows, thresholds)),
    platformMix: rounded(automation(reweighted(rows, PLATFORM_BASE_RATE), thresholds)),
  };
}

function thresholdEntries(
  scored: readonly ScoredRow[],
  calibrations: Calibrations,
  thresholds: ThresholdTable,
): Record<string, unknown> {
  const entries = CATEGORY_HEADS.map((head) => {
    const { scores, labels } = labelled(scored, head, true);
    const probabilities = scores.map((score) => applyCalibration(calibrations[head], score));
    const at = (threshold: number): object => {
      const { precision, recall } = precisionRecall(probabilities, labels, threshold);
      return { precision: round(precision), recall: round(recall) };
    };
    const { review, remove } = thresholds[head];
    return [
      head,
      { review, remove, costs: ERROR_COSTS[head], heldOut: { atReview: at(review), atRemove: at(remove) } },
    ];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** Measures the model. Calibration and thresholds are chosen on one half of dev; every figure is from the other. */
export function buildReport(
  corpus: readonly Row[],
  train: readonly Row[],
  manifest: ModelManifest,
  classifier: Classifier,
  settings: LogisticSettings,
): Report {
  const calibrating = scoreRows(corpus, ['calibrate'], classifier);
  const heldOut = scoreRows(corpus, ['held-out'], classifier);
  const calibrations = fitCalibrations(calibrating);
  const calibrationRows = decidedRows(calibrating, calibrations);
  const heldOutRows = decidedRows(heldOut, calibrations);
  const platform = fewestErrors(reweighted(calibrationRows, PLATFORM_BASE_RATE), AUTOMATIC_FLOOR);
  const strict = mostAutomatic(calibrationRows, WRONG_LIMIT);
  const heads = Object.fromEntries(
    HEADS.map((head) => {
      const points = calibrations[head];
      return [head, reportHead(heldOut, head, points, headThreshold(calibrating, head, points))];
    }),
  ) as Record<Head, HeadReport>;
  const automationFigures = {
    recommended: figuresOf(heldOutRows, platform.thresholds),
    strict: figuresOf(heldOutRows, strict.thresholds),
  };
  const trainRows: Record<string, number> = {};
  for (const row of train) trainRows[row.set] = (trainRows[row.set] ?? 0) + 1;
  const identity = { detector: manifest.detector, version: manifest.version, sha256: manifest.weights.sha256 };
  const files = {
    'calibration.json': calibrationFile(manifest, calibrations),
    'thresholds.json': {
      ...identity,
      costUnit: 'one needless review by a person',
      note: 'Probabilities after calibration. Review thresholds are chosen, remove thresholds are those that the product starts with. Chosen on the calibration half of dev, figures from the held-out half.',
      method: `cheapest errors while at least ${AUTOMATIC_FLOOR * 100} % is decided automatically, where ${PLATFORM_BASE_RATE * 100} % of posts violate`,
      categories: thresholdEntries(heldOut, calibrations, platform.thresholds),
      strict: {
        method: `most decided automatically with at most ${WRONG_LIMIT * 100} % of that wrong, on the raw dev mix`,
        categories: thresholdEntries(heldOut, calibrations, strict.thresholds),
      },
    },
    'metrics.json': {
      ...identity,
      part: 'held-out half of dev',
      settings,
      features: manifest.features,
      window: manifest.window,
      trainRows,
      platformBaseRate: PLATFORM_BASE_RATE,
      heads,
      automation: automationFigures,
    },
  };
  return { files, summary: summaryOf(manifest, heads, platform.thresholds, strict.thresholds, automationFigures) };
}

function summaryOf(
  manifest: ModelManifest,
  heads: Readonly<Record<Head, HeadReport>>,
  recommended: ThresholdTable,
  strict: ThresholdTable,
  figures: object,
): string {
  const lines = HEADS.map((head) => {
    const { auprc, rocAuc: area, f1, withWeakNegatives: weak, positives, count, rocAucBySet } = heads[head];
    const areas = Object.entries(rocAucBySet).map(([set, value]) => `${set.slice(0, 9)}:${value.toFixed(3)}`);
    return `${head.padEnd(12)} AP ${auprc.toFixed(3)} AUC ${area.toFixed(3)} F1 ${f1.toFixed(3)} weak AP ${weak.auprc.toFixed(3)} AUC ${weak.rocAuc.toFixed(3)} ECE ${weak.ece.toFixed(3)} ${positives}/${count} | ${areas.join(' ')}`;
  });
  return [
    `version ${manifest.version}`,
    ...lines,
    `recommended ${JSON.stringify(recommended)}`,
    `strict      ${JSON.stringify(strict)}`,
    JSON.stringify(figures, null, 1),
  ].join('\n');
}
