import { readFileSync } from 'node:fs';

/** What becomes of a character (a code point): left out, a space, a token of its own, part of a word. */
export const DROPPED = 1;
export const SPACE = 2;
export const ALONE = 3;
export const IN_WORD = 4;

/**
 * How BERT's uncased tokenizer takes every character, as `models/text/reference_ids.py` measured it on the original: its Unicode tables are of
 * another version than those of Node, and stay as they are. Each list is first, last + 1, first, last + 1 and so on.
 */
interface CharacterTable {
  readonly dropped: readonly number[];
  readonly spaces: readonly number[];
  readonly alone: readonly number[];
}

const readKinds = (): Uint8Array => {
  const table = JSON.parse(readFileSync(new URL('./characters.json', import.meta.url), 'utf8')) as CharacterTable;
  const kinds = new Uint8Array(0x110000).fill(IN_WORD);
  const mark = (ends: readonly number[], kind: number): void => {
    for (let place = 0; place < ends.length; place += 2) kinds.fill(kind, ends[place], ends[place + 1]);
  };
  mark(table.dropped, DROPPED);
  mark(table.spaces, SPACE);
  mark(table.alone, ALONE);
  return kinds;
};

const kinds = readKinds();

/** @param code a code point, or half a pair, which is left out */
export const kindOf = (code: number): number => kinds[code]!;

/** Decomposed, without marks, in lower case, each character by itself. */
const computePlain = (code: number): string => {
  let plain = '';
  for (const character of String.fromCodePoint(code).normalize('NFD'))
    if (kinds[character.codePointAt(0)!] !== DROPPED) plain += character.toLowerCase();
  return plain;
};

/** The plain form where it is one UTF-16 unit, by code; 0 where it is not known yet, 1 where it is longer. */
const singles = new Uint16Array(0x10000);
const LONGER = 1;
/** Longer ones: Hangul, ligatures of marks. There are as many as Unicode has, some 13,000. */
const longer = new Map<number, string>();

/** The plain form as one UTF-16 unit, or 0 where it has several: `plainOf` then tells them. */
export const plainUnitOf = (code: number): number => {
  if (code >= 0x10000) return 0;
  const known = singles[code]!;
  if (known > LONGER) return known;
  if (known === LONGER) return 0;
  const plain = computePlain(code);
  singles[code] = plain.length === 1 && plain.charCodeAt(0) > LONGER ? plain.charCodeAt(0) : LONGER;
  return plainUnitOf(code);
};

/** A character as the vocabulary has it: e.g. `É` is `e`. */
export const plainOf = (code: number): string => {
  const known = longer.get(code);
  if (known !== undefined) return known;
  const plain = computePlain(code);
  // What stays itself is not kept: there are a million of those.
  if (plain.length > 2 || plain.codePointAt(0) !== code) longer.set(code, plain);
  return plain;
};
