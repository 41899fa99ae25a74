import { isAsciiLetter } from './character-class.ts';
import { type EvasionStatistics, noEvasion } from './evasion.ts';
import { foldText } from './fold-text.ts';
import { joinedViews } from './joined.ts';
import { leetViews } from './leet.ts';
import type { Span, TextView } from './text-view.ts';

/** A text as it reads once the usual ways of hiding a word are undone. */
export interface NormalisedText {
  readonly original: string;
  /** The folded reading: what most callers want. */
  readonly text: string;
  /**
   * All readings, the least changed first: `folded` always, then `leet`, `leet_alternative` and `joined` where they differ. A word
   * found in any of them was found in the text.
   */
  readonly views: readonly TextView[];
  readonly evasion: Readonly<EvasionStatistics>;
  /** Original UTF-16 offsets behind `start..end` of `text`. */
  span(start: number, end: number): Span;
}

const countStretched = (text: string): number => {
  let stretched = 0;
  let run = 1;
  for (let index = 1; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    run = unit === text.charCodeAt(index - 1) ? run + 1 : 1;
    if (run > 2 && isAsciiLetter(unit)) stretched += 1;
  }
  return stretched;
};

const read = (original: string): NormalisedText => {
  const evasion = noEvasion();
  const folded = foldText(original, evasion);
  const leet = leetViews(folded, evasion);
  const joined = joinedViews(leet[0] ?? folded, evasion);
  evasion.stretchedLetters = countStretched(folded.text);
  return {
    original,
    text: folded.text,
    views: [folded, ...leet, ...joined],
    evasion,
    span: (start, end) => folded.span(start, end),
  };
};

/** An item's few texts pass several detectors one after the other: the last readings are kept, so that each text is read once. */
const recent: NormalisedText[] = [];
const keptReadings = 4;

/**
 * Undoes evasion: NFKC, case, invisible characters, decoration, look-alikes, leet, separators inside words. Stretched letters stay in
 * every reading; the term automaton reads them. Accepts any string, lone surrogates included, and takes linear time.
 */
export const normalise = (original: string): NormalisedText => {
  const known = recent.find((reading) => reading.original === original);
  if (known !== undefined) return known;
  const reading = read(original);
  recent.unshift(reading);
  if (recent.length > keptReadings) recent.pop();
  return reading;
};

/** A term as the readings show it: folded only, since a term may well contain digits and signs. White space is one blank. */
export const normaliseTerm = (term: string): string => foldText(term, noEvasion()).text.replace(/\s+/g, ' ').trim();
