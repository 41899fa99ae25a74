/**
 * What a UTF-16 code unit is to the text core. One table look-up, because it is asked for every character of every text.
 */
export const characterClass = {
  /** Punctuation, symbols, emoji halves: everything that ends a word. */
  separator: 0,
  letter: 1,
  digit: 2,
  space: 3,
  /** A letter of a script written without spaces between words, where every character is its own word. */
  unspacedLetter: 4,
} as const;

const unspacedScripts =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Bopomofo}]+/gu;

const buildClasses = (): Uint8Array => {
  const classes = new Uint8Array(65_536);
  // Surrogates stay separators: no script with words of our lists lies beyond the basic plane.
  const units: string[] = [];
  for (let unit = 0; unit < 65_536; unit += 1) {
    units.push(unit >= 0xd800 && unit <= 0xdfff ? ' ' : String.fromCharCode(unit));
  }
  const plane = units.join('');
  const mark = (pattern: RegExp, value: number): void => {
    for (const match of plane.matchAll(pattern)) classes.fill(value, match.index, match.index + match[0].length);
  };
  mark(/[\p{L}\p{M}]+/gu, characterClass.letter);
  mark(unspacedScripts, characterClass.unspacedLetter);
  mark(/\p{Nd}+/gu, characterClass.digit);
  mark(/\s+/gu, characterClass.space);
  classes.fill(characterClass.separator, 0xd800, 0xe000);
  return classes;
};

/** Indexed by UTF-16 code unit; values are those of `characterClass`. */
export const classOfUnit: Uint8Array = buildClasses();

export const isAsciiLetter = (unit: number): boolean => unit >= 97 && unit <= 122;
export const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;
/** A letter or digit of a spaced script. */
export const isWordUnit = (unit: number): boolean =>
  classOfUnit[unit] === characterClass.letter || classOfUnit[unit] === characterClass.digit;
