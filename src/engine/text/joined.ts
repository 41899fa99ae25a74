import { characterClass, classOfUnit, isAsciiLetter, isWordUnit } from './character-class.ts';
import type { EvasionStatistics } from './evasion.ts';
import { leetReading } from './leet.ts';
import { TextView } from './text-view.ts';
import { UnitBuffer } from './unit-buffer.ts';

/** Between two letters of a spelled-out word: at most this many code units (an emoji is two, with its selector three). */
const widestGap = 5;
const fewestLetters = 3;
/** Longer than any token that a person splits to hide a word; keeps base64 and the like out. */
const longestToken = 60;

const isLetter = (unit: number): boolean => classOfUnit[unit] === characterClass.letter;
const isSpace = (unit: number): boolean => classOfUnit[unit] === characterClass.space;
const vowels = new Set([...'aeiouy'].map((letter) => letter.charCodeAt(0)));
/** What people put inside a word to break it. An apostrophe is not here: it is in every other English sentence. */
const inWordSeparators = new Set([...'._-*~^,:;/\\+=|"`•·'].map((symbol) => symbol.charCodeAt(0)));

/** End of the run of one character that starts at `index`. */
const endOfRun = (text: string, index: number): number => {
  const unit = text.charCodeAt(index);
  let end = index + 1;
  while (end < text.length && text.charCodeAt(end) === unit) end += 1;
  return end;
};

const startsToken = (text: string, index: number): boolean => index === 0 || !isWordUnit(text.charCodeAt(index - 1));

/** A letter, or a character that passes for one, standing alone at `index`; gives its end, or 0. Stretched letters count as one. */
const loneLetter = (text: string, index: number): number => {
  const unit = text.charCodeAt(index);
  if (!isLetter(unit) && leetReading[unit] === 0) return 0;
  const end = endOfRun(text, index);
  return end < text.length && isWordUnit(text.charCodeAt(end)) ? 0 : end;
};

const gapAfter = (text: string, index: number): number => {
  let end = index;
  while (end < text.length && end - index <= widestGap && !isWordUnit(text.charCodeAt(end))) {
    // A symbol that passes for a letter is part of the word, unless it is all that stands between two letters.
    if (end > index && leetReading[text.charCodeAt(end)] !== 0 && loneLetter(text, end) > 0 && end + 1 < text.length)
      break;
    end += 1;
  }
  return end;
};

const isAllSpace = (text: string, from: number, to: number): boolean => {
  for (let index = from; index < to; index += 1) if (!isSpace(text.charCodeAt(index))) return false;
  return true;
};

interface Spelling {
  /** Start and end of each letter, in pairs. */
  readonly letters: number[];
  readonly end: number;
}

/** A word spelled out letter by letter from `index`: `f u c k`, `f.u.c.k`. */
const spellingAt = (text: string, index: number): Spelling | undefined => {
  const letters: number[] = [];
  let realLetters = 0;
  let firstGap = 0;
  let at = index;
  let end = index;
  while (at < text.length) {
    const letterEnd = loneLetter(text, at);
    if (letterEnd === 0) break;
    if (isLetter(text.charCodeAt(at))) realLetters += 1;
    letters.push(at, letterEnd);
    end = letterEnd;
    const next = gapAfter(text, letterEnd);
    const gap = next - letterEnd;
    if (gap === 0 || gap > widestGap) break;
    if (firstGap === 0) firstGap = gap;
    // A wider space than between the letters so far is the end of the word.
    if (gap > firstGap && isAllSpace(text, letterEnd, next)) break;
    at = next;
  }
  const count = letters.length / 2;
  return count >= fewestLetters && realLetters * 2 >= count ? { letters, end } : undefined;
};

/** End of the token at `index` if separators cut it into pieces that are worth joining, else 0. */
const brokenTokenEnd = (text: string, index: number): number => {
  let end = index;
  let separators = 0;
  let afterSeparator = true;
  while (end < text.length && end - index <= longestToken) {
    const unit = text.charCodeAt(end);
    if (isLetter(unit)) afterSeparator = false;
    else if (inWordSeparators.has(unit) && !afterSeparator) {
      separators += 1;
      afterSeparator = true;
    } else break;
    end += 1;
  }
  if (afterSeparator && separators > 0) {
    separators -= 1;
    end -= 1;
  }
  const next = end < text.length ? text.charCodeAt(end) : 32;
  return separators > 0 && end - index <= longestToken && !isWordUnit(next) && next !== 64 ? end : 0;
};

const endOfLetters = (text: string, index: number): number => {
  let end = index;
  while (end < text.length && end - index <= longestToken && isAsciiLetter(text.charCodeAt(end))) end += 1;
  return end < text.length && isWordUnit(text.charCodeAt(end)) ? index : end;
};

const isVowelless = (text: string, from: number, to: number): boolean => {
  if (to - from > 3) return false;
  for (let index = from; index < to; index += 1) if (vowels.has(text.charCodeAt(index))) return false;
  return true;
};

/** End of two tokens of which one cannot be a word for want of a vowel, as in `fu ck`; else 0. */
const splitPairEnd = (text: string, index: number): number => {
  const firstEnd = endOfLetters(text, index);
  if (firstEnd === index || text.charCodeAt(firstEnd) !== 32) return 0;
  if (index > 0 && !isSpace(text.charCodeAt(index - 1))) return 0;
  const secondEnd = endOfLetters(text, firstEnd + 1);
  if (secondEnd === firstEnd + 1) return 0;
  if (secondEnd === firstEnd + 2 && spellingAt(text, firstEnd + 1) !== undefined) return 0;
  return isVowelless(text, index, firstEnd) || isVowelless(text, firstEnd + 1, secondEnd) ? secondEnd : 0;
};

/**
 * A reading of the text with the separators taken out of words that were spelled out or broken. Undefined where there are none.
 * Broken and split tokens are joined whole, so that only a term of exactly their length is found in them.
 */
export const joinedView = (base: TextView, evasion: EvasionStatistics): TextView | undefined => {
  const { text } = base;
  let buffer: UnitBuffer | undefined;
  let copied = 0;
  const copy = (to: number): UnitBuffer => {
    buffer ??= new UnitBuffer(text.length);
    for (; copied < to; copied += 1) buffer.push(text.charCodeAt(copied), base.startOf(copied), base.endOf(copied));
    return buffer;
  };
  for (let index = 0; index < text.length; ) {
    if (!startsToken(text, index)) {
      index += 1;
      continue;
    }
    const spelling = spellingAt(text, index);
    if (spelling !== undefined) {
      copy(index);
      for (let pair = 0; pair < spelling.letters.length; pair += 2) {
        const from = spelling.letters[pair]!;
        const unit = text.charCodeAt(from);
        const letter = isLetter(unit) ? unit : leetReading[unit]!;
        for (let at = from; at < spelling.letters[pair + 1]!; at += 1) {
          buffer!.push(letter, base.startOf(at), base.endOf(at));
        }
      }
      evasion.separatorsInWords += spelling.letters.length / 2 - 1;
      copied = spelling.end;
      index = spelling.end;
      continue;
    }
    if (!isLetter(text.charCodeAt(index))) {
      index += 1;
      continue;
    }
    const end = brokenTokenEnd(text, index) || splitPairEnd(text, index);
    if (end === 0) {
      while (index < text.length && isWordUnit(text.charCodeAt(index))) index += 1;
      continue;
    }
    copy(index);
    for (; copied < end; copied += 1) {
      const unit = text.charCodeAt(copied);
      if (isLetter(unit)) buffer!.push(unit, base.startOf(copied), base.endOf(copied));
    }
    index = end;
  }
  if (buffer === undefined) return undefined;
  copy(text.length);
  return new TextView(
    'joined',
    buffer.toString(),
    buffer.starts.subarray(0, buffer.length),
    buffer.ends.subarray(0, buffer.length),
  );
};
