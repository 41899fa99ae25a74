import { characterClass, classOfUnit, isAsciiLetter, isDigit } from './character-class.ts';
import type { EvasionStatistics } from './evasion.ts';
import type { TextView } from './text-view.ts';

/** Digits and symbols read as letters. The alternative holds the second reading of those that have two. */
const readings: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '(': 'c',
  '<': 'c',
  '#': 'h',
  '¡': 'i',
  '€': 'e',
  '¢': 'c',
  '£': 'l',
  '¥': 'y',
  '§': 's',
  '©': 'c',
  '®': 'r',
  '×': 'x',
};
const alternatives: Record<string, string> = { '1': 'l', '!': 'l', '|': 'l', '6': 'b', '9': 'q', '7': 'l' };

const table = (entries: Record<string, string>): Uint8Array => {
  const units = new Uint8Array(65_536);
  for (const [symbol, letter] of Object.entries(entries)) units[symbol.charCodeAt(0)] = letter.charCodeAt(0);
  return units;
};

/** Code unit of a digit or symbol to the letter that it passes for; 0 where there is none. */
export const leetReading: Uint8Array = table(readings);
const alternativeReading = table(alternatives);

/** Symbols that end sentences and open tags: a letter only inside a word, or before one, never after one. */
const neverTrailing = new Set([...'!|+(<@#¡£€×'].map((symbol) => symbol.charCodeAt(0)));
/** Symbols that open hashtags, sums of money and notes: never before a word either. */
const neverLeading = new Set([...'#+(<|£€¥§©×'].map((symbol) => symbol.charCodeAt(0)));

const anyLeet = /[0-9@$!|+(<#¡€¢£¥§©®×]/;
/** Trailing digits of this many or more are more likely a year or a number than letters; the alternative reads them as letters. */
const numberLength = 3;

const isLetter = (unit: number): boolean => classOfUnit[unit] === characterClass.letter;

interface LeetWord {
  readonly from: number;
  readonly to: number;
  /** End with the digits that may be a number behind the word. */
  readonly toWithNumber: number;
}

/** Narrows `from..to`, letters and leet characters in a row, to what can be a word; undefined where nothing is disguised. */
const trimWord = (text: string, from: number, to: number): LeetWord | undefined => {
  let first = from;
  let last = to;
  while (first < last && neverLeading.has(text.charCodeAt(first))) first += 1;
  while (last > first && neverTrailing.has(text.charCodeAt(last - 1))) last -= 1;
  const toWithNumber = last;
  let digits = 0;
  while (last - digits > first && isDigit(text.charCodeAt(last - digits - 1))) digits += 1;
  if (digits >= numberLength) last -= digits;
  let letters = 0;
  for (let index = first; index < last; index += 1) if (isAsciiLetter(text.charCodeAt(index))) letters += 1;
  return letters === 0 || letters === toWithNumber - first ? undefined : { from: first, to: last, toWithNumber };
};

/** An `@` with a dot after it in the same token is an address; reading it as a letter would find words that nobody wrote. */
const isAddress = (text: string, at: number): boolean => {
  for (let index = at + 1; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 46) return index > at + 1;
    if (!isLetter(unit) && !isDigit(unit) && unit !== 45 && unit !== 95) return false;
  }
  return false;
};

interface LeetSearch {
  readonly text: string;
  readonly words: LeetWord[];
}

const isLeetPiece = (search: LeetSearch, index: number): boolean => {
  const unit = search.text.charCodeAt(index);
  if (isLetter(unit)) return true;
  if (leetReading[unit] === 0) return false;
  return unit !== 64 || !isAddress(search.text, index);
};

const findWords = (text: string): LeetWord[] => {
  const search: LeetSearch = { text, words: [] };
  let from = -1;
  for (let index = 0; index <= text.length; index += 1) {
    const inside = index < text.length && isLeetPiece(search, index);
    if (inside && from < 0) from = index;
    if (!inside && from >= 0) {
      const word = trimWord(text, from, index);
      if (word !== undefined) search.words.push(word);
      from = -1;
    }
  }
  return search.words;
};

const replaceWords = (text: string, words: readonly LeetWord[], alternative: boolean): string => {
  const pieces: string[] = [];
  let done = 0;
  for (const word of words) {
    const { from } = word;
    const to = alternative ? word.toWithNumber : word.to;
    pieces.push(text.slice(done, from));
    for (let index = from; index < to; index += 1) {
      const unit = text.charCodeAt(index);
      const reading = (alternative && alternativeReading[unit]) || leetReading[unit];
      pieces.push(reading ? String.fromCharCode(reading) : text[index]!);
    }
    done = to;
  }
  pieces.push(text.slice(done));
  return pieces.join('');
};

/**
 * Readings of a folded text with digits and symbols taken for letters, where they stand in a word: `sh1t`, `@ss`, `pu55y`. Numbers
 * without a letter, addresses and sentence marks stay as they are. Empty where there is nothing to read so.
 */
export const leetViews = (folded: TextView, evasion: EvasionStatistics): TextView[] => {
  const { text } = folded;
  if (!anyLeet.test(text)) return [];
  const words = findWords(text);
  if (words.length === 0) return [];
  let ambiguous = false;
  for (const { from, to, toWithNumber } of words) {
    if (toWithNumber > to) ambiguous = true;
    for (let index = from; index < to; index += 1) {
      const unit = text.charCodeAt(index);
      if (leetReading[unit] === 0) continue;
      evasion.leetCharacters += 1;
      if (alternativeReading[unit] !== 0) ambiguous = true;
    }
  }
  const views = [folded.withText('leet', replaceWords(text, words, false))];
  if (ambiguous) views.push(folded.withText('leet_alternative', replaceWords(text, words, true)));
  return views;
};
