import { ALONE, DROPPED, kindOf, plainOf, plainUnitOf, SPACE } from './characters.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A word of more characters is one unknown token. */
const LONGEST_WORD = 100;
/** No emoji stands before it. */
const FIRST_NAMED = 0xa9;
const BLANK = 0x20;

/** Tokens of a text, special ones not among them. Token i stands for UTF-16 units starts[i] up to ends[i] of the original. */
export interface TokenizedText {
  readonly ids: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The word, counted from 0, that each token belongs to. Punctuation and ideographs are words of their own. */
  readonly words: Int32Array;
}

/** Four columns of numbers that grow together. */
class TokenList {
  #ids: Int32Array;
  #starts: Int32Array;
  #ends: Int32Array;
  #words: Int32Array;
  count = 0;

  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity);
    this.#starts = new Int32Array(capacity);
    this.#ends = new Int32Array(capacity);
    this.#words = new Int32Array(capacity);
  }

  add(id: number, start: number, end: number, word: number): void {
    if (this.count === this.#ids.length) this.#grow();
    this.#ids[this.count] = id;
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.#words[this.count] = word;
    this.count += 1;
  }

  #grow(): void {
    const larger = (column: Int32Array): Int32Array => {
      const grown = new Int32Array(column.length * 2);
      grown.set(column);
      return grown;
    };
    this.#ids = larger(this.#ids);
    this.#starts = larger(this.#starts);
    this.#ends = larger(this.#ends);
    this.#words = larger(this.#words);
  }

  /** Marks and controls that follow a token's last character belong to it. */
  stretchLast(end: number): void {
    if (this.count > 0) this.#ends[this.count - 1] = end;
  }

  done(): TokenizedText {
    const cut = (column: Int32Array): Int32Array => column.slice(0, this.count);
    return { ids: cut(this.#ids), starts: cut(this.#starts), ends: cut(this.#ends), words: cut(this.#words) };
  }
}

/**
 * BERT's uncased WordPiece tokenizer (Devlin et al. 2018; as in HuggingFace's `tokenizers`, `BertNormalizer`, `BertPreTokenizer`, `WordPiece`),
 * with a map to the original text. One pass, a bounded amount of work for each character, whatever the text is. Not reentrant, as nothing here
 * waits.
 */
export class WordPieceTokenizer {
  readonly vocabulary: Vocabulary;
  readonly #names: ReadonlyMap<number, string>;
  /** The word at hand: UTF-16 units of its plain form, and where in the text the character of each lies. */
  readonly #units = new Uint16Array(LONGEST_WORD * 2);
  readonly #unitStarts = new Int32Array(LONGEST_WORD * 2);
  readonly #unitEnds = new Int32Array(LONGEST_WORD * 2);
  #length = 0;
  #characters = 0;
  #wordStart = 0;
  #wordEnd = 0;
  #words = 0;

  /** @param names what characters are called that the vocabulary does not know: words of small letters, or '' for what is left out */
  constructor(vocabulary: Vocabulary, names: ReadonlyMap<number, string> = new Map()) {
    this.vocabulary = vocabulary;
    this.#names = names;
  }

  tokenize(text: string): TokenizedText {
    const tokens = new TokenList((text.length >> 2) + 16);
    this.#words = 0;
    this.#length = this.#characters = 0;
    /** Whether a dropped character here lies within or directly behind a token. */
    let attached = false;
    for (let place = 0; place < text.length; ) {
      const code = text.codePointAt(place)!;
      const end = place + (code > 0xffff ? 2 : 1);
      const name = code < FIRST_NAMED ? undefined : this.#names.get(code);
      if (name !== undefined) {
        this.#nameOf(name, place, end, tokens);
        if (name !== '') attached = true;
        place = end;
        continue;
      }
      const kind = kindOf(code);
      if (kind === DROPPED) {
        if (this.#characters > 0) this.#stretch(end);
        else if (attached) tokens.stretchLast(end);
      } else if (kind === SPACE) {
        this.#endWord(tokens);
        attached = false;
      } else if (kind === ALONE) {
        this.#endWord(tokens);
        this.#append(code, place, end);
        this.#endWord(tokens);
        attached = true;
      } else this.#append(code, place, end);
      place = end;
    }
    this.#endWord(tokens);
    return tokens.done();
  }

  /** The words of a name stand where its character does. */
  #nameOf(name: string, start: number, end: number, tokens: TokenList): void {
    if (name === '') return;
    this.#endWord(tokens);
    for (let index = 0; index < name.length; index += 1) {
      if (name.charCodeAt(index) === BLANK) this.#endWord(tokens);
      else this.#append(name.charCodeAt(index), start, end);
    }
    this.#endWord(tokens);
  }

  #stretch(end: number): void {
    this.#wordEnd = end;
    if (this.#length > 0 && this.#characters <= LONGEST_WORD) this.#unitEnds[this.#length - 1] = end;
  }

  #append(code: number, start: number, end: number): void {
    if (this.#characters === 0) this.#wordStart = start;
    this.#wordEnd = end;
    const unit = plainUnitOf(code);
    if (unit !== 0) {
      this.#characters += 1;
      if (this.#characters <= LONGEST_WORD) this.#put(unit, start, end);
      return;
    }
    for (const character of plainOf(code)) {
      this.#characters += 1;
      if (this.#characters > LONGEST_WORD) return;
      for (let index = 0; index < character.length; index += 1) this.#put(character.charCodeAt(index), start, end);
    }
  }

  #put(unit: number, start: number, end: number): void {
    this.#units[this.#length] = unit;
    this.#unitStarts[this.#length] = start;
    this.#unitEnds[this.#length] = end;
    this.#length += 1;
  }

  /** Greedy: the longest piece that the rest of the word begins with, again and again; a rest without one makes the whole word unknown. */
  #endWord(tokens: TokenList): void {
    if (this.#characters === 0) return;
    const { beginnings, continuations, unknown } = this.vocabulary;
    const before = tokens.count;
    let from = 0;
    let whole = this.#characters <= LONGEST_WORD;
    while (whole && from < this.#length) {
      const tree = from === 0 ? beginnings : continuations;
      const id = tree.longest(this.#units, from, this.#length);
      if (id < 0) whole = false;
      else {
        const end = from + tree.matched;
        tokens.add(id, this.#unitStarts[from]!, this.#unitEnds[end - 1]!, this.#words);
        from = end;
      }
    }
    if (!whole) {
      tokens.count = before;
      tokens.add(unknown, this.#wordStart, this.#wordEnd, this.#words);
    }
    this.#words += 1;
    this.#length = this.#characters = 0;
  }
}
