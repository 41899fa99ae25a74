import { HammingIndex } from '#engine/hash/hamming-index.ts';
import type { HammingIndexData } from '#engine/hash/hamming-index-data.ts';
import type { Hash256 } from '#engine/hash/hash256.ts';
import { hexOf, wordsOf } from './sorted-digests.ts';

const words = 8;

export interface NearHash {
  readonly hash: string;
  readonly distance: number;
}

/** The PDQ hashes of one bank: the index, and which entry stands where in it. */
export class NearestHashes {
  readonly #index: HammingIndex;
  readonly #data: HammingIndexData;
  readonly #sequences: Float64Array;
  readonly #added: { readonly hash: string; readonly sequence: number }[] = [];

  constructor(data: HammingIndexData, sequences: Float64Array) {
    this.#index = new HammingIndex(data);
    this.#data = data;
    this.#sequences = sequences;
  }

  /** The nearest hash within `maximumDistance` bits (0..31). */
  nearest(hash: Hash256, maximumDistance: number): NearHash | undefined {
    const [found] = this.#index.search(hash, maximumDistance, 1);
    if (found === undefined) return undefined;
    const { position, distance } = found;
    const { count, hashes } = this.#data;
    const stored = position < count ? hexOf(hashes, position * words, words) : this.#added[position - count]!.hash;
    return { hash: stored, distance };
  }

  add(hash: string, sequence: number): void {
    this.#index.add(wordsOf(hash));
    this.#added.push({ hash, sequence });
  }

  /** Takes out the entry with this sequence; false where it is none of these. */
  remove(sequence: number): boolean {
    const built = this.#sequences.indexOf(sequence);
    if (built >= 0) return this.#index.remove(built);
    const added = this.#added.findIndex((entry) => entry.sequence === sequence);
    return added >= 0 && this.#index.remove(this.#data.count + added);
  }
}
