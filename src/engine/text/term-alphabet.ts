import { characterClass, classOfUnit } from './character-class.ts';

/** Anything that ends a word. Never two in a row; one stands before the first and after the last character of a text. */
export const separatorSymbol = 0;
/** A word character that no term contains. */
export const otherSymbol = 1;
const firstTermSymbol = 2;
/**
 * Characters beyond ASCII share this many symbols, so that a list in Chinese does not make the rows thousands of cells wide. A match
 * compares the characters themselves.
 */
const sharedSymbols = 64;

/** One symbol of a term: the character's symbol, and how often it stands there in a row (for a separator: 1 where the term has a blank, 0 where it only
 * marks the edge of a word or a sign). */
export interface TermSymbol {
  readonly symbol: number;
  readonly unit: number;
  readonly run: number;
}

/** True where a character joins with its neighbours into a word. Digits do not: `word2024` still holds `word`. */
export const joinsWords = (unit: number): boolean => classOfUnit[unit] === characterClass.letter;

/** The characters of all terms, numbered densely so that the automaton's rows stay short. */
export class TermAlphabet {
  /** Code unit to symbol. */
  readonly symbols: Uint16Array;
  readonly size: number;

  constructor(terms: Iterable<string>) {
    this.symbols = new Uint16Array(65_536);
    for (let unit = 0; unit < 65_536; unit += 1) if (joinsWords(unit)) this.symbols[unit] = otherSymbol;
    const units = new Set<number>();
    for (const term of terms) {
      for (let index = 0; index < term.length; index += 1) {
        const unit = term.charCodeAt(index);
        if (classOfUnit[unit] !== characterClass.space) units.add(unit);
      }
    }
    const ascii = [...units].filter((unit) => unit < 128);
    const others = [...units].filter((unit) => unit >= 128);
    ascii.forEach((unit, index) => {
      this.symbols[unit] = firstTermSymbol + index;
    });
    const shared = firstTermSymbol + ascii.length;
    others.forEach((unit, index) => {
      this.symbols[unit] = shared + (index % sharedSymbols);
    });
    this.size = shared + Math.min(others.length, sharedSymbols);
  }

  /** A term as the automaton reads text: separators merged, runs of one character counted, a separator around every non-letter. */
  encode(term: string): TermSymbol[] {
    const encoded: TermSymbol[] = [];
    const separate = (blank: boolean): void => {
      const again = encoded.at(-1)?.symbol === separatorSymbol;
      const before = again ? encoded.pop()!.run : 0;
      encoded.push({ symbol: separatorSymbol, unit: 32, run: blank ? 1 : before });
    };
    separate(false);
    for (let index = 0; index < term.length; ) {
      const unit = term.charCodeAt(index);
      let end = index + 1;
      while (end < term.length && term.charCodeAt(end) === unit) end += 1;
      const symbol = this.symbols[unit]!;
      if (symbol === separatorSymbol) separate(true);
      else if (joinsWords(unit)) encoded.push({ symbol, unit, run: end - index });
      else {
        separate(false);
        encoded.push({ symbol, unit, run: end - index });
        separate(false);
      }
      index = end;
    }
    separate(false);
    return encoded;
  }
}
