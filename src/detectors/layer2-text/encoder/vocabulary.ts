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

  constructor(pieces: readonly (readonly [text: string, id: number])[]) {
    const most = pieces.reduce((sum, [text]) => sum + text.length, 1);
    const size = 2 ** Math.ceil(Math.log2(most * 2));
    this.#mask = size - 1;
    this.#keys = new Float64Array(size).fill(EMPTY);
    this.#targets = new Int32Array(size);
    this.#ids = new Int32Array(most + 1).fill(EMPTY);
    for (const [text, id] of pieces) this.#add(text, id);
  }

  /** Where the step is kept, or the free place where it would be. */
  #slot(node: number, unit: number): number {
    const key = node * 65_536 + unit;
    const mixed = Math.imul(Math.imul(node, 0x85eb_ca6b) ^ unit, 0x9e37_79b1);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    while (this.#keys[slot] !== EMPTY && this.#keys[slot] !== key) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #add(text: string, id: number): void {
    let node = 0;
    for (let place = 0; place < text.length; place += 1) {
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

/**
 * @param file `vocab.txt` of BERT: one piece a line, the line is its id, counted from 0
 * @throws Error where a special piece is missing or a piece is over 64 units long
 */
export const parseVocabulary = (file: string): Vocabulary => {
  const lines = file.split('\n');
  const ids = new Map<string, number>();
  lines.forEach((line, id) => {
    const piece = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (piece === '') return;
    if (piece.length > LONGEST_PIECE)
      throw new Error(`the piece in line ${id + 1} is over ${LONGEST_PIECE} units long`);
    ids.set(piece, id);
  });
  const special = (piece: string): number => {
    const id = ids.get(piece);
    if (id === undefined) throw new Error(`the vocabulary has no ${piece}`);
    return id;
  };
  const all = [...ids];
  return {
    beginnings: new PieceTree(all),
    continuations: new PieceTree(
      all.filter(([piece]) => piece.startsWith('##') && piece.length > 2).map(([piece, id]) => [piece.slice(2), id]),
    ),
    unknown: special('[UNK]'),
    begin: special('[CLS]'),
    end: special('[SEP]'),
  };
};
