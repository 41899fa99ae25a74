import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainReading } from '../../src/detectors/layer2-text/classifier/plain-reading.ts';
import { readByEncoder } from '../../src/detectors/layer2-text/classifier/text-reader.ts';
import { type Classifier, createClassifier } from '../../src/detectors/layer2-text/classify.ts';
import type { TextEncoder } from '../../src/detectors/layer2-text/encoder/text-encoder.ts';
import { loadNgramModel } from '../../src/detectors/layer2-text/ngram-model.ts';
import type { Part } from '../text-ngram/corpus.ts';
import type { Labels } from './targets.ts';
import { HEADS, type Head } from './templates/index.ts';

/** A row of `rows.jsonl` that nothing was learned from, with what either stage says of it. */
export interface MeasuredText {
  readonly set: string;
  readonly part: Exclude<Part, 'train'>;
  readonly text: string;
  /** Given by people, or certain because the text was written for them. */
  readonly labels: Labels;
  /** Heads of which nobody said anything, and which the text hardly has: weak negatives. */
  readonly unlikely: ReadonlySet<Head>;
  readonly evasion?: string;
  /** Written for this project, from templates or by hand. */
  readonly own: boolean;
  /** Is in disguise: the n-gram stage never clears it. */
  readonly disguised: boolean;
  /** By head, as the stage answers. The encoder's is the higher one of both readings. */
  readonly encoder: Readonly<Record<Head, number>>;
  readonly ngram: Readonly<Partial<Record<Head | 'concern', number>>>;
}

interface StoredRow {
  readonly set: string;
  readonly part: Part;
  readonly text: string;
  readonly labels: Labels;
  readonly targets: Readonly<Partial<Record<Head, readonly [target: number, weight: number]>>>;
  readonly evasion?: string;
}

interface Scored {
  readonly encoder: readonly number[];
  readonly ngram: readonly number[];
  readonly disguised: boolean;
}

/** A weak negative's target is nearly 0: sets are believed a little less than wholly. */
const UNLIKELY_BELOW = 0.2;
const AT_ONCE = 64;
const CLASSIFIER = '../../src/detectors/layer2-text/classifier';
/** How texts in disguise are read has a part in the scores. */
const READING = ['plain-reading.ts', 'text-reader.ts'];

const digits = (scores: readonly number[]): number[] => scores.map((score) => Math.round(score * 1e6) / 1e6);

async function score(text: string, classifier: Classifier, encoder: TextEncoder): Promise<Scored> {
  const { scores, suspects } = classifier.classify(text);
  const plain = plainReading(text);
  const read = await readByEncoder(encoder, text, plain, suspects, new AbortController().signal);
  const highest = encoder.heads.map((head) => read.scores.get(head) ?? 0);
  return { encoder: digits(highest), ngram: digits(scores), disguised: plain !== undefined };
}

/**
 * Every row of the calibration and held-out parts, scored by the stages as the product runs them. What was scored is kept in `work` by the
 * digests of rows, models and code, since it takes minutes.
 */
export async function measuredTexts(
  rowsFile: string,
  work: string,
  encoder: TextEncoder,
  onProgress: (share: number) => void = () => {},
): Promise<MeasuredText[]> {
  const data = readFileSync(rowsFile, 'utf8');
  const rows = data
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredRow)
    .filter(({ part }) => part !== 'train');
  const ngram = loadNgramModel(join(import.meta.dirname, '../text-ngram/model.json'));
  const classifier = createClassifier(ngram);
  const hash = createHash('sha256').update(data).update(encoder.version).update(ngram.manifest.version);
  for (const file of READING) hash.update(readFileSync(join(import.meta.dirname, CLASSIFIER, file)));
  const key = hash.digest('hex');
  mkdirSync(work, { recursive: true });
  const kept = join(work, `scored-${key.slice(0, 16)}.json`);
  let scored: Scored[] = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Scored[]) : [];
  if (scored.length !== rows.length) {
    scored = [];
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      const batch = rows.slice(start, start + AT_ONCE);
      scored.push(...(await Promise.all(batch.map(({ text }) => score(text, classifier, encoder)))));
      onProgress(scored.length / rows.length);
    }
    writeFileSync(kept, JSON.stringify(scored));
  }
  const byHead = (heads: readonly string[], scores: readonly number[]) =>
    Object.fromEntries(heads.map((head, index) => [head, scores[index] ?? 0]));
  return rows.map(({ set, part, text, labels, targets, evasion }, index) => ({
    set,
    part: part as MeasuredText['part'],
    text,
    labels,
    unlikely: new Set(HEADS.filter((head) => labels[head] === undefined && (targets[head]?.[0] ?? 1) < UNLIKELY_BELOW)),
    ...(evasion === undefined ? {} : { evasion }),
    own: set.startsWith('own:') || set.startsWith('template:'),
    disguised: scored[index]!.disguised,
    encoder: byHead(encoder.heads, scored[index]!.encoder) as MeasuredText['encoder'],
    ngram: byHead(ngram.manifest.heads, scored[index]!.ngram),
  }));
}
