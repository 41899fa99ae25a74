import { latinReadings } from './look-alikes.ts';

/** What happened to a code point when it was folded. */
export const foldKind = {
  ordinary: 0,
  /** Removed: zero-width and other default-ignorable characters, control characters. */
  invisible: 1,
  /** Removed: a combining mark over a letter. */
  mark: 2,
  /** A letter in fancy dress: mathematical, circled, small capital, regional indicator, look-alike of a rare script. */
  styled: 3,
  /** Removed: directional controls. */
  bidirectional: 4,
  /** Removed: invisible copies of ASCII (U+E0000 to U+E007F), which can carry a hidden message. */
  tag: 5,
  /** Removed: soft hyphens, variation selectors, skin tones and trade marks, which ordinary text is full of. */
  presentation: 6,
  /** Joins what stands before it into one character (Kana voicing, Hangul jamo, Indic signs): see `composeClusters`. */
  composing: 7,
} as const;

export interface FoldedCharacter {
  /** What the code point becomes; empty where it is removed. */
  readonly text: string;
  readonly kind: number;
}

type Ranges = readonly (readonly [first: number, last: number])[];

const within = (codePoint: number, ranges: Ranges): boolean =>
  ranges.some(([first, last]) => codePoint >= first && codePoint <= last);

/** Marks that decorate a letter without making another one, as far as a word list is concerned. */
const decorativeMarks: Ranges = [
  [0x300, 0x36f],
  [0x483, 0x489], // Cyrillic titlo and the like
  [0x591, 0x5bd], // Hebrew points
  [0x5bf, 0x5bf],
  [0x5c1, 0x5c2],
  [0x5c4, 0x5c5],
  [0x5c7, 0x5c7],
  [0x610, 0x61a], // Arabic honorifics, the lengthening stroke, vowel signs
  [0x640, 0x640],
  [0x64b, 0x65f],
  [0x670, 0x670],
  [0x6d6, 0x6dc],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff], // circles, squares and keycaps around a character
  [0xfe20, 0xfe2f],
];
const presentations: Ranges = [
  [0xad, 0xad],
  [0x2120, 0x2120],
  [0x2122, 0x2122],
  [0xfe00, 0xfe0f],
  [0x1f3fb, 0x1f3ff],
  [0xe0100, 0xe01ef],
];
const isDecorative = (character: string): boolean => within(character.codePointAt(0)!, decorativeMarks);
const bidirectionalControl = /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/u;
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\ufff9-\ufffb]$/u;
const composing = /^[\p{M}\u1160-\u11ff]$/u;
const exoticSpace = /^[\s\u2800]$/u;

/** Unicode never splits a run of decimal digits, so a digit's value is its distance from the zero of its script. */
const digitZeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0x1810,
];

/** The longest expansion that is followed; a ligature for a whole sentence (U+FDFA) is kept as it is. */
const longestExpansion = 4;

const removed = (kind: number): FoldedCharacter => ({ text: '', kind });

const foldRemoved = (character: string, codePoint: number): FoldedCharacter | undefined => {
  if (codePoint >= 0xe0000 && codePoint <= 0xe007f) return removed(foldKind.tag);
  if (isDecorative(character)) return removed(foldKind.mark);
  if (bidirectionalControl.test(character)) return removed(foldKind.bidirectional);
  if (within(codePoint, presentations)) return removed(foldKind.presentation);
  if (exoticSpace.test(character)) return { text: codePoint < 128 ? character : ' ', kind: foldKind.ordinary };
  return invisible.test(character) ? removed(foldKind.invisible) : undefined;
};

const foldDigit = (codePoint: number): FoldedCharacter | undefined => {
  const zero = digitZeros.find((candidate) => codePoint >= candidate && codePoint < candidate + 10);
  return zero === undefined ? undefined : { text: String(codePoint - zero), kind: foldKind.ordinary };
};

const readLetters = (character: string): string => {
  let text = '';
  for (const piece of character.normalize('NFKD').toLowerCase().normalize('NFKD')) {
    if (isDecorative(piece)) continue;
    const letter = piece === 'ς' ? 'σ' : piece;
    text += latinReadings.get(letter.codePointAt(0)!) ?? letter;
  }
  return text;
};

/**
 * Folds one code point: compatibility forms, case, decoration and letters in fancy dress. Look-alikes of living alphabets are not
 * folded here, since that depends on the word around them.
 */
export const foldCodePoint = (codePoint: number): FoldedCharacter => {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
    return { text: String.fromCharCode(codePoint), kind: foldKind.ordinary };
  }
  const character = String.fromCodePoint(codePoint);
  const special = foldRemoved(character, codePoint) ?? foldDigit(codePoint);
  if (special !== undefined) return special;
  const reading = latinReadings.get(codePoint);
  if (reading !== undefined) return { text: reading, kind: foldKind.styled };
  if (composing.test(character)) return { text: character.normalize('NFKD'), kind: foldKind.composing };
  const composed = character.normalize('NFKC').toLowerCase();
  const letters = readLetters(character);
  if (letters.length > longestExpansion) return { text: character, kind: foldKind.ordinary };
  // Syllables and voiced Kana decompose without losing anything to a decorative mark: keep them whole.
  if (letters === composed.normalize('NFKD')) {
    const plain = composed.length <= longestExpansion ? composed : character;
    const dressed = codePoint > 127 && plain !== character.toLowerCase() && /^[a-z]+$/.test(plain);
    return { text: plain, kind: dressed ? foldKind.styled : foldKind.ordinary };
  }
  const dressed = /^[a-z]+$/.test(letters) && !/^[a-z]/i.test(character.normalize('NFD'));
  return { text: letters.normalize('NFC'), kind: dressed ? foldKind.styled : foldKind.ordinary };
};

const basicPlane: (FoldedCharacter | undefined)[] = new Array(65_536).fill(undefined);
const beyond = new Map<number, FoldedCharacter>();
/** Planes beyond the basic one hold mostly ideographs that fold to themselves; only so many are remembered. */
const rememberedBeyond = 20_000;

/** As `foldCodePoint`, remembering what it found. */
export const foldedCharacter = (codePoint: number): FoldedCharacter => {
  if (codePoint < 65_536) {
    const known = basicPlane[codePoint];
    if (known !== undefined) return known;
    const folded = foldCodePoint(codePoint);
    basicPlane[codePoint] = folded;
    return folded;
  }
  const known = beyond.get(codePoint);
  if (known !== undefined) return known;
  const folded = foldCodePoint(codePoint);
  if (beyond.size < rememberedBeyond) beyond.set(codePoint, folded);
  return folded;
};
