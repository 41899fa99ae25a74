/**
 * Trains the n-gram text classifier and writes what ships: model.bin, model.json, calibration.json, thresholds.json,
 * metrics.json. CARD.md is written from metrics.json by `card.ts`.
 *
 *   node models/text-ngram/train.ts --data <folder with the labelled *.jsonl.gz> [--out <folder>]
 *
 * With `--recalibrate` the weights in that folder are kept, and only what is measured on dev is made again.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClassifier } from '../../src/detectors/layer2-text/classify.ts';
import { DEFAULT_FEATURES } from '../../src/detectors/layer2-text/features.ts';
import { loadNgramModel, type ModelManifest, type NgramModel } from '../../src/detectors/layer2-text/ngram-model.ts';
import { templateRows } from '../text/templates/index.ts';
import { augmentedRows } from './augment.ts';
import { type Row, readCorpus } from './corpus.ts';
import { OUTPUTS } from './heads.ts';
import { concernOf, targetsOf } from './labels.ts';
import { type LogisticSettings, trainLogistic } from './logistic.ts';
import { quantise } from './quantise.ts';
import { buildReport } from './report.ts';
import { vectorise } from './vectorise.ts';

/** Training sees the first tokens of a text; inference looks through the whole text in narrower windows. */
const TRAINING_TOKENS = 128;
const WINDOW = { tokens: 40, overlap: 16 };
const SEED = 20_240_601;
const SETTINGS: LogisticSettings = {
  buckets: 2 ** DEFAULT_FEATURES.bits,
  heads: OUTPUTS.length,
  epochs: 5,
  alpha: 1,
  l1: 0.02,
  l2: 0.1,
  seed: SEED,
};

/** The texts that were written for both stages, but for those that are measured. */
function ownRows(): Row[] {
  return [...templateRows(SEED)]
    .filter(({ part }) => part === 'train')
    .map(({ text, labels, source }, index) => {
      const set = `own:${source.split('/')[0] ?? source}`;
      return { id: `${set}-${index}`, set, text, labels: labels as Row['labels'], part: 'train' };
    });
}

/** Rows of a set count as if it had this many: a large set must not outshout the others. */
const EVEN_SIZE = 3000;

function log(text: string): void {
  console.log(`${(performance.now() / 1000).toFixed(1).padStart(7)} s  ${text}`);
}

function fitHeads(rows: readonly Row[]): { weights: Float32Array; intercepts: Float32Array } {
  const heads = OUTPUTS.length;
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(row.set, (sizes.get(row.set) ?? 0) + 1);
  const targets = new Uint8Array(rows.length * heads);
  const weights = new Float32Array(rows.length * heads);
  rows.forEach((row, index) => {
    const balance = Math.min(2, Math.max(0.5, Math.sqrt(EVEN_SIZE / (sizes.get(row.set) ?? EVEN_SIZE))));
    const found = targetsOf(row);
    OUTPUTS.forEach((head, place) => {
      const entry = head === 'concern' ? concernOf(found) : found[head];
      if (entry === undefined) return;
      targets[index * heads + place] = entry.target;
      weights[index * heads + place] = entry.weight * balance;
    });
  });
  log('making features');
  const sparse = vectorise(
    rows.map((row) => row.text),
    DEFAULT_FEATURES,
    TRAINING_TOKENS,
  );
  log(`training on ${rows.length} rows, ${sparse.indices.length} features in all`);
  return trainLogistic({ rows: sparse, targets, weights }, SETTINGS);
}

/** Anything that changes a score changes the version, since calibration and reuse of signals hang on it. */
function versionMark(weights: string): string {
  const parts = JSON.stringify([weights, DEFAULT_FEATURES, WINDOW]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 8);
}

/** Trains, quantises and names the model. */
function trainModel(train: readonly Row[]): NgramModel {
  const fitted = fitHeads(train);
  const { weights, scales } = quantise(fitted.weights, OUTPUTS.length);
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const manifest: ModelManifest = {
    format: 'tidegate-text-ngram/1',
    detector: 'text-ngram',
    version: `1.1-${versionMark(sha256)}`,
    language: 'en',
    heads: [...OUTPUTS],
    attributes: ['toxicity', 'profanity', 'concern'],
    features: DEFAULT_FEATURES,
    window: WINDOW,
    weights: { file: 'model.bin', bytes: weights.length, sha256, scales, intercepts: Array.from(fitted.intercepts) },
  };
  return { manifest, weights };
}

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      out: { type: 'string', default: import.meta.dirname },
      recalibrate: { type: 'boolean', default: false },
    },
  });
  if (values.data === undefined) throw new Error('Name the folder with the labelled text: --data <folder>');
  const corpus = readCorpus(values.data);
  const train = [...corpus.filter((row) => row.part === 'train'), ...augmentedRows(SEED), ...ownRows()];
  const model = values.recalibrate ? loadNgramModel(join(values.out, 'model.json')) : trainModel(train);
  log('calibrating and measuring');
  const report = buildReport(corpus, train, model.manifest, createClassifier(model), SETTINGS);
  mkdirSync(values.out, { recursive: true });
  if (!values.recalibrate) {
    writeFileSync(join(values.out, 'model.bin'), model.weights);
    writeFileSync(join(values.out, 'model.json'), `${JSON.stringify(model.manifest, null, 1)}\n`);
  }
  for (const [name, content] of Object.entries(report.files)) {
    writeFileSync(join(values.out, name), `${JSON.stringify(content, null, 1)}\n`);
  }
  log(report.summary);
}

main();
