import type { LabelReport, ModelCard, ModelReport } from '../../src/contracts/models.ts';
import { createClassifier } from '../../src/detectors/layer2-text/classify.ts';
import { loadNgramModel, type ModelManifest } from '../../src/detectors/layer2-text/ngram-model.ts';
import { assumedBaseRate } from '../../src/features/models/base-rates.ts';
import { type LabelledScore, reportLabel } from '../../src/features/models/label-report.ts';
import { lengthSlice } from '../../src/features/models/text-slices.ts';
import { applyCalibration } from './calibration.ts';
import { readCorpus } from './corpus.ts';
import type { ThresholdTable } from './decide.ts';
import { CATEGORY_HEADS, HEADS, type Head } from './heads.ts';
import { targetsOf } from './labels.ts';
import type { LogisticSettings } from './logistic.ts';
import type { HeadReport } from './report.ts';
import { type Calibrations, scoreRows } from './scored.ts';
import { SETS } from './sets.ts';

/** The part of `metrics.json` that the card for machines is made of. */
export interface RegistryMetrics {
  readonly trainRows: Readonly<Record<string, number>>;
  readonly settings: LogisticSettings;
  readonly heads: Readonly<Record<Head, HeadReport>>;
}

const kindOf = (head: Head): 'category' | 'attribute' =>
  CATEGORY_HEADS.some((category) => category === head) ? 'category' : 'attribute';

const MEASURED_ON =
  'The half of the development data that neither calibration nor thresholds have seen: rows with a label, and rows of harmless sets that nobody labelled.';

/** `registry.json`: the card for machines. */
export function registryOf(manifest: ModelManifest, { trainRows, settings, heads }: RegistryMetrics): ModelCard {
  const own = Object.entries(trainRows).filter(([set]) => set.startsWith('own:'));
  return {
    format: 'tidegate-model-card/1',
    id: 'text-ngram',
    version: manifest.version,
    title: 'N-gram stage',
    summary: 'The cheap first pass over texts: it sees words and pairs of words, not meaning. About 0.1 ms a post.',
    kind: 'text_ngram',
    // The detector that it is the first stage of.
    detector: 'text-classifier',
    stage: 1,
    partKinds: ['text'],
    categories: [...CATEGORY_HEADS],
    attributes: [...manifest.attributes],
    languages: [manifest.language],
    files: [{ name: manifest.weights.file, bytes: manifest.weights.bytes, sha256: manifest.weights.sha256 }],
    licence: 'Apache-2.0',
    baseModel: null,
    madeOn: '2026-11-23',
    madeWith: 'node models/text-ngram/train.ts --data FOLDER; seeded, two to four minutes on one core',
    training: {
      seed: settings.seed,
      hyperparameters: {
        buckets: settings.buckets,
        epochs: settings.epochs,
        learning_rate_alpha: settings.alpha,
        l1: settings.l1,
        l2: settings.l2,
        characters: `${manifest.features.charMin} to ${manifest.features.charMax}`,
      },
      data: [
        ...SETS.map(([name, what, licence, period]) => ({
          name,
          what,
          licence,
          rows: trainRows[name] ?? 0,
          period: period ?? null,
        })),
        {
          name: 'own sentences',
          what: 'written for this model by templates (augment/)',
          licence: 'Apache-2.0',
          rows: own.reduce((sum, [, count]) => sum + count, 0),
          period: '2026',
        },
      ],
      note: 'A missing label is unknown and adds no loss. No public evaluation set was used.',
    },
    calibration: 'Isotonic regression for each output on half of the development data; applied once, by the engine.',
    measuredOn: `${MEASURED_ON} F1, precision and recall are of the labelled rows alone.`,
    metrics: HEADS.map((head) => {
      const { threshold, f1, precision, recall, withWeakNegatives } = heads[head];
      const { count, positives, auprc, rocAuc, ece } = withWeakNegatives;
      return {
        label: head,
        kind: kindOf(head),
        count,
        positives,
        auprc,
        rocAuc,
        ece,
        threshold,
        f1,
        precision,
        recall,
      };
    }),
    limits: [
      'Hate without hateful words, irony and implicit hate are close to invisible to it.',
      'Its data over-reports African-American English as offensive; it should not remove for hate speech or harassment at low thresholds.',
      'Labelled texts on self-harm come from few authors and sexual texts are few, so their figures are rough.',
      'Naming a group, quoting an insult or writing of one’s own grief raises scores.',
      'English only. A text that is surely in another language is not judged, and the policy decides what becomes of it.',
      'It has nothing to say about misinformation.',
    ],
  };
}

/** `report.json`: the shipped weights on the held-out half of dev, weak negatives included, as `MEASURED_ON` says. */
export function reportOf(
  manifestFile: string,
  dataFolder: string,
  calibrations: Calibrations,
  thresholds: ThresholdTable,
): ModelReport {
  const model = loadNgramModel(manifestFile);
  const scored = scoreRows(readCorpus(dataFolder), ['held-out'], createClassifier(model));
  const labels = HEADS.map((head): LabelReport => {
    const items = scored.flatMap(({ row, raw }): LabelledScore[] => {
      const own = row.labels[head];
      const weak = targetsOf(row)[head]?.target;
      const label = own ?? (weak === 0 ? 0 : undefined);
      if (label === undefined) return [];
      return [
        {
          score: applyCalibration(calibrations[head], raw[head]),
          label,
          slices: { source: row.set, length: lengthSlice(row.text) },
        },
      ];
    });
    return reportLabel(items, {
      label: head,
      kind: kindOf(head),
      baseRate: assumedBaseRate(head),
      thresholds: thresholds[head as keyof ThresholdTable],
    });
  });
  return {
    format: 'tidegate-model-report/1',
    model: 'text-ngram',
    version: model.manifest.version,
    measuredOn: MEASURED_ON,
    cautions: [
      'Precision and workload are computed for an assumed share of violating posts; your platform will differ.',
      'Texts that were collected to be difficult make up much of the harmless ones, so that ordinary posts are flagged less often than shown.',
      'The texts are public research data of 2002 to 2022, in English: older and more blatant than what is posted today.',
    ],
    items: scored.length,
    labels,
    notScored: [],
  };
}
