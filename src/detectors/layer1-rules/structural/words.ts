import type { NormalisedText } from '#engine/text/normalise.ts';

/** Scripts written without blanks: each character counts as a word of its own. */
const isUnspaced = (unit: number): boolean =>
  (unit >= 0x3040 && unit <= 0x30ff) || (unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0x0e00 && unit <= 0x0eff);

/** 1: part of a word. Built once from Unicode's letters, marks and digits of the basic plane. */
const wordUnits: Uint8Array = (() => {
  const units = new Uint8Array(65_536);
  for (let unit = 0; unit < 65_536; unit += 1) {
    if (/[\p{L}\p{M}\p{N}]/u.test(String.fromCharCode(unit))) units[unit] = 1;
  }
  return units;
})();

/** Start and end of each word of the normalised text, in turn. Numbers count as words; an apostrophe inside a word belongs to it. */
export const findWords = ({ text }: NormalisedText): readonly number[] => {
  const words: number[] = [];
  for (let index = 0; index < text.length; ) {
    const unit = text.charCodeAt(index);
    if (wordUnits[unit] === 0) {
      index += 1;
      continue;
    }
    let end = index + 1;
    if (!isUnspaced(unit)) {
      while (end < text.length) {
        const next = text.charCodeAt(end);
        const apostrophe = (next === 0x27 || next === 0x2019) && wordUnits[text.charCodeAt(end + 1)] === 1;
        if (!apostrophe && (wordUnits[next] === 0 || isUnspaced(next))) break;
        end += 1;
      }
    }
    words.push(index, end);
    index = end;
  }
  return words;
};
