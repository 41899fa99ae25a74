import { surfaceFeatures } from './surface-features.ts';

/** A logistic model over the features of `surfaceFeatures`. */
export interface CheckWorthinessModel {
  readonly version: string;
  readonly intercept: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** A sentence of the text. Offsets in UTF-16 code units. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
}

const longestSentence = 400;
const mostSentences = 40;
/** Too few to claim anything. */
const fewestWords = 3;

/** Where a piece that may not go beyond `most` ends: never between the halves of a surrogate pair. */
const pieceEnd = (text: string, end: number, most: number): number => {
  if (end <= most) return end;
  const isWithinPair = (text.codePointAt(most - 1) ?? 0) > 0xffff;
  return isWithinPair ? most - 1 : most;
};

/** Sentences and lines, the first ones of a long text; over-long ones in pieces. */
export const sentencesOf = (text: string): readonly Sentence[] => {
  const sentences: Sentence[] = [];
  const marks = /[.!?]+|\n+/g;
  let start = 0;
  const add = (end: number): void => {
    while (start < end && sentences.length < mostSentences) {
      const stop = pieceEnd(text, end, start + longestSentence);
      if (/[\p{L}\p{N}]/u.test(text.slice(start, stop))) sentences.push({ start, end: stop });
      start = stop;
    }
  };
  while (sentences.length < mostSentences) {
    const found = marks.exec(text);
    if (found === null) break;
    // Looked at here and not in the expression, which would try a run of a million marks from each of them.
    const end = found.index + found[0].length;
    if (text[found.index] === '\n' || end === text.length || /\s/.test(text[end]!)) add(end);
  }
  add(text.length);
  return sentences;
};

/** How much a sentence looks like a claim that somebody might want checked, 0..1; it says nothing of whether that is true. */
export const checkWorthinessOf = (sentence: string, weights: Float64Array, intercept: number): number => {
  const { values, words } = surfaceFeatures(sentence);
  if (words < fewestWords) return 0;
  let sum = intercept;
  for (let index = 0; index < values.length; index += 1) sum += values[index]! * weights[index]!;
  return 1 / (1 + Math.exp(-sum));
};
