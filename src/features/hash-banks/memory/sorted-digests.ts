import { compareDigests, type DigestList } from './sort-digests.ts';

/** Entries that are not what an index is built of: out of order, or of the wrong length. Says which bank to read again. */
export class BankCorruptError extends Error {
  override readonly name = 'BankCorruptError';
  readonly retryable = false;
  readonly bankId: string;

  constructor(bankId: string, what: string) {
    super(
      `The entries of the hash bank ${bankId} cannot be read: ${what}. Restore a backup, or delete the bank and import its list again.`,
    );
    this.bankId = bankId;
  }
}

/** Big-endian words of a hash in hexadecimal. */
export const wordsOf = (hex: string): Uint32Array =>
  Uint32Array.from({ length: hex.length / 8 }, (_, word) => Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16));

/** Words `from` to `from + words` as hexadecimal. */
export const hexOf = (hashes: Uint32Array, from: number, words: number): string => {
  let hex = '';
  for (let word = from; word < from + words; word += 1) hex += hashes[word]!.toString(16).padStart(8, '0');
  return hex;
};

/**
 * Digests of one length in ascending order, looked up by halving; what is added later stands beside in a map. Costs the digests' own bytes
 * and 8 for each.
 */
export class SortedDigests {
  readonly #words: number;
  readonly #digests: Uint32Array;
  readonly #sequences: Float64Array;
  readonly #added = new Map<string, number>();
  readonly #removed = new Set<number>();

  /** @throws BankCorruptError where the digests are not in ascending order, each once */
  constructor(bankId: string, { words, digests, sequences }: DigestList) {
    if (digests.length !== sequences.length * words) throw new BankCorruptError(bankId, 'digests of another length');
    for (let index = words; index < digests.length; index += words) {
      if (compareDigests(digests, index - words, digests, index, words) >= 0)
        throw new BankCorruptError(bankId, 'digests out of order');
    }
    this.#words = words;
    this.#digests = digests;
    this.#sequences = sequences;
  }

  has(digest: string): boolean {
    if (digest.length !== this.#words * 8) return false;
    const added = this.#added.get(digest);
    if (added !== undefined) return true;
    const wanted = wordsOf(digest);
    let [low, high] = [0, this.#sequences.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareDigests(this.#digests, middle * this.#words, wanted, 0, this.#words);
      if (order === 0) return !this.#removed.has(middle);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  add(digest: string, sequence: number): void {
    this.#added.set(digest, sequence);
  }

  /** Takes out the entry with this sequence; false where it is none of these. */
  remove(sequence: number): boolean {
    for (const [digest, of] of this.#added) if (of === sequence) return this.#added.delete(digest);
    const position = this.#sequences.indexOf(sequence);
    if (position < 0) return false;
    this.#removed.add(position);
    return true;
  }
}
