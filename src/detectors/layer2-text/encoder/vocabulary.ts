/** The longest piece, in UTF-16 units, that a vocabulary may hold: bounds the work on hostile words. */
const LONGEST_PIECE = 64;
const EMPTY = -1;

/**
 * Pieces as a tree over UTF-16 units. Steps are kept in one open hash table by node * 65536 + unit.
 * The longest piece at a place is found in one walk.
 */
class PieceTree {
  readonly #keys: Float64Array;
  readonly #targets: Int32Array;
  readonly #mask: number;
  readonly #ids: Int32Array;
  #nodes = 1;
  /** UTF-16 units of the piece that `longest` found last. */
  matched = 0;

  /** @param most UTF-16 units of all pieces: there are as many steps at most, and half as many where pieces begin alike */
  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2((most + 1) * 1.125));
    this.#mask = size - 1;
    this.#keys = new Float64Array(size).fill(EMPTY);
    this.#targets = new Int32Array(size);
    this.#ids = new Int32Array(most + 1).fill(EMPTY);
  }

  /** Where the step is kept, or the free place where it would be. */
  #slot(node: number, unit: number): number {
    const key = node * 65_536 + unit;
    const mixed = Math.imul(Math.imul(node, 0x85eb_ca6b) ^ unit, 0x9e37_79b1);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    while (this.#keys[slot] !== EMPTY && this.#keys[slot] !== key) slot = (slot + 1) & this.#mask;
    return slot;
  }

  /** Adds the piece that the text holds from `from` up to `to`. */
  add(text: string, from: number, to: number, id: number): void {
    let node = 0;
    for (let place = from; place < to; place += 1) {
      const unit = text.charCodeAt(place);
      const slot = this.#slot(node, unit);
      if (this.#keys[slot] === EMPTY) {
        this.#keys[slot] = node * 65_536 + unit;
        this.#targets[slot] = this.#nodes;
        this.#nodes += 1;
      }
      node = this.#targets[slot]!;
    }
    this.#ids[node] = id;
  }

  /** The id of the longest piece that the units have from `from` on, or -1; `matched` is its length. */
  longest(units: Uint16Array, from: number, end: number): number {
    let node = 0;
    let found = EMPTY;
    this.matched = 0;
    for (let place = from; place < end; place += 1) {
      const slot = this.#slot(node, units[place]!);
      if (this.#keys[slot] === EMPTY) break;
      node = this.#targets[slot]!;
      const id = this.#ids[node]!;
      if (id !== EMPTY) {
        found = id;
        this.matched = place + 1 - from;
      }
    }
    return found;
  }
}

/** A WordPiece vocabulary: pieces that begin a word, and those that go on one (written `##piece`). */
export interface Vocabulary {
  readonly beginnings: PieceTree;
  readonly continuations: PieceTree;
  readonly unknown: number;
  readonly begin: number;
  readonly end: number;
}

type Visit = (from: number, to: number, id: number) => void;

/** Tells where each piece of the file stands; without strings of its own, since thirty thousand of them make the heap grow for good. */
const eachPiece = (file: string, visit: Visit): void => {
  for (let id = 0, from = 0; from < file.length; id += 1) {
    const newline = file.indexOf('\n', from);
    const end = newline < 0 ? file.length : newline;
    const to = end > from && file.charAt(end - 1) === '\r' ? end - 1 : end;
    if (to > from) visit(from, to, id);
    from = end + 1;
  }
};

/**
 * @param file `vocab.txt` of BERT: one piece a line, the line is its id, counted from 0
 * @throws Error where a special piece is missing or a piece is over 64 units long
 */
export const parseVocabulary = (file: string): Vocabulary => {
  const special: Record<string, number | undefined> = { '[UNK]': undefined, '[CLS]': undefined, '[SEP]': undefined };
  const isContinuation: (from: number, to: number) => boolean = (from, to) =>
    to > from + 2 && file.startsWith('##', from);
  let units = 0;
  let continuedUnits = 0;
  eachPiece(file, (from, to, id) => {
    if (to - from > LONGEST_PIECE) throw new Error(`the piece in line ${id + 1} is over ${LONGEST_PIECE} units long`);
    units += to - from;
    if (isContinuation(from, to)) continuedUnits += to - from - 2;
    if (file.charAt(from) !== '[') return;
    const piece = file.slice(from, to);
    if (Object.hasOwn(special, piece)) special[piece] = id;
  });
  const idOf = (piece: string): number => {
    const id = special[piece];
    if (id === undefined) throw new Error(`the vocabulary has no ${piece}`);
    return id;
  };
  const [unknown, begin, end] = [idOf('[UNK]'), idOf('[CLS]'), idOf('[SEP]')];
  const beginnings = new PieceTree(units);
  const continuations = new PieceTree(continuedUnits);
  eachPiece(file, (from, to, id) => {
    beginnings.add(file, from, to, id);
    if (isContinuation(from, to)) continuations.add(file, from + 2, to, id);
  });
  return { beginnings, continuations, unknown, begin, end };
};
