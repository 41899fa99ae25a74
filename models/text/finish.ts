/**
 * Makes of an exported encoder what ships: how the stages are put together, calibration, thresholds, figures, report, card.
 *
 *   node models/text/finish.ts --rows $WORK/rows/rows.jsonl --run $WORK/run --export $WORK/export --work $WORK/finish
 *
 * Takes a few minutes: every held-out text is scored as the product does. Weights are copied from the export; everything is written
 * beside this file. Calibration and thresholds are chosen on one half of dev, every figure is from the other; what may be
 * cleared is chosen on both, since rare categories need every text.
 */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTextEncoder } from '../../src/detectors/layer2-text/encoder/text-encoder.ts';
import { readManifest } from '../../src/detectors/layer2-text/ngram-model.ts';
import { bestF1 } from '../../src/features/models/measures.ts';
import { CATEGORY_HEADS } from '../text-ngram/heads.ts';
import { writeCard } from './card.ts';
import { chooseThresholds, probabilitiesBy, thresholdsFile } from './choose-thresholds.ts';
import { chooseLimits, recallLoss, shareCleared } from './clearing.ts';
import { figuresOf, reportOf } from './figures.ts';
import { ATTRIBUTES, cascadeScores, exhaustiveScores, finished, fitCalibrations, fitCascade } from './fit.ts';
import { measuredTexts } from './measured.ts';
import type { TrainingRecord } from './registry.ts';
import { HEADS, type Head } from './templates/index.ts';

const FOLDER = import.meta.dirname;
/** Copied as they are; the vocabulary is in the repository already. */
const EXPORTED = ['model.onnx', 'model.json', 'parity.json', 'parity-sample.json'];

function log(text: string): void {
  console.log(`${(performance.now() / 1000).toFixed(1).padStart(7)} s  ${text}`);
}

function write(name: string, content: unknown): void {
  writeFileSync(join(FOLDER, name), `${JSON.stringify(content, null, 1)}\n`);
}

/** Settings of the training that a card names. */
const NOTED = [
  'rate',
  'head_rate',
  'layer_decay',
  'weight_decay',
  'warm_up',
  'batch_tokens',
  'frozen_layers',
  'frozen_steps',
];

/** What is to be remembered of the training: `summary.json` of the rows, `result.json` of the run. */
function trainingRecord(rowsFile: string, run: string): TrainingRecord {
  const parse = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
  const { sets } = parse<{ sets: Record<string, Record<string, number>> }>(join(dirname(rowsFile), 'summary.json'));
  const { plan, rowsSeen, epochs, minutes, settings } = parse<
    Pick<TrainingRecord, 'plan' | 'rowsSeen' | 'epochs' | 'minutes'> & { settings: Record<string, unknown> }
  >(join(run, 'result.json'));
  return {
    madeOn: new Date().toISOString().slice(0, 10),
    seed: Number(settings.seed),
    rowsSeen,
    epochs,
    minutes,
    plan,
    settings: Object.fromEntries(NOTED.map((name) => [name, Number(settings[name])])),
    sets: Object.fromEntries(
      Object.entries(sets).map(([set, parts]) => [
        set,
        { train: parts.train ?? 0, disguised: parts['train, disguised'] ?? 0 },
      ]),
    ),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      run: { type: 'string' },
      export: { type: 'string' },
      work: { type: 'string' },
    },
  });
  const { rows, work } = values;
  if (rows === undefined || work === undefined)
    throw new Error(
      'Name the rows and a folder to work in: --rows <rows.jsonl> --work <folder> [--export <folder of export_onnx.py>] [--run <folder of train.py>]',
    );
  for (const name of values.export === undefined ? [] : EXPORTED) {
    const source = join(values.export!, name);
    if (existsSync(source)) copyFileSync(source, join(FOLDER, name));
  }
  if (values.run !== undefined) write('training.json', trainingRecord(rows, values.run));
  const encoder = createTextEncoder({ onProblem: (problem) => log(problem.message) });
  await encoder.open();
  let lastShare = 0;
  const texts = await measuredTexts(rows, work, encoder, (share) => {
    if (share - lastShare < 0.1 && share < 1) return;
    lastShare = share;
    log(`scored ${(share * 100).toFixed(0)} %`);
  }).finally(() => encoder.close());
  const calibrating = texts.filter(({ part }) => part === 'calibrate');
  const heldOut = texts.filter(({ part }) => part === 'held-out');
  log(`${calibrating.length} texts to calibrate on, ${heldOut.length} to measure on`);

  const ngram = readManifest(join(FOLDER, '../text-ngram/model.json')).version;
  const draft = fitCascade(calibrating, { ngram, encoder: encoder.version });
  log('stages put together');
  // What the encoder finds by itself decides what the n-gram stage may not clear.
  const exhaustive = (text: (typeof texts)[number]) => exhaustiveScores(draft, text);
  const provisional = probabilitiesBy(fitCalibrations(calibrating, exhaustive), exhaustive);
  const provisionalThresholds = chooseThresholds(calibrating, provisional).recommended;
  const flagged = (text: (typeof texts)[number], head: Head): boolean => {
    const thresholds: Partial<Record<Head, { readonly review: number }>> = provisionalThresholds;
    return provisional(text, head) >= (thresholds[head]?.review ?? 0.5);
  };
  const limits = chooseLimits(texts, [...CATEGORY_HEADS], flagged);
  const cascade = finished(draft, limits);
  const harmless = heldOut.filter(({ labels, own }) => !own && CATEGORY_HEADS.every((head) => labels[head] !== 1));
  const clearing = {
    recallLoss: recallLoss(heldOut, [...CATEGORY_HEADS], limits, flagged),
    clearedOfHarmless: shareCleared(harmless, limits),
    clearedOfRequests: shareCleared(
      heldOut.filter(({ set }) => set === 'clinc_benign'),
      limits,
    ),
    clearedOfAll: shareCleared(
      heldOut.filter(({ own }) => !own),
      limits,
    ),
  };
  log(`limits ${JSON.stringify(limits)} ${JSON.stringify(clearing)}`);

  const rawOf = (text: (typeof texts)[number]) => cascadeScores(cascade, text);
  const calibrations = fitCalibrations(calibrating, rawOf);
  const probabilityOf = probabilitiesBy(calibrations, rawOf);
  const chosen = chooseThresholds(calibrating, probabilityOf);
  const identity = { detector: cascade.detector, version: cascade.version };
  const points = (heads: readonly Head[]) =>
    Object.fromEntries(heads.map((head) => [head, { kind: 'piecewise', points: calibrations[head] }]));
  const thresholds = { ...identity, ...thresholdsFile(heldOut, chosen, probabilityOf) };
  const heads = Object.fromEntries(
    HEADS.map((head) => {
      const labelled = calibrating.filter(
        ({ own, evasion, labels }) => !own && evasion === undefined && labels[head] !== undefined,
      );
      const best = bestF1(
        labelled.map((text) => probabilityOf(text, head)),
        labelled.map(({ labels }) => labels[head] ?? 0),
      );
      return [head, figuresOf(heldOut, head, probabilityOf, best?.threshold ?? 0.5)];
    }),
  );
  write('cascade.json', cascade);
  write('calibration.json', {
    ...identity,
    method:
      'beta calibration on the calibration half of dev, weak negatives included, own texts at a quarter; applied once, by the engine',
    categories: points(CATEGORY_HEADS),
    attributes: points(ATTRIBUTES),
  });
  write('thresholds.json', thresholds);
  write('metrics.json', { ...identity, part: 'held-out half of dev', clearing, heads });
  write('report.json', reportOf(heldOut, cascade.version, probabilityOf, chosen.recommended));
  writeCard(FOLDER);
  for (const head of HEADS) {
    const { classifier, ngram: first, encoder: second, withWeakNegatives, ownTexts, disguised } = heads[head]!;
    log(
      `${head.padEnd(16)} ${classifier.positives}/${classifier.count} AP ${classifier.auprc} AUC ${classifier.rocAuc} | encoder ${second.auprc} ${second.rocAuc} | ngram ${first?.auprc} ${first?.rocAuc} | weak ${withWeakNegatives.auprc} ECE ${withWeakNegatives.ece} | own ${ownTexts?.auprc} | disguised ${disguised?.classifier.auprc} (${disguised?.ngram?.auprc})`,
    );
  }
  log(JSON.stringify(chosen.recommended));
  log(JSON.stringify(thresholds.operatingPoints));
  log(JSON.stringify(thresholds.automation));
}

await main();
