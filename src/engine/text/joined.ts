import { characterClass, classOfUnit, isAsciiLetter, isWordUnit } from './character-class.ts';
import type { EvasionStatistics } from './evasion.ts';
import { leetReading } from './leet.ts';
import { TextView } from './text-view.ts';
import { UnitBuffer } from './unit-buffer.ts';

/** Between two letters of a spelled-out word: at most this many code units (an emoji is two, with its selector three). */
const widestGap = 5;
const fewestLetters = 3;
/** A pair of tokens that join to fewer letters is too often two words: `as s`. */
const fewestPairLetters = 4;
/** A spelling is followed no further than this, which keeps the search linear in a text of nothing but lone signs. */
const mostLetters = 64;
/** By then half of a spelled word has to be letters, or it is a row of numbers. */
const lettersToJudge = 6;
/** Longer than any token that a person splits to hide a word; keeps base64 and the like out. */
const longestToken = 60;

const isLetter = (unit: number): boolean => classOfUnit[unit] === characterClass.letter;
const isSpace = (unit: number): boolean => classOfUnit[unit] === characterClass.space;
const vowels = new Set([...'aeiouy'].map((letter) => letter.charCodeAt(0)));
/** What people put inside a word to break it. An apostrophe is not here: it is in every other English sentence. */
const inWordSeparators = new Set([...'._-*~^,:;/\\+=|"`•·'].map((symbol) => symbol.charCodeAt(0)));

/** A sign that passes for a letter stands once, or twice or thrice as in `a$$`; longer rows are lines and shouting. */
const longestSignRun = 3;

/** End of the run of one character that starts at `index`, followed no further than `longest`. */
const endOfRun = (text: string, index: number, longest: number): number => {
  const unit = text.charCodeAt(index);
  let end = index + 1;
  while (end < text.length && end - index <= longest && text.charCodeAt(end) === unit) end += 1;
  return end;
};

const startsToken = (text: string, index: number): boolean => index === 0 || !isWordUnit(text.charCodeAt(index - 1));

/** A letter, or a character that passes for one, standing alone at `index`; gives its end, or 0. Stretched letters count as one. */
const loneLetter = (text: string, index: number): number => {
  const unit = text.charCodeAt(index);
  const letter = isLetter(unit);
  if (!letter && leetReading[unit] === 0) return 0;
  const longest = letter ? text.length : longestSignRun;
  const end = endOfRun(text, index, longest);
  return end - index > longest || (end < text.length && isWordUnit(text.charCodeAt(end))) ? 0 : end;
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

const hasSpace = (text: string, from: number, to: number): boolean => {
  for (let index = from; index < to; index += 1) if (isSpace(text.charCodeAt(index))) return true;
  return false;
};

interface Spelling {
  /** Start and end of each letter, in pairs. */
  readonly letters: readonly number[];
  readonly end: number;
  /** Blanks alone stand between the letters, so that a word of one letter may have slipped in at the head. */
  readonly blanks: boolean;
}

/**
 * A word spelled out letter by letter from `index`: `f u c k`, `f.u.c.k`. It ends where the gaps change from signs to blanks or back,
 * and where a gap is wider than the first.
 */
const spellingAt = (text: string, index: number): Spelling | undefined => {
  const letters: number[] = [];
  let realLetters = 0;
  let firstGap = 0;
  let spaced = false;
  let blanks = true;
  let at = index;
  while (at < text.length && letters.length < 2 * mostLetters) {
    const letterEnd = loneLetter(text, at);
    if (letterEnd === 0) break;
    letters.push(at, letterEnd);
    if (isLetter(text.charCodeAt(at))) realLetters += 1;
    if (letters.length > 2 * lettersToJudge && realLetters * 4 < letters.length) return undefined;
    const next = gapAfter(text, letterEnd);
    const gap = next - letterEnd;
    if (gap === 0 || gap > widestGap || next === text.length || loneLetter(text, next) === 0) break;
    const nowSpaced = hasSpace(text, letterEnd, next);
    if (firstGap === 0) {
      firstGap = gap;
      spaced = nowSpaced;
    } else if (nowSpaced !== spaced) {
      // From blanks to signs, the letter between them begins the next word: `a s.o`.
      if (spaced) {
        letters.length -= 2;
        if (isLetter(text.charCodeAt(at))) realLetters -= 1;
      }
      break;
    } else if (nowSpaced && gap > firstGap) break;
    if (!nowSpaced || gap > 1) blanks = false;
    at = next;
  }
  const count = letters.length / 2;
  if (count < fewestLetters || realLetters * 2 < count) return undefined;
  return { letters, end: letters.at(-1)!, blanks: blanks && spaced };
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
  if (secondEnd === firstEnd + 1 || secondEnd - index - 1 < fewestPairLetters) return 0;
  if (secondEnd + 1 < text.length && isLetter(text.charCodeAt(secondEnd + 1)) && !isSpace(text.charCodeAt(secondEnd))) {
    return 0;
  }
  if (secondEnd === firstEnd + 2 && spellingAt(text, firstEnd + 1) !== undefined) return 0;
  return isVowelless(text, index, firstEnd) || isVowelless(text, firstEnd + 1, secondEnd) ? secondEnd : 0;
};

/** Words of one letter that stand before others: `what a m e s s`. */
const oneLetterWords = new Set([...'aiou'].map((letter) => letter.charCodeAt(0)));

/** How many letters at the head of a spelling may be a word of their own. */
const looseHead = (text: string, { letters, blanks }: Spelling): number =>
  blanks && letters.length / 2 > fewestLetters && oneLetterWords.has(text.charCodeAt(letters[0]!)) ? 1 : 0;

interface Joining {
  readonly base: TextView;
  readonly buffer: UnitBuffer;
  copied: number;
  joined: number;
  separators: number;
  /** A spelling began with a letter that may be a word of its own. */
  ambiguous: boolean;
}

const copyTo = (joining: Joining, to: number): void => {
  const { base, buffer } = joining;
  for (let index = joining.copied; index < to; index += 1) {
    buffer.push(base.text.charCodeAt(index), base.startOf(index), base.endOf(index));
  }
  joining.copied = Math.max(joining.copied, to);
};

const joinSpelling = (joining: Joining, spelling: Spelling, keepHead: boolean): void => {
  const { base, buffer } = joining;
  const head = looseHead(base.text, spelling);
  if (head > 0) joining.ambiguous = true;
  const from = keepHead ? head * 2 : 0;
  copyTo(joining, spelling.letters[from]!);
  for (let pair = from; pair < spelling.letters.length; pair += 2) {
    const unit = base.text.charCodeAt(spelling.letters[pair]!);
    const letter = isLetter(unit) ? unit : leetReading[unit]!;
    for (let at = spelling.letters[pair]!; at < spelling.letters[pair + 1]!; at += 1) {
      buffer.push(letter, base.startOf(at), base.endOf(at));
    }
  }
  joining.joined += 1;
  joining.separators += spelling.letters.length / 2 - 1;
  joining.copied = spelling.end;
};

const joinToken = (joining: Joining, from: number, to: number): void => {
  const { base, buffer } = joining;
  copyTo(joining, from);
  for (let index = from; index < to; index += 1) {
    const unit = base.text.charCodeAt(index);
    if (isLetter(unit)) buffer.push(unit, base.startOf(index), base.endOf(index));
  }
  joining.joined += 1;
  joining.copied = to;
};

const join = (base: TextView, keepHead: boolean): Joining => {
  const { text } = base;
  const joining = { base, buffer: new UnitBuffer(text.length), copied: 0, joined: 0, separators: 0, ambiguous: false };
  for (let index = 0; index < text.length; ) {
    if (!startsToken(text, index)) {
      index += 1;
      continue;
    }
    const spelling = spellingAt(text, index);
    if (spelling !== undefined) {
      joinSpelling(joining, spelling, keepHead);
      index = spelling.end;
      continue;
    }
    if (!isLetter(text.charCodeAt(index))) {
      index += 1;
      continue;
    }
    const end = brokenTokenEnd(text, index) || splitPairEnd(text, index);
    if (end > 0) {
      joinToken(joining, index, end);
      index = end;
    } else while (index < text.length && isWordUnit(text.charCodeAt(index))) index += 1;
  }
  copyTo(joining, text.length);
  return joining;
};

const toView = ({ buffer }: Joining): TextView =>
  new TextView(
    'joined',
    buffer.toString(),
    buffer.starts.subarray(0, buffer.length),
    buffer.ends.subarray(0, buffer.length),
  );

/**
 * Readings of the text with the separators taken out of words that were spelled out or broken; empty where there are none. Where a
 * spelled word may begin with a word of one letter, a second reading keeps that apart. Broken and split tokens are joined whole, so
 * that only a term of exactly their length is found in them.
 */
export const joinedViews = (base: TextView, evasion: EvasionStatistics): TextView[] => {
  const whole = join(base, false);
  evasion.separatorsInWords = whole.separators;
  if (whole.joined === 0) return [];
  return whole.ambiguous ? [toView(whole), toView(join(base, true))] : [toView(whole)];
};
