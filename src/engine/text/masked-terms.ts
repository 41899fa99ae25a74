import { isAsciiLetter } from './character-class.ts';
import { normaliseTerm } from './normalise.ts';
import type { AutomatonMatch, AutomatonTerm } from './term-automaton.ts';

const shortest = 4;
const longest = 24;
/** Signs that blot out a letter one by one. */
const masks = new Set([...'*#%&•●■█'].map((sign) => sign.charCodeAt(0)));
/** Signs that do so only in rows of two and more; alone they join words. */
const rowMasks = new Set([...'-_.'].map((sign) => sign.charCodeAt(0)));

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

interface MaskedWord {
  /** One entry per letter: the letter's code unit, or 0 where it is blotted out. */
  readonly letters: readonly number[];
  readonly start: number;
  readonly end: number;
}

interface Step {
  readonly letter: number;
  readonly end: number;
}

const stepAt = (text: string, index: number): Step | undefined => {
  const unit = text.charCodeAt(index);
  if (isAsciiLetter(unit)) return { letter: unit, end: index + 1 };
  if (masks.has(unit)) return { letter: 0, end: index + 1 };
  if (isHighSurrogate(unit)) return { letter: 0, end: index + 2 };
  const row = text.charCodeAt(index + 1) === unit || text.charCodeAt(index - 1) === unit;
  return rowMasks.has(unit) && row ? { letter: 0, end: index + 1 } : undefined;
};

/** The word with blotted letters that starts at `index`: letters at both ends, at least half of it to be seen. */
const maskedWordAt = (text: string, index: number): MaskedWord | undefined => {
  const letters: number[] = [];
  let end = index;
  for (let step = stepAt(text, index); step !== undefined; step = stepAt(text, end)) {
    letters.push(step.letter);
    end = step.end;
    if (letters.length > longest) return undefined;
  }
  while (letters.length > 0 && letters.at(-1) === 0) {
    letters.pop();
    end -= 1;
  }
  const seen = letters.filter((letter) => letter !== 0).length;
  const blotted = letters.length - seen;
  if (letters.length < shortest || blotted === 0 || blotted > seen) return undefined;
  return { letters, start: index, end };
};

const keyOf = (length: number, first: number, last: number): number => (length << 16) | (first << 8) | last;

/** How a word may go on after a term that stands for its beginning. */
const endings = ['', 's', 'es', 'ed', 'er', 'ers', 'in', 'ing', 'ings', 'y'];

/**
 * Finds words whose inner letters are blotted out, `w**d`. Several terms can fit; all are given, since which was meant cannot be told.
 * Only single words in plain letters can be found so, and terms for the beginning of a word only with the usual endings.
 */
export class MaskedTerms {
  readonly #byShape = new Map<number, { readonly entry: number; readonly letters: Uint16Array }[]>();

  constructor(terms: readonly AutomatonTerm[]) {
    terms.forEach(({ term, mode }, entry) => {
      const folded = normaliseTerm(term);
      if (!/^[a-z]+$/.test(folded)) return;
      for (const ending of mode === 'word' ? [''] : endings) this.#add(folded + ending, entry);
    });
  }

  #add(word: string, entry: number): void {
    if (word.length < shortest || word.length > longest) return;
    const letters = Uint16Array.from(word, (letter) => letter.charCodeAt(0));
    const key = keyOf(letters.length, letters[0]!, letters.at(-1)!);
    const known = this.#byShape.get(key);
    if (known === undefined) this.#byShape.set(key, [{ entry, letters }]);
    else known.push({ entry, letters });
  }

  /** Matches in one reading, in order of their start, at most `limit`. */
  scan(text: string, limit: number): AutomatonMatch[] {
    const matches: AutomatonMatch[] = [];
    if (!mayMask.test(text)) return matches;
    for (const { index } of text.matchAll(maskedStart)) {
      const word = maskedWordAt(text, index);
      if (word === undefined) continue;
      const { letters, start, end } = word;
      for (const candidate of this.#byShape.get(keyOf(letters.length, letters[0]!, letters.at(-1)!)) ?? []) {
        if (letters.every((letter, place) => letter === 0 || letter === candidate.letters[place])) {
          matches.push({ entry: candidate.entry, start, end });
        }
      }
      if (matches.length >= limit) return matches.slice(0, limit);
    }
    return matches;
  }
}

const maskClass = '[*#%&\\u2022\\u25cf\\u25a0\\u2588\\ud800-\\udbff]|[-_.]{2}';
const mayMask = new RegExp(`[a-z](?:${maskClass})`);
/** The first letter of a word with a mask in its first few letters. */
const maskedStart = new RegExp(`(?<![a-z0-9*#%&_.-])[a-z](?=[a-z]{0,${longest}}(?:${maskClass}))`, 'g');
