/**
 * Texts that the product's tokenizer is compared on: every character that Unicode assigns, each within a word and by itself, and words of the vocabulary
 * as people and evaders write them. As a program it prints them, a JSON string a line, for `reference_ids.py`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../text-ngram/random.ts';

const BLOCK = 256;
const WRITTEN = 9_500;
/** Between them and up to the last plane nothing is assigned, or for private use. */
const ASSIGNED = [
  [0, 0x32_000],
  [0xe_0000, 0xe_1000],
  [0x10_ff00, 0x11_0000],
] as const;
const isHalfOfPair = (code: number): boolean => code >= 0xd800 && code < 0xe000;

type Pick = <Value>(values: readonly Value[]) => Value;

/** What is done to a word: most are left alone. */
const surgeries: readonly ((word: string, at: number, pick: Pick) => string)[] = [
  (word) => word,
  (word) => word,
  (word) => word,
  (word) => word.toUpperCase(),
  (word) => word.slice(0, 1).toUpperCase() + word.slice(1),
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at + 1) + word.slice(at).repeat(2),
  (word, at, pick) =>
    word.slice(0, at) + pick(['\u0301', '\u0308', '\u200b', '\u00ad', '.', '*', "'", '-']) + word.slice(at),
  (word) => word.replace(/a/g, 'á').replace(/o/g, 'ö').replace(/n/g, 'ñ'),
  (word) => word.replace(/a/g, '4').replace(/e/g, '3').replace(/i/g, '1').replace(/s/g, '$'),
  (word) => word.replace(/a/g, 'а').replace(/e/g, 'е').replace(/o/g, 'о'),
  (word) => [...word].join(' '),
];

function* written(): Generator<string> {
  const random = seededRandom(11);
  const pick: Pick = (values) => values[Math.floor(random() * values.length)]!;
  const pieces = readFileSync(join(import.meta.dirname, 'vocab/vocab.txt'), 'utf8').split('\n');
  // Those before are unused or single characters.
  const words = pieces.slice(1996).filter((piece) => piece !== '');
  const starts = words.filter((piece) => !piece.startsWith('##'));
  for (let text = 0; text < WRITTEN; text += 1) {
    let line = '';
    const length = 1 + Math.floor(random() * 24);
    for (let place = 0; place < length; place += 1) {
      const joint = random() < 0.2 ? pick(words).replace('##', '') : '';
      const word = pick(starts) + joint;
      line += pick(surgeries)(word, Math.floor(random() * word.length), pick);
      line += pick([' ', ' ', ' ', ' ', ', ', '. ', '!! ', '\n', '\u00a0', '  ', '…', '/', ' 😀 ', ' — ', '’']);
    }
    yield line;
  }
}

/** The same texts at every call, over 10,000. */
export function* referenceTexts(): Generator<string> {
  for (const [first, end] of ASSIGNED) {
    for (let block = first; block < end; block += BLOCK) {
      const codes = Array.from({ length: BLOCK }, (_, place) => block + place).filter((code) => !isHalfOfPair(code));
      yield codes.map((code) => `a${String.fromCodePoint(code)}b ${String.fromCodePoint(code)}`).join(' ');
    }
  }
  yield* written();
}

if (import.meta.main) for (const text of referenceTexts()) process.stdout.write(`${JSON.stringify(text)}\n`);
