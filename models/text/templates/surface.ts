/** How people type: the same habits for harmful and harmless texts, or the habit itself would be learned. */
import { pick } from './construction.ts';

/** `formal` texts keep their form but for a rare slip. */
export type Register = 'chat' | 'formal';

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/\byou\b/gi, 'u'],
  [/\byour\b/gi, 'ur'],
  [/\byou're\b/gi, 'ur'],
  [/\bare\b/gi, 'r'],
  [/\bbecause\b/gi, 'bc'],
  [/\bplease\b/gi, 'pls'],
  [/\bpeople\b/gi, 'ppl'],
  [/\bgoing to\b/gi, 'gonna'],
  [/\bwant to\b/gi, 'wanna'],
  [/\bthough\b/gi, 'tho'],
  [/\bwith\b/gi, 'w'],
  [/\bto be honest\b/gi, 'tbh'],
  [/\btonight\b/gi, 'tn'],
  [/\bsomeone\b/gi, 'some1'],
  [/\bsomething\b/gi, 'smth'],
];
const OPENERS = [
  'ok',
  'so',
  'honestly',
  'look,',
  'ngl',
  'tbh',
  'well',
  'lol',
  'right,',
  'update:',
  'hey',
  'idk,',
  'bro',
  'omg',
  'and',
  'yeah',
  'anyway',
];
const CLOSERS = [
  'lol',
  'tbh',
  'fr',
  'imo',
  'just saying',
  'ok?',
  'lmao',
  'you know',
  'so yeah',
  'smh',
  'haha',
  'seriously',
  'for real',
  'anyway',
];
const EMOJI = ['😂', '🙄', '😅', '👀', '🔥', '💯', '😭', '🤷', '🙏', '✌️', '🤔', '😤'];

function sentenceCase(text: string): string {
  return text.replace(/(^|[.!?]\s+)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}

function lowerCase(text: string): string {
  // Addresses and codes keep their form.
  return text
    .split(' ')
    .map((word) => (/[/@]|\d/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}

function endOf(text: string, random: () => number): string {
  if (!/[.!?]$/.test(text)) return random() < 0.35 ? `${text}${pick(['.', '!', '...', '!!', '.'], random)}` : text;
  if (/\?$/.test(text)) return random() < 0.15 ? `${text.slice(0, -1)}${pick(['', '??', '?!'], random)}` : text;
  return random() < 0.5 ? `${text.slice(0, -1)}${pick(['', '', '!', '..', '!!'], random)}` : text;
}

function typo(text: string, random: () => number): string {
  const words = text.split(' ');
  const places = words.flatMap((word, index) => (/^[a-z]{4,14}$/i.test(word) ? [index] : []));
  if (places.length === 0) return text;
  const place = pick(places, random);
  const word = words[place] ?? '';
  const at = 1 + Math.floor(random() * (word.length - 2));
  words[place] = pick(
    [
      () => word.slice(0, at) + word.slice(at + 1),
      () => word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
      () => word.slice(0, at) + (word[at] ?? '') + word.slice(at),
      () => word + (word.at(-1) ?? '').repeat(3),
    ],
    random,
  )();
  return words.join(' ');
}

function abbreviate(text: string, random: () => number): string {
  return SHORT.reduce((done, [from, to]) => (random() < 0.7 ? done.replace(from, to) : done), text);
}

/** The text as one of many people would type it. */
export function dress(text: string, register: Register, random: () => number): string {
  if (register === 'formal') {
    const cased = random() < 0.12 ? lowerCase(text) : sentenceCase(text);
    return random() < 0.05 ? typo(cased, random) : cased;
  }
  let dressed = text;
  const single = !text.includes('\n');
  if (single && random() < 0.1) dressed = `${pick(OPENERS, random)} ${dressed}`;
  if (single && random() < 0.1 && !/[?]$/.test(dressed))
    dressed = `${dressed.replace(/[.!]+$/, '')} ${pick(CLOSERS, random)}`;
  if (random() < 0.12) dressed = abbreviate(dressed, random);
  if (random() < 0.12) dressed = typo(dressed, random);
  const casing = random();
  if (casing < 0.4) dressed = sentenceCase(dressed);
  else if (casing < 0.85) dressed = lowerCase(dressed);
  else if (casing < 0.89) dressed = dressed.toUpperCase();
  if (random() < 0.25) dressed = dressed.replace(/(\w)'(\w)/g, '$1$2');
  dressed = endOf(dressed, random);
  return random() < 0.06 ? `${dressed} ${pick(EMOJI, random)}` : dressed;
}

/** Texts that differ only in case, punctuation or emoji count as the same. */
export function bareForm(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
