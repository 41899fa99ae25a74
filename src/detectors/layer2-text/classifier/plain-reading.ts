import { disguisedCharacters } from '#engine/text/evasion.ts';
import { normalise } from '#engine/text/normalise.ts';

/** Longer texts are not read a second time: nobody spells out pages, and the n-gram stage undoes disguises by itself. */
const LONGEST = 20_000;
/** A letter three times in a row or more. */
const STRETCHED = /([a-z])\1{2,}/g;

/**
 * How a text in disguise reads once leet, separators inside words, look-alikes, invisible characters and stretched letters are undone;
 * undefined where it was not in disguise. The encoder's vocabulary knows words, not how they are hidden.
 */
export function plainReading(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const { views, evasion } = normalise(text);
  const isDisguised =
    evasion.leetCharacters + evasion.separatorsInWords + evasion.stretchedLetters + disguisedCharacters(evasion) > 0;
  const reading = views.findLast(({ kind }) => kind !== 'leet_alternative')?.text;
  if (!isDisguised || reading === undefined) return undefined;
  const plain = reading.replace(STRETCHED, '$1');
  return plain === text.toLowerCase() ? undefined : plain;
}
