/** A stretch of text, in UTF-16 code units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ViewKind = 'folded' | 'leet' | 'leet_alternative' | 'joined';

/** One reading of a text, with the way back from every code unit of the reading to the original. */
export class TextView {
  readonly kind: ViewKind;
  readonly text: string;
  readonly #starts: Int32Array | undefined;
  readonly #ends: Int32Array | undefined;

  /** Without offsets the reading has the length of the original, unit for unit. */
  constructor(kind: ViewKind, text: string, starts?: Int32Array, ends?: Int32Array) {
    this.kind = kind;
    this.text = text;
    this.#starts = starts;
    this.#ends = ends;
  }

  /** A reading that replaces units of this one by others without moving any. */
  withText(kind: ViewKind, text: string): TextView {
    return new TextView(kind, text, this.#starts, this.#ends);
  }

  /** Original offset of the first code unit behind the reading's unit `index`. */
  startOf(index: number): number {
    return this.#starts === undefined ? index : this.#starts[index]!;
  }

  /** Original offset after the last code unit behind the reading's unit `index`. */
  endOf(index: number): number {
    return this.#ends === undefined ? index + 1 : this.#ends[index]!;
  }

  /** The original stretch behind the reading's stretch `start..end`; an empty one maps to an empty one. */
  span(start: number, end: number): Span {
    if (end <= start) {
      const at = start < this.text.length ? this.startOf(start) : start === 0 ? 0 : this.endOf(this.text.length - 1);
      return { start: at, end: at };
    }
    return { start: this.startOf(start), end: this.endOf(end - 1) };
  }
}
