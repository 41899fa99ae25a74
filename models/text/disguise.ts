/**
 * Texts as evaders write them. Harmless texts are disguised too, though less often: a disguise alone is no violation, and
 * the model must read through it, not flag it.
 */
import { CHARGED } from './targets.ts';

type Random = () => number;

const LEET: Readonly<Record<string, readonly string[]>> = {
  a: ['4', '@'],
  b: ['8'],
  e: ['3'],
  g: ['9'],
  i: ['1', '!'],
  l: ['1', '|'],
  o: ['0'],
  s: ['5', '$'],
  t: ['7', '+'],
};

/** Cyrillic and Greek letters that are drawn like Latin ones. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: '\u0430',
  c: '\u0441',
  e: '\u0435',
  i: '\u0456',
  j: '\u0458',
  k: '\u03ba',
  o: '\u043e',
  p: '\u0440',
  s: '\u0455',
  u: '\u03c5',
  v: '\u03bd',
  x: '\u0445',
  y: '\u0443',
};
const ACCENTS = ['\u0301', '\u0308', '\u0303', '\u0336'];
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u2060', '\u00ad'];
const SEPARATORS = ['.', '-', '_', '*', ' ', '/', '·'];
const EMOJI = ['😂', '🔥', '💀', '🙃', '😡', '✨', '🤡', '👍', '💯', '🤮'];

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('Nothing to choose from.');
  return found;
}

const inner = (word: string, random: Random): number => 1 + Math.floor(random() * Math.max(1, word.length - 2));
const each = (word: string, change: (letter: string) => string): string => Array.from(word, change).join('');
const mathematical = (letter: string, base: number): string =>
  /[a-z]/.test(letter) ? String.fromCodePoint(base + letter.charCodeAt(0) - 97) : letter;

/** Ways to disguise a word, by name. */
const WORD_DISGUISES: Readonly<Record<string, (word: string, random: Random) => string>> = {
  swapped: (word, random) => {
    const at = Math.min(inner(word, random), word.length - 2);
    return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  },
  dropped: (word, random) => {
    const at = inner(word, random);
    return word.slice(0, at) + word.slice(at + 1);
  },
  repeated: (word, random) => {
    const at = inner(word, random);
    return word.slice(0, at) + (word[at] ?? '').repeat(2 + Math.floor(random() * 4)) + word.slice(at + 1);
  },
  spaced: (word, random) => Array.from(word).join(pick(SEPARATORS, random)),
  split: (word, random) => {
    const at = inner(word, random);
    return `${word.slice(0, at)} ${word.slice(at)}`;
  },
  leet: (word, random) =>
    each(word, (letter) => (random() < 0.7 && LEET[letter] !== undefined ? pick(LEET[letter], random) : letter)),
  masked: (word, random) => {
    const at = inner(word, random);
    const width = word.length > 5 && random() < 0.5 ? 2 : 1;
    return word.slice(0, at) + pick(['*', '#', '_', '•'], random).repeat(width) + word.slice(at + width);
  },
  'look-alike': (word, random) => each(word, (letter) => (random() < 0.6 ? (LOOK_ALIKES[letter] ?? letter) : letter)),
  styled: (word, random) => {
    const base = pick([0x1d41a, 0x1d4ea, 0x1d5ee, 0xff41], random);
    return each(word, (letter) => mathematical(letter, base));
  },
  accented: (word, random) => each(word, (letter) => (random() < 0.4 ? letter + pick(ACCENTS, random) : letter)),
  'zero-width': (word, random) => each(word, (letter) => (random() < 0.5 ? letter + pick(INVISIBLE, random) : letter)),
  phonetic: (word) =>
    word.replace(/ck/g, 'k').replace(/er$/, 'a').replace(/s$/, 'z').replace(/u/, 'oo').replace(/ph/g, 'f'),
};

/** Ways to disguise a whole text, by name. */
const TEXT_DISGUISES: Readonly<Record<string, (text: string, random: Random) => string>> = {
  emoji: (text, random) =>
    text
      .split(' ')
      .map((word) => (random() < 0.25 ? `${word} ${pick(EMOJI, random)}` : word))
      .join(' '),
  joined: (text) => {
    const words = text.split(' ');
    return words.length > 12 ? text : words.join('');
  },
  'alternating-case': (text) =>
    Array.from(text, (letter, index) => (index % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase())).join(''),
  'all-spaced': (text) => (text.length > 60 ? text : Array.from(text.replace(/ /g, '  ')).join(' ')),
};

/** Share of disguises that change a whole text. */
const WHOLE = 0.15;

/** A disguised text and how it was done, or undefined where nothing in the text could be disguised. */
export function disguise(text: string, random: Random): { text: string; evasion: string } | undefined {
  if (random() < WHOLE) {
    const evasion = pick(Object.keys(TEXT_DISGUISES), random);
    const changed = TEXT_DISGUISES[evasion]?.(text, random) ?? text;
    return changed === text ? undefined : { text: changed, evasion };
  }
  const words = text.split(' ');
  const places = words.flatMap((word, index) => (/^[a-z]{3,14}[.,!?]?$/i.test(word) ? [index] : []));
  const charged = places.filter((place) => CHARGED.has((words[place] ?? '').toLowerCase().replace(/[.,!?]$/, '')));
  // Mostly the words that a filter would look for; now and then any.
  const from =
    charged.length > 0 && random() < 0.85 ? charged : places.filter((place) => (words[place] ?? '').length > 3);
  if (from.length === 0) return undefined;
  const evasion = pick(Object.keys(WORD_DISGUISES), random);
  const most = Math.min(from.length, from === charged ? 4 : 2);
  for (let done = 0; done < most; done += 1) {
    const place = from === charged ? (from[done] ?? 0) : pick(from, random);
    const word = words[place] ?? '';
    const end = /[.,!?]$/.exec(word)?.[0] ?? '';
    const bare = word.slice(0, word.length - end.length).toLowerCase();
    words[place] = (WORD_DISGUISES[evasion]?.(bare, random) ?? bare) + end;
  }
  const changed = words.join(' ');
  return changed === text ? undefined : { text: changed, evasion };
}
