import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRow } from '../bench/table.ts';
import { applyCalibration, type CalibrationPoints } from '../models/text-ngram/calibration.ts';
import { type Row, readCorpus } from '../models/text-ngram/corpus.ts';
import {
  type AutomationFigures,
  automation,
  type DecidedRow,
  reweighted,
  type ThresholdTable,
  tally,
  violates,
} from '../models/text-ngram/decide.ts';
import { CATEGORY_HEADS, type CategoryHead } from '../models/text-ngram/heads.ts';
import { PLATFORM_BASE_RATE } from '../models/text-ngram/report.ts';
import { createTextClassifier } from '../src/detectors/layer2-text/classifier/text-classifier.ts';
import { createTextEncoder } from '../src/detectors/layer2-text/encoder/text-encoder.ts';
import { createNgramStage } from '../src/detectors/layer2-text/ngram-stage.ts';
import type { Detector, DetectorInput } from '../src/engine/ports/detector.ts';
import { decideWithProduct, type ProductRow } from './text-dev-product.ts';

const MODEL = join(import.meta.dirname, '../models/text');
const BATCH = 256;

/** The thresholds that the product starts with (requirement E1), for comparison. */
const STARTER: ThresholdTable = {
  hate_speech: { review: 0.75, remove: 0.92 },
  harassment: { review: 0.75, remove: 0.95 },
  sexual: { review: 0.75, remove: 0.95 },
  violence: { review: 0.7, remove: 0.9 },
  self_harm: { review: 0.75, remove: 0.95 },
  spam: { review: 0.65, remove: 0.85 },
};

interface ThresholdsFile {
  categories: ThresholdTable;
  strict: { categories: ThresholdTable };
}

interface CalibrationFile {
  categories: Record<CategoryHead, { points: CalibrationPoints }>;
}

function readModelFile<T>(name: string): T {
  return JSON.parse(readFileSync(join(MODEL, name), 'utf8')) as T;
}

function inputOf(row: Row): DetectorInput {
  const part = { id: 'body', kind: 'text', text: row.text } as const;
  return {
    part,
    context: {
      item: { account: { id: 'author' }, surface: 'comment', parts: [part] },
      account: { id: 'author', tier: 'new' },
      counters: {},
      reposts: {},
      signals: [],
      now: 0,
    },
  };
}

/** Judges rows with the detector as the product runs it: both stages, language gate, checksums. */
async function decide(rows: readonly Row[], detector: Detector): Promise<DecidedRow[]> {
  const { categories } = readModelFile<CalibrationFile>('calibration.json');
  const decided: DecidedRow[] = [];
  const never = new AbortController().signal;
  for (let start = 0; start < rows.length; start += BATCH) {
    const batch = rows.slice(start, start + BATCH);
    const signals = await detector.detect(batch.map(inputOf), never);
    batch.forEach((row, index) => {
      const signal = signals[index];
      if (signal === undefined || signal.status === 'unavailable') {
        throw new Error(`The classifier did not judge ${row.id}: ${signal?.reason ?? 'no signal'}`);
      }
      const probabilities = Object.fromEntries(
        CATEGORY_HEADS.map((head) => [head, applyCalibration(categories[head].points, signal.scores[head] ?? 0)]),
      ) as Record<CategoryHead, number>;
      decided.push({ set: row.set, labels: row.labels, weight: 1, assessed: signal.status === 'ok', probabilities });
    });
  }
  return decided;
}

const MIX = `${PLATFORM_BASE_RATE * 100} % violating`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function describe(name: string, found: AutomationFigures, rows: readonly Pick<DecidedRow, 'labels'>[]): BenchRow {
  const note = [
    `automatic ${percent(found.automatic)}`,
    `wrong ${percent(found.wrong)} of those`,
    `approved ${percent(found.approved)}`,
    `removed ${percent(found.removed)}`,
    `missed ${percent(found.missed)} of the violating`,
    `${found.rows} texts, ${rows.filter(violates).length} violating`,
  ].join(', ');
  return { name, note };
}

/** The whole product on both mixes: its own decisions, and its fused probabilities against other thresholds. */
function productRows(rows: readonly ProductRow[], recommended: ThresholdTable): BenchRow[] {
  const fused = rows.map((row) => row.fused);
  const mixes = [
    { name: MIX, weighted: reweighted(fused, PLATFORM_BASE_RATE) },
    { name: 'mix of the data', weighted: fused },
  ];
  return mixes.flatMap(({ name, weighted }) => {
    const decided = rows.map(({ decided: own }, index) => ({ ...own, row: weighted[index] ?? own.row }));
    return [
      describe(`layers 1 and 2, ${name}, policies/default.yaml`, tally(decided), weighted),
      describe(`layers 1 and 2, ${name}, recommended thresholds`, automation(weighted, recommended), weighted),
    ];
  });
}

/** `text` in the folder that TIDEGATE_FIXTURES names, with the labelled `*.jsonl.gz`. */
function textFolder(): string | undefined {
  const fixtures = process.env.TIDEGATE_FIXTURES;
  if (fixtures === undefined || fixtures === '') return undefined;
  const folder = join(fixtures, 'text');
  return existsSync(folder) ? folder : undefined;
}

/**
 * How much layers 1 and 2, and the text classifier alone, decide by themselves, and how much of that is wrong: on the half
 * of the development data that neither calibration nor thresholds have seen.
 *
 * An item is automatic if every category is below `review` (approved) or one is at or above `remove` (removed). It is
 * wrong if approved although some category is labelled positive, or removed although none is (toxicity counts as support
 * for hate speech and harassment). Categories that a set does not label count as not positive.
 */
export async function evaluateTextDev(folder: string | undefined = textFolder()): Promise<readonly BenchRow[]> {
  if (folder === undefined) {
    return [{ name: 'not measured', note: 'set TIDEGATE_FIXTURES to the folder that holds text/*.jsonl.gz' }];
  }
  const { categories: recommended, strict } = readModelFile<ThresholdsFile>('thresholds.json');
  const corpus = readCorpus(folder).filter((row) => row.part === 'held-out');
  const ngram = createNgramStage();
  const encoder = createTextEncoder();
  const detector = createTextClassifier({ ngram, encoder, timeoutMs: 60_000 });
  await detector.open?.();
  let rows: DecidedRow[];
  const started = performance.now();
  try {
    rows = await decide(corpus, detector);
  } finally {
    await Promise.all([ngram.close(), encoder.close()]);
  }
  const perSecond = (rows.length / (performance.now() - started)) * 1000;
  const platform = reweighted(rows, PLATFORM_BASE_RATE);
  const judged = (name: string, mix: readonly DecidedRow[], thresholds: ThresholdTable): BenchRow =>
    describe(name, automation(mix, thresholds), mix);
  const sets = [...new Set(rows.map((row) => row.set))];
  return [
    ...productRows(await decideWithProduct(corpus), recommended),
    { ...judged(`classifier, ${MIX}, recommended thresholds`, platform, recommended), perSecond },
    judged(`classifier, ${MIX}, strict thresholds`, platform, strict.categories),
    judged(`classifier, ${MIX}, thresholds of requirement E1`, platform, STARTER),
    judged('classifier, mix of the data, recommended thresholds', rows, recommended),
    judged('classifier, mix of the data, strict thresholds', rows, strict.categories),
    judged('classifier, mix of the data, thresholds of requirement E1', rows, STARTER),
    ...sets.map((set) => {
      const own = rows.filter((row) => row.set === set);
      return judged(`classifier, ${set}, recommended thresholds`, own, recommended);
    }),
  ];
}
