/**
 * Text folded for feature extraction, with a map back to the original.
 *
 * `folded[i]` came from `original.slice(starts[i], ends[i])`; all offsets are UTF-16 code units.
 */
export interface FoldedText {
  readonly folded: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Invisible characters that carry no meaning: soft hyphen, joiners, direction marks, variation selectors, tags. */
const INVISIBLE = /[\p{Cf}\p{M}\u115f\u1160\u3164\uffa0]/u;
const MARKS = /[\p{M}\p{Cf}]/gu;

/**
 * Letters of other scripts that are drawn like Latin ones. Only those used to dodge filters inside Latin words; a word
 * wholly in Cyrillic or Greek folds to nonsense, which is harmless because the language gate has set it aside.
 */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ['\u0430', 'a'],
  ['\u0435', 'e'],
  ['\u043e', 'o'],
  ['\u0440', 'p'],
  ['\u0441', 'c'],
  ['\u0443', 'y'],
  ['\u0445', 'x'],
  ['\u0456', 'i'],
  ['\u0458', 'j'],
  ['\u0455', 's'],
  ['\u0501', 'd'],
  ['\u04bb', 'h'],
  ['\u04cf', 'l'],
  ['\u051b', 'q'],
  ['\u051d', 'w'],
  ['\u0432', 'b'],
  ['\u043a', 'k'],
  ['\u043c', 'm'],
  ['\u043d', 'h'],
  ['\u0442', 't'],
  ['\u03b1', 'a'],
  ['\u03bf', 'o'],
  ['\u03c1', 'p'],
  ['\u03bd', 'v'],
  ['\u03b9', 'i'],
  ['\u03ba', 'k'],
  ['\u03c4', 't'],
  ['\u03c5', 'u'],
  ['\u03c7', 'x'],
  ['\u03b5', 'e'],
  ['\u03b7', 'n'],
  ['\u0131', 'i'],
  ['\u0142', 'l'],
  ['\u00f8', 'o'],
  ['\u0111', 'd'],
  ['\u00df', 's'],
  ['\u00e6', 'a'],
  ['\u0261', 'g'],
]);

const cache = new Map<string, string>();
const CACHE_LIMIT = 20_000;

function foldCodePoint(character: string): string {
  const known = cache.get(character);
  if (known !== undefined) return known;
  let result = '';
  if (!INVISIBLE.test(character)) {
    result = character.normalize('NFKC').normalize('NFKD').replace(MARKS, '').toLowerCase().replace(MARKS, '');
    result = Array.from(result, (part) => LOOK_ALIKES.get(part) ?? part).join('');
    if (/^\s+$/u.test(result)) result = ' ';
  }
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(character, result);
  return result;
}

const ASCII_ONLY = /^[\t\n\r\x20-\x7e]*$/;

/**
 * Folds a text: compatibility form (Unicode NFKC), lower case, accents dropped, zero-width and other invisible
 * characters removed, common look-alike letters mapped to Latin. Lone surrogates become a space.
 */
export function foldText(original: string): FoldedText {
  const length = original.length;
  if (ASCII_ONLY.test(original)) {
    const starts = new Int32Array(length);
    const ends = new Int32Array(length);
    for (let index = 0; index < length; index += 1) {
      starts[index] = index;
      ends[index] = index + 1;
    }
    return { folded: original.toLowerCase(), starts, ends };
  }
  const pieces: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let index = 0;
  while (index < length) {
    const codePoint = original.codePointAt(index) ?? 0;
    const width = codePoint > 0xffff ? 2 : 1;
    let piece: string;
    if (codePoint >= 0x41 && codePoint <= 0x5a) piece = String.fromCharCode(codePoint + 32);
    else if (codePoint < 0x80) piece = original.charAt(index);
    else if (codePoint >= 0xd800 && codePoint <= 0xdfff) piece = ' ';
    else piece = foldCodePoint(original.slice(index, index + width));
    for (let offset = 0; offset < piece.length; offset += 1) {
      starts.push(index);
      ends.push(index + width);
    }
    pieces.push(piece);
    index += width;
  }
  return { folded: pieces.join(''), starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}
