import type { CutWindow } from './worker-protocol.ts';

/** Words that move a score: UTF-16 offsets in the text, and how much they add to the score's logit. */
export interface EvidenceSpan {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** Neighbouring words that are left out together: tokens [from, to) of the window, special ones not counted. */
export interface WordGroup {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

const MOST_SPANS = 5;
/** Logits: less than this is how much rounding moves a score. */
const LEAST_WEIGHT = 0.1;
/** Of the heaviest one: what weighs less is only along for the ride. */
const LEAST_SHARE = 0.25;

const logit = (score: number): number => {
  const inside = Math.min(1 - 1e-6, Math.max(1e-6, score));
  return Math.log(inside / (1 - inside));
};

/** Words of a window in at most so many groups of neighbours, of about the same number of words. */
export const groupWords = ({ tokens }: CutWindow, most: number): WordGroup[] => {
  if (tokens === undefined) return [];
  const { starts, ends, words } = tokens;
  const firsts: number[] = [];
  words.forEach((word, token) => {
    if (token === 0 || words[token - 1] !== word) firsts.push(token);
  });
  const size = Math.max(1, Math.ceil(firsts.length / most));
  const groups: WordGroup[] = [];
  for (let first = 0; first < firsts.length; first += size) {
    const from = firsts[first]!;
    const to = firsts[first + size] ?? words.length;
    groups.push({ from, to, start: starts[from]!, end: ends[to - 1]! });
  }
  return groups;
};

/**
 * What the model is asked of a window with special tokens at both ends: nothing at all, the window without each group, and each group by
 * itself. Left out and not masked: the model never learned from masks, and every one of them moves its scores.
 */
export const occlusionsOf = (ids: Int32Array, groups: readonly WordGroup[]): Int32Array[] => {
  const first = ids.subarray(0, 1);
  const last = ids.subarray(ids.length - 1);
  const joined = (...parts: Int32Array[]): Int32Array => Int32Array.from(parts.flatMap((part) => [...part]));
  return [
    joined(first, last),
    ...groups.map(({ from, to }) => joined(ids.subarray(0, from + 1), ids.subarray(to + 1))),
    ...groups.map(({ from, to }) => joined(first, ids.subarray(from + 1, to + 1), last)),
  ];
};

/**
 * The groups that a head's score rests on, neighbours joined (their weights added up), the heaviest five, heaviest first. A group's weight is
 * the mean of what it adds to the rest of the window and of what it adds to nothing: of two insults in one text neither is missed while the
 * other is there. These are the first and the last term of a Shapley value (Shapley 1953).
 * @param whole the head's score of the whole window
 * @param scores its scores of what `occlusionsOf` asks
 */
export const evidenceOf = (
  groups: readonly WordGroup[],
  whole: number,
  scores: readonly number[],
): readonly EvidenceSpan[] => {
  const [nothing = 0, ...logits] = scores.map(logit);
  const weights = groups.map((_, index) => {
    const left = logit(whole) - logits[index]!;
    const alone = logits[groups.length + index]! - nothing;
    return (left + alone) / 2;
  });
  const least = Math.max(LEAST_WEIGHT, LEAST_SHARE * Math.max(...weights));
  const spans: EvidenceSpan[] = [];
  let joined = -1;
  groups.forEach(({ start, end }, index) => {
    const weight = weights[index]!;
    if (weight < least) return;
    const last = spans.at(-1);
    if (last !== undefined && joined === index - 1)
      spans[spans.length - 1] = { start: last.start, end, weight: last.weight + weight };
    else spans.push({ start, end, weight });
    joined = index;
  });
  return spans.sort((one, other) => other.weight - one.weight).slice(0, MOST_SPANS);
};

const BETWEEN_WORDS = /[\p{P}\s]/u;

/** A span without the punctuation and spaces at its ends; as it is where it holds nothing else. */
export const trimmed = (text: string, span: EvidenceSpan): EvidenceSpan => {
  let { start, end } = span;
  // Unit by unit: there may be a million of them.
  while (start < end && BETWEEN_WORDS.test(text[start]!)) start += 1;
  while (end > start && BETWEEN_WORDS.test(text[end - 1]!)) end -= 1;
  return start < end ? { ...span, start, end } : span;
};
