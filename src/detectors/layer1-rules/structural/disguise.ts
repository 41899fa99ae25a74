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

/** Invisible characters, foreign look-alikes and letters in fancy dress: what a machine should not have read. */
export const findEvasion = ({ original, evasion }: NormalisedText): Finding | undefined => {
  const parts: string[] = [];
  let clear = 1;
  let value = 0;
  const count = (what: string, amount: number, least: number, most: number, low: number, high: number): void => {
    if (amount < least) return;
    parts.push(`${amount} ${what}`);
    value += amount;
    clear *= 1 - between(amount, least, most, low, high);
  };
  count('invisible characters inside words', evasion.invisibleInWords, 2, 30, 0.2, 0.45);
  count('hidden tag characters', evasion.tags, 1, 40, 0.3, 0.5);
  count('foreign letters in Latin words', evasion.mixedAlphabetLetters, 3, 20, 0.2, 0.45);
  count('letters in fancy dress', evasion.styledLetters, 8, 120, 0.1, 0.3);
  if (!rightToLeft.test(original)) count('directional controls', evasion.bidirectional, 3, 20, 0.15, 0.3);
  if (parts.length === 0) return undefined;
  return {
    name: 'evasion',
    label: parts.join(', ').slice(0, 200),
    weight: Math.min(0.6, 1 - clear),
    value,
    spans: spansOf(
      original,
      /[\p{L}\p{N}]+[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0020}-\u{e007f}]+[\p{L}\p{N}]+|[\u{e0020}-\u{e007f}]+|[\u{1d400}-\u{1d7ff}\u{1f130}-\u{1f189}\u24b6-\u24e9\uff21-\uff5a]+/gu,
    ),
  };
};
