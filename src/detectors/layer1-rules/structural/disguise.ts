import type { NormalisedText } from '#engine/text/normalise.ts';
import type { Span } from '#engine/text/text-view.ts';
import { between, type Finding } from './finding.ts';

const maximumSpans = 10;

const spansOf = (text: string, pattern: RegExp): readonly Span[] => {
  const spans: Span[] = [];
  for (const match of text.matchAll(pattern)) {
    if (spans.length >= maximumSpans) break;
    spans.push({ start: match.index, end: match.index + match[0].length });
  }
  return spans;
};

/** No script piles more than three marks on a letter; "zalgo" piles dozens. */
export const findMarkPiles = ({ original, evasion }: NormalisedText): Finding | undefined => {
  if (evasion.longestMarkPile < 5 || evasion.marks < 10) return undefined;
  return {
    name: 'mark_piles',
    label: `${evasion.marks} combining marks, up to ${evasion.longestMarkPile} on one letter`,
    weight: between(evasion.marks, 10, 200, 0.25, 0.5),
    value: evasion.marks,
    spans: spansOf(original, /[^\p{M}\s]\p{M}{4,}/gu),
  };
};

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const eastAsian = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

const invisibleInWord =
  /(?<=[\p{Script=Latin}\p{N}])[\u180e\u200b-\u200f\u2060-\u2064\ufeff\u3164]+(?=[\p{Script=Latin}\p{N}])/gu;
/** Mathematical, circled and squared letters; full-width ones too where the text is not East Asian. */
const fancyRun = /[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}\u24b6-\u24e9]+/gu;
const fancyRunOrWide = /[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}\u24b6-\u24e9\uff21-\uff3a\uff41-\uff5a]+/gu;
const lettersOfThreeAlphabets = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{4,}/gu;

interface Count {
  readonly amount: number;
  readonly spans: readonly Span[];
}

const countMatches = (text: string, pattern: RegExp, counts: (found: string) => number): Count => {
  const spans: Span[] = [];
  let amount = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const more = counts(found);
    amount += more;
    if (more > 0 && spans.length < maximumSpans) spans.push({ start: index, end: index + found.length });
  }
  return { amount, spans };
};

/**
 * 1 where a word hides letters of one alphabet among another's. Not "SMSка", an acronym with a Russian ending, nor "Δtime", a sign of
 * physics.
 */
const hidesLetters = (word: string): number => {
  if (!/\p{Script=Latin}/u.test(word)) return 0;
  const runs = word.match(/\p{Script=Latin}+|\p{Script=Cyrillic}+|\p{Script=Greek}+/gu) ?? [];
  if (runs.length > 2) return 1;
  if (runs.length < 2 || /\p{Script=Greek}/u.test(word)) return 0;
  return runs.some((run) => run.length === 1) ? 1 : 0;
};

/** Invisible characters, foreign look-alikes and letters in fancy dress: what a machine should not have read. */
export const findEvasion = ({ original, evasion }: NormalisedText): Finding | undefined => {
  const parts: string[] = [];
  const spans: Span[] = [];
  let clear = 1;
  let value = 0;
  const add = (what: string, found: Count, least: number, most: number, low: number, high: number): void => {
    if (found.amount < least) return;
    parts.push(`${found.amount} ${what}`);
    spans.push(...found.spans);
    value += found.amount;
    clear *= 1 - between(found.amount, least, most, low, high);
  };
  const length = ({ length: units }: string): number => units;
  const codePoints = (found: string): number => [...found].length;
  // The counts of the normaliser are cheap and generous; what they point at is looked at with more care.
  if (evasion.invisibleInWords > 1)
    add('invisible characters inside words', countMatches(original, invisibleInWord, length), 2, 30, 0.2, 0.45);
  if (evasion.tags > 0)
    add(
      'hidden tag characters',
      countMatches(original, /(?<!\u{1f3f4})[\u{e0020}-\u{e007f}]{2,}/gu, codePoints),
      2,
      40,
      0.3,
      0.5,
    );
  if (evasion.mixedAlphabetLetters > 0)
    add('words that mix alphabets', countMatches(original, lettersOfThreeAlphabets, hidesLetters), 1, 8, 0.18, 0.45);
  if (evasion.styledLetters > 7)
    add(
      'letters in fancy dress',
      countMatches(original, eastAsian.test(original) ? fancyRun : fancyRunOrWide, codePoints),
      8,
      120,
      0.1,
      0.3,
    );
  if (evasion.bidirectional > 2 && !rightToLeft.test(original))
    add('directional controls', countMatches(original, /[\u202a-\u202e\u2066-\u2069]+/g, length), 3, 20, 0.15, 0.3);
  if (parts.length === 0) return undefined;
  return {
    name: 'evasion',
    label: parts.join(', ').slice(0, 200),
    weight: Math.min(0.6, 1 - clear),
    value,
    spans: spans.slice(0, maximumSpans),
  };
};
