/**
 * Texts that the product's tokenizer is compared on: every character of Unicode, each within a word and at a word's end, and a fifth of the
 * own texts. As a program it prints them, a JSON string a line, for `reference_ids.py`.
 */
import { templateRows } from './templates/index.ts';

const BLOCK = 256;
const isHalfOfPair = (code: number): boolean => code >= 0xd800 && code < 0xe000;

/** The same texts at every call, over 10,000. */
export function* referenceTexts(): Generator<string> {
  for (let block = 0; block < 0x110000; block += BLOCK) {
    const codes = Array.from({ length: BLOCK }, (_, place) => block + place).filter((code) => !isHalfOfPair(code));
    yield codes.map((code) => `a${String.fromCodePoint(code)}b ${String.fromCodePoint(code)}`).join(' ');
  }
  let place = 0;
  for (const { text } of templateRows(1)) {
    if (place % 5 === 0) yield text;
    place += 1;
  }
}

if (import.meta.main) for (const text of referenceTexts()) process.stdout.write(`${JSON.stringify(text)}\n`);
