import { augmentedRows } from '../text-ngram/augment.ts';
import { type Row, readCorpus } from '../text-ngram/corpus.ts';
import { seededRandom } from '../text-ngram/random.ts';
import { disguise } from './disguise.ts';
import { readMetadata } from './metadata.ts';
import { certainTargets, isViolating, type Labels, labelsOf, softTargetsOf, type Targets } from './targets.ts';
import { templateRows } from './templates/index.ts';

/** One text for `train.py`. `evasion` names how it was disguised, where it was. */
export interface TrainingRow {
  readonly id: string;
  readonly set: string;
  readonly kind: string;
  readonly part: Row['part'];
  readonly text: string;
  /** Given by people, or certain because the text was written for them. */
  readonly labels: Labels;
  readonly targets: Targets;
  readonly evasion?: string;
}

/** Share of texts that get a disguised copy beside them. */
const DISGUISED = { violating: 0.2, harmless: 0.08 };

/** Texts that differ only in case, punctuation and spaces are the same to whoever remembers them. */
function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function* labelledRows(folder: string): Generator<TrainingRow> {
  const metadata = readMetadata(folder);
  const corpus = readCorpus(folder);
  const measured = new Set(corpus.filter(({ part }) => part !== 'train').map(({ text }) => bare(text)));
  for (const row of corpus) {
    // What is measured must not have been learned by heart; the n-gram model's figures include such repeats.
    if (row.part === 'train' && measured.has(bare(row.text))) continue;
    const about = metadata.get(row.id);
    const targets = softTargetsOf(row, about);
    if (Object.keys(targets).length === 0) continue;
    const { id, set, part, text } = row;
    yield { id, set, kind: 'labelled', part, text, labels: labelsOf(row, about), targets };
  }
}

function* ownRows(seed: number): Generator<TrainingRow> {
  for (const row of augmentedRows(seed)) {
    const { id, set, part, text, labels } = row;
    yield { id, set, kind: 'sentence', part, text, labels, targets: certainTargets(labels) };
  }
  let number = 0;
  for (const { text, labels, source, kind, part } of templateRows(seed)) {
    number += 1;
    const set = `template:${source.split('/')[0] ?? source}`;
    yield { id: `${source}-${number}`, set, kind, part, text, labels, targets: certainTargets(labels) };
  }
}

/**
 * All rows, disguised copies among them, in a fixed order for the same seed and data. Disguised copies keep the part of
 * their original, and `evasion` tells them apart, so that figures without them compare with the n-gram model's.
 * @throws Error where the folder holds no sets, or a template is wrong.
 */
export function* trainingRows(folder: string, seed: number): Generator<TrainingRow> {
  const random = seededRandom(seed);
  for (const rows of [labelledRows(folder), ownRows(seed)]) {
    for (const row of rows) {
      yield row;
      const share = isViolating(row.targets) ? DISGUISED.violating : DISGUISED.harmless;
      if (random() >= share) continue;
      const disguised = disguise(row.text, random);
      if (disguised !== undefined) yield { ...row, ...disguised, id: `${row.id}~` };
    }
  }
}
