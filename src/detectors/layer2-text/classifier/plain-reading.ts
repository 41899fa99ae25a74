import { disguisedCharacters } from '#engine/text/evasion.ts';
import { normalise } from '#engine/text/normalise.ts';
import type { Span } from '#engine/text/text-view.ts';

/** Longer texts are not read a second time: nobody spells out pages, and the n-gram stage undoes disguises by itself. */
const LONGEST = 20_000;
/** A letter three times in a row or more. */
const STRETCHED = /([a-z])\1{2,}/g;

/** A text as it is meant, with the way back to the text as it was given (UTF-16, end exclusive). */
export interface PlainReading {
  readonly text: string;
  span(start: number, end: number): Span;
  /** The unit of this reading that an offset of the given text lies in, or else the next one; the length of the reading behind all. */
  placeOf(offset: number): number;
}

/** The text with stretched letters once, and for each of its units where the stretch behind it starts and ends. */
const unstretched = (text: string): { readonly text: string; readonly starts: number[]; readonly ends: number[] } => {
  const starts: number[] = [];
  const ends: number[] = [];
  const copy = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) {
      starts.push(index);
      ends.push(index + 1);
    }
  };
  let at = 0;
  const plain = text.replace(STRETCHED, (stretch: string, letter: string, offset: number) => {
    copy(at, offset);
    starts.push(offset);
    at = offset + stretch.length;
    ends.push(at);
    return letter;
  });
  copy(at, text.length);
  return { text: plain, starts, ends };
};

/**
 * Links, addresses, handles, HTML entities, and numbers with their units: they look like leet and hide no word. `@ss` and its kin do.
 * Each alternative is bounded or begins with a sign of its own, so that the whole takes linear time.
 */
const NO_DISGUISE =
  /https?:\/\/\S{1,2000}|www\.\S{1,2000}|\b[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}|@(?!ss|rse|nal|nus)\w{2,64}|&#?\w{1,8};|(?<![\w])\d[\d.,:]{0,40}\p{L}{0,3}(?![\w])/giu;

/**
 * How a text in disguise reads once leet, separators inside words, look-alikes, invisible characters and stretched letters are undone;
 * undefined where it was not in disguise. What cannot hide a word (links, handles, numbers) is left out of the reading. The encoder's vocabulary knows words, not how they are hidden.
 */
export function plainReading(text: string): PlainReading | undefined {
  if (text.length > LONGEST) return undefined;
  // Blanks of the same length keep every place where it is.
  const { views, evasion } = normalise(text.replace(NO_DISGUISE, (found) => ' '.repeat(found.length)));
  const isDisguised =
    evasion.leetCharacters + evasion.separatorsInWords + evasion.stretchedLetters + disguisedCharacters(evasion) > 0;
  const view = views.findLast(({ kind }) => kind !== 'leet_alternative');
  if (!isDisguised || view === undefined) return undefined;
  const { text: plain, starts, ends } = unstretched(view.text);
  if (plain === text.toLowerCase()) return undefined;
  return {
    text: plain,
    span: (start, end) => (start < end ? view.span(starts[start]!, ends[end - 1]!) : { start: 0, end: 0 }),
    placeOf(offset) {
      let low = 0;
      let high = plain.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (view.endOf(ends[middle]! - 1) > offset) high = middle;
        else low = middle + 1;
      }
      return low;
    },
  };
}
