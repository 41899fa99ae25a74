import { normaliseTerm } from './normalise.ts';
import { joinsWords, otherSymbol, separatorSymbol, TermAlphabet, type TermSymbol } from './term-alphabet.ts';

/**
 * Where a term may stand: `word` as a whole word, `prefix` at the start of one, `substring` anywhere. A term that begins or ends with
 * something other than a letter of a spaced script (an emoji, a Chinese character) needs no boundary on that side.
 */
export type TermMode = 'word' | 'prefix' | 'substring';

export interface AutomatonTerm {
  readonly term: string;
  readonly mode: TermMode;
}

/** Why a term was left out, by its index in the input. */
export interface RejectedTerm {
  readonly index: number;
  readonly reason: 'empty' | 'too_long';
}

/** A match in one reading: `entry` is the index of the term, offsets are the reading's, end exclusive. */
export interface AutomatonMatch {
  readonly entry: number;
  readonly start: number;
  readonly end: number;
}

/** The terms do not fit into the automaton. Remedy: fewer or shorter terms, or several lists in several automata. */
export class TermAutomatonTooLargeError extends Error {
  override readonly name = 'TermAutomatonTooLargeError';
  constructor(states: number, symbols: number) {
    super(
      `The terms need ${states} states of ${symbols} symbols, more than ${maximumCells} cells; use fewer or shorter terms.`,
    );
  }
}

/** 512 MiB of transitions: about 300,000 terms in one alphabet. */
const maximumCells = 128 * 1024 * 1024;
/** Symbols of the longest term; also how far back the scan remembers. A power of two. */
const memory = 512;
/** Two of the same letter where the term has one are taken for stretching only in words of this length: `shitt`, not `asss`. */
const lettersForDoubling = 4;

interface EncodedTerm {
  readonly symbols: readonly TermSymbol[];
  readonly letters: number;
}

const trimEdges = (symbols: TermSymbol[], mode: TermMode): TermSymbol[] => {
  let from = 0;
  let to = symbols.length;
  const startsInWord = joinsWords(symbols[1]?.unit ?? 32);
  const endsInWord = joinsWords(symbols[to - 2]?.unit ?? 32);
  if (!startsInWord || mode === 'substring') from = 1;
  if (!endsInWord || mode !== 'word') to -= 1;
  return symbols.slice(from, to);
};

/** Separator between the words of a term: blanks, or a single sign such as a hyphen or a line break. */
const separatorKind = { blank: 0, single: 1, other: 2 } as const;

/**
 * Finds any number of terms in one pass: a dense Aho-Corasick automaton over runs of characters (Aho and Corasick, "Efficient string
 * matching", 1975). The cost of a scan does not depend on how many terms there are.
 *
 * Letters may be stretched: a run matches a term's run of the same letter if it is as long, or three or more and longer, or two for
 * one in terms of four letters and more, or longer at an edge that need not be the edge of a word.
 */
export class TermAutomaton {
  readonly rejected: readonly RejectedTerm[];
  readonly #alphabet: TermAlphabet;
  readonly #encoded: (EncodedTerm | undefined)[];
  /** Row offset of the next state by row offset plus symbol; bitwise complement of it where terms end in that state. */
  readonly #next: Int32Array;
  readonly #width: number;
  /** By state: first term that ends there, and the next state on the failure chain where terms end; -1 for none. */
  readonly #firstTerm: Int32Array;
  readonly #nextEnding: Int32Array;
  /** By term: the next one with the same symbols. */
  readonly #sameEnding: Int32Array;
  readonly #starts = new Int32Array(memory);
  readonly #runs = new Int32Array(memory);
  readonly #kinds = new Uint8Array(memory);

  /** Terms are normalised here, so that list and text meet in the same form. */
  constructor(terms: readonly AutomatonTerm[]) {
    const normalised = terms.map(({ term }) => normaliseTerm(term));
    this.#alphabet = new TermAlphabet(normalised);
    const rejected: RejectedTerm[] = [];
    this.#encoded = terms.map(({ mode }, index) => {
      const term = normalised[index]!;
      const symbols = trimEdges(this.#alphabet.encode(term), mode);
      if (!symbols.some(({ symbol }) => symbol !== separatorSymbol)) {
        rejected.push({ index, reason: 'empty' });
        return undefined;
      }
      if (symbols.length > memory / 2) {
        rejected.push({ index, reason: 'too_long' });
        return undefined;
      }
      return { symbols, letters: [...term].filter((letter) => joinsWords(letter.charCodeAt(0))).length };
    });
    this.rejected = rejected;
    this.#width = this.#alphabet.size;
    this.#sameEnding = new Int32Array(terms.length).fill(-1);
    const { children, firstTerm } = this.#buildTrie();
    const states = children.length;
    if (states * this.#width > maximumCells) throw new TermAutomatonTooLargeError(states, this.#width);
    this.#next = new Int32Array(states * this.#width);
    this.#firstTerm = new Int32Array(states).fill(-1);
    this.#nextEnding = new Int32Array(states).fill(-1);
    this.#link(children, firstTerm);
  }

  /** Number of states; for tests and diagnostics. */
  get states(): number {
    return this.#firstTerm.length;
  }

  #buildTrie(): { children: Map<number, number>[]; firstTerm: number[] } {
    const children: Map<number, number>[] = [new Map()];
    const firstTerm: number[] = [-1];
    this.#encoded.forEach((encoded, term) => {
      if (encoded === undefined) return;
      let state = 0;
      for (const { symbol } of encoded.symbols) {
        let child = children[state]!.get(symbol);
        if (child === undefined) {
          child = children.length;
          children.push(new Map());
          firstTerm.push(-1);
          children[state]!.set(symbol, child);
        }
        state = child;
      }
      this.#sameEnding[term] = firstTerm[state]!;
      firstTerm[state] = term;
    });
    return { children, firstTerm };
  }

  /** Numbers the states breadth first, so that the busy ones near the root share cache lines, and fills in every transition. */
  #link(children: readonly Map<number, number>[], firstTerm: readonly number[]): void {
    const width = this.#width;
    const order: number[] = [0];
    const numberOf = new Int32Array(children.length);
    for (let place = 0; place < order.length; place += 1) {
      for (const child of children[order[place]!]!.values()) {
        numberOf[child] = order.length;
        order.push(child);
      }
    }
    const failure = new Int32Array(children.length);
    const next = this.#next;
    order.forEach((node, state) => {
      const fallback = failure[state]!;
      this.#firstTerm[state] = firstTerm[node]!;
      if (state !== 0) {
        this.#nextEnding[state] = this.#firstTerm[fallback]! >= 0 ? fallback : this.#nextEnding[fallback]!;
        next.copyWithin(state * width, fallback * width, (fallback + 1) * width);
      }
      for (const [symbol, child] of children[node]!) {
        const number = numberOf[child]!;
        failure[number] = state === 0 ? 0 : next[state * width + symbol]!;
        next[state * width + symbol] = number;
      }
    });
    for (let cell = 0; cell < next.length; cell += 1) {
      const state = next[cell]!;
      const ends = this.#firstTerm[state]! >= 0 || this.#nextEnding[state]! >= 0;
      next[cell] = ends ? ~(state * width) : state * width;
    }
  }

  /**
   * All matches in one reading, in order of their end, at most `limit`. Nothing is allocated but the matches.
   */
  scan(text: string, limit = 10_000): AutomatonMatch[] {
    const matches: AutomatonMatch[] = [];
    const symbols = this.#alphabet.symbols;
    const next = this.#next;
    const starts = this.#starts;
    const runs = this.#runs;
    const kinds = this.#kinds;
    const mask = memory - 1;
    const length = text.length;
    let count = 0;
    let separated = true;
    starts[0] = 0;
    runs[0] = 0;
    kinds[0] = separatorKind.blank;
    let state = next[separatorSymbol]!;
    if (state < 0) state = ~state;
    for (let index = 0; index < length; ) {
      const unit = text.charCodeAt(index);
      const symbol = symbols[unit]!;
      if (symbol === separatorSymbol) {
        if (separated) {
          const slot = count & mask;
          const already = runs[slot]!;
          runs[slot] = already + 1;
          if (unit !== 32) kinds[slot] = already === 0 ? separatorKind.single : separatorKind.other;
          else if (kinds[slot] === separatorKind.single) kinds[slot] = separatorKind.other;
          index += 1;
          continue;
        }
        separated = true;
        count += 1;
        const slot = count & mask;
        starts[slot] = index;
        runs[slot] = 1;
        kinds[slot] = unit === 32 ? separatorKind.blank : separatorKind.single;
        state = next[state + separatorSymbol]!;
        if (state < 0) {
          state = ~state;
          this.#collect(text, state, count, matches, limit);
          if (matches.length >= limit) return matches;
        }
        index += 1;
        continue;
      }
      const inWord = joinsWords(unit);
      if (!inWord && !separated) {
        count += 1;
        const slot = count & mask;
        starts[slot] = index;
        runs[slot] = 0;
        kinds[slot] = separatorKind.blank;
        state = next[state + separatorSymbol]!;
        if (state < 0) {
          state = ~state;
          this.#collect(text, state, count, matches, limit);
          if (matches.length >= limit) return matches;
        }
      }
      let end = index + 1;
      while (end < length && text.charCodeAt(end) === unit) end += 1;
      count += 1;
      const slot = count & mask;
      starts[slot] = index;
      runs[slot] = end - index;
      state = symbol === otherSymbol ? 0 : next[state + symbol]!;
      if (state < 0) {
        state = ~state;
        this.#collect(text, state, count, matches, limit);
        if (matches.length >= limit) return matches;
      }
      separated = false;
      index = end;
      if (!inWord) {
        separated = true;
        count += 1;
        const after = count & mask;
        starts[after] = index;
        runs[after] = 0;
        kinds[after] = separatorKind.blank;
        state = next[state + separatorSymbol]!;
        if (state < 0) {
          state = ~state;
          this.#collect(text, state, count, matches, limit);
          if (matches.length >= limit) return matches;
        }
      }
    }
    if (!separated) {
      count += 1;
      starts[count & mask] = length;
      runs[count & mask] = 0;
      state = next[state + separatorSymbol]!;
      if (state < 0) this.#collect(text, ~state, count, matches, limit);
    }
    return matches;
  }

  #collect(text: string, row: number, count: number, matches: AutomatonMatch[], limit: number): void {
    let state = row / this.#width;
    if (this.#firstTerm[state]! < 0) state = this.#nextEnding[state]!;
    for (; state >= 0; state = this.#nextEnding[state]!) {
      for (let term = this.#firstTerm[state]!; term >= 0; term = this.#sameEnding[term]!) {
        if (!this.#fits(text, this.#encoded[term]!, count)) continue;
        matches.push(this.#locate(term, this.#encoded[term]!, count));
        if (matches.length >= limit) return;
      }
    }
  }

  /** Whether the runs and the inner separators of the text are ones that the term allows. */
  #fits(text: string, { symbols, letters }: EncodedTerm, count: number): boolean {
    const mask = memory - 1;
    const first = count - symbols.length + 1;
    const last = symbols.length - 1;
    for (let place = 0; place < symbols.length; place += 1) {
      const { symbol, run, unit } = symbols[place]!;
      const slot = (first + place) & mask;
      if (symbol === separatorSymbol) {
        if (place === 0 || place === last) continue;
        const blank = this.#runs[slot]! > 0;
        if (blank !== run > 0 || (blank && this.#kinds[slot] === separatorKind.other)) return false;
        continue;
      }
      if (unit > 127 && text.charCodeAt(this.#starts[slot]!) !== unit) return false;
      const found = this.#runs[slot]!;
      if (found === run) continue;
      if (found < run || !joinsWords(unit)) return false;
      // At an open edge the run goes on in the word around the term: "cat" is in "catty".
      if (found === 2 && letters < lettersForDoubling && place > 0 && place < last) return false;
    }
    return true;
  }

  #locate(entry: number, { symbols }: EncodedTerm, count: number): AutomatonMatch {
    const mask = memory - 1;
    let first = count - symbols.length + 1;
    let last = count;
    if (symbols[0]!.symbol === separatorSymbol) first += 1;
    if (symbols.at(-1)!.symbol === separatorSymbol) last -= 1;
    return { entry, start: this.#starts[first & mask]!, end: this.#starts[last & mask]! + this.#runs[last & mask]! };
  }
}
