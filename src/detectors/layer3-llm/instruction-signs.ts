import { normalise } from '#engine/text/normalise.ts';
import { instructionPatterns } from './instruction-patterns.ts';

/** Kinds of signs: `override`, `role`, `addressed`, `verdict`, `prompt`, `form`, `turn`, and how it was hidden: `encoded`, `invisible`. */
type Sign = string;

/** Characters of one text that are looked through. A longer text is never cleared anyhow. */
const longest = 24_000;

const plainSigns = (text: string): Sign[] => {
  const lower = text.normalize('NFKC').toLowerCase();
  return instructionPatterns.flatMap(({ kind, pattern }) => (pattern.test(lower) ? [kind] : []));
};

const collapsed = (text: string): string => text.replace(/[^\S\n]+/gu, ' ');
const letters = /\p{L}/u;

/** Mostly letters and spaces: what decodes by chance is not. */
const isReadable = (text: string): boolean => {
  const characters = [...text];
  const readable = characters.filter((character) => letters.test(character) || ' .,:;!?\'"-\n{}'.includes(character));
  return characters.length >= 8 && readable.length / characters.length > 0.85;
};

const base64Run = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const hexRun = /(?:[0-9a-fA-F]{2}[ :,]?){10,}/g;
const escapedRun = /(?:(?:\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|&#x?[0-9a-f]{2,6};|%[0-9a-f]{2})[ ]?){4,}/gi;

const unescaped = (run: string): string =>
  run.replace(
    /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|&#x([0-9a-f]{2,6});|&#(\d{2,6});|%([0-9a-f]{2})/gi,
    (all, ...codes) => {
      const [u, x, hex, decimal, percent] = codes as (string | undefined)[];
      const code = decimal === undefined ? Number.parseInt(u ?? x ?? hex ?? percent ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    },
  );

const rotated = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });

/** Other readings of a text: what its encoded stretches say, and the text turned by thirteen letters or backwards. */
const decodings = (text: string): string[] => {
  const readings: string[] = [];
  for (const [run] of text.matchAll(base64Run)) readings.push(Buffer.from(run, 'base64').toString('utf8'));
  for (const [run] of text.matchAll(hexRun))
    readings.push(Buffer.from(run.replace(/[ :,]/g, ''), 'hex').toString('utf8'));
  if (escapedRun.test(text)) readings.push(unescaped(text));
  escapedRun.lastIndex = 0;
  readings.push(rotated(text), [...text].reverse().join(''));
  return readings.filter(isReadable);
};

const tags = /[\u{e0020}-\u{e007e}]/gu;
const hiding = /[\u200b\u2060\ufeff\u00ad\u{e0000}-\u{e007f}]{6,}|[\u202a-\u202e\u2066-\u2069]{2,}/u;

/** ASCII that is written in invisible tag characters (U+E0020 to U+E007E). Flags of regions have a few of them; sentences do not. */
const taggedText = (text: string): string =>
  [...text.matchAll(tags)].map(([character]) => String.fromCharCode(character.codePointAt(0)! - 0xe0000)).join('');

const signsOf = (original: string): Sign[] => {
  const text = original.slice(0, longest);
  const signs = [...plainSigns(collapsed(text))];
  for (const view of normalise(text).views) signs.push(...plainSigns(collapsed(view.text)));
  if (taggedText(text).length > 8 || hiding.test(text)) signs.push('invisible');
  for (const reading of decodings(text)) if (plainSigns(collapsed(reading)).length > 0) signs.push('encoded');
  return signs;
};

/**
 * Signs that texts speak to the machine that judges them: orders to ignore its orders, a role for it, the verdict that it should give, the
 * marks of a chat template, and all of that encoded or hidden. Sorted, each kind once; empty where there is none.
 */
export const instructionSigns = (texts: readonly string[]): readonly Sign[] =>
  [...new Set(texts.flatMap(signsOf))].sort();
