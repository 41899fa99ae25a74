import { hashAlgorithms } from '#contracts/hash-bank.ts';
import type { Hash256 } from '#engine/hash/hash256.ts';
import type { AskedBank, BankHit, LoadedBank } from '#engine/ports/hash-banks.ts';
import type { Transaction } from '#platform/database/database.ts';
import type { BankState } from '../bank-store.ts';
import { type AddedRow, countStored, lastSequences, readAddedSince, readRemovedSince } from '../entry-store.ts';
import { buildIndex, sortList } from './build-in-thread.ts';
import { NearestHashes } from './nearest-hashes.ts';
import { readHashes } from './read-bank.ts';
import { BankCorruptError, SortedDigests } from './sorted-digests.ts';

/** Changes up to here are made to the index that there is; more make a new one. The tail is read by every look-up. */
const mostAdded = 4_000;
const mostRemoved = 1_000;

/** The entries of one bank in memory, and up to where in the database they were read. */
export class BankMemory {
  readonly #sha256: SortedDigests;
  readonly #md5: SortedDigests;
  readonly #pdq: NearestHashes;
  readonly #createdAt: number;
  #contents: number;
  #lastEntry: number;
  #lastRemoval: number;
  #added = 0;
  #removed = 0;

  private constructor(
    parts: { readonly sha256: SortedDigests; readonly md5: SortedDigests; readonly pdq: NearestHashes },
    { contents, createdAt }: BankState,
    last: { readonly entry: number; readonly removal: number },
  ) {
    this.#sha256 = parts.sha256;
    this.#md5 = parts.md5;
    this.#pdq = parts.pdq;
    this.#contents = contents;
    this.#createdAt = createdAt.getTime();
    this.#lastEntry = last.entry;
    this.#lastRemoval = last.removal;
  }

  /** Reads a whole bank. @throws BankCorruptError @throws IndexBuildError */
  static async read(tx: Transaction, state: BankState): Promise<BankMemory> {
    const { id, entries } = state;
    const last = await lastSequences(tx, id);
    const stored = await countStored(tx, id);
    // Fewer would be missing from memory without anybody knowing.
    if (hashAlgorithms.some((algorithm) => stored[algorithm] !== entries[algorithm]))
      throw new BankCorruptError(id, 'there are not as many as were counted when they came');
    const sorted = async (algorithm: 'sha256' | 'md5', words: number): Promise<SortedDigests> => {
      const { hashes, sequences } = await readHashes(tx, id, algorithm, entries[algorithm], last.entry);
      return new SortedDigests(id, await sortList({ words, digests: hashes, sequences }));
    };
    const sha256 = await sorted('sha256', 8);
    const md5 = await sorted('md5', 4);
    const { hashes, sequences } = await readHashes(tx, id, 'pdq', entries.pdq, last.entry);
    const pdq = new NearestHashes(await buildIndex(hashes), sequences);
    return new BankMemory({ sha256, md5, pdq }, state, last);
  }

  /** Brings this memory up to date with few changes. False where there are so many that the bank is better read again. */
  async follow(tx: Transaction, { id, contents, createdAt }: BankState): Promise<boolean> {
    if (createdAt.getTime() !== this.#createdAt) return false;
    if (contents === this.#contents) return true;
    const roomForAdded = mostAdded - this.#added;
    const roomForRemoved = mostRemoved - this.#removed;
    const [added, removed] = await Promise.all([
      readAddedSince(tx, id, this.#lastEntry, roomForAdded + 1),
      readRemovedSince(tx, id, this.#lastRemoval, roomForRemoved + 1),
    ]);
    if (added.length > roomForAdded || removed.length > roomForRemoved) return false;
    for (const { entry } of removed) this.#remove(entry);
    for (const row of added) this.#add(row);
    this.#added += added.length;
    this.#removed += removed.length;
    this.#lastEntry = added.at(-1)?.sequence ?? this.#lastEntry;
    this.#lastRemoval = removed.at(-1)?.sequence ?? this.#lastRemoval;
    this.#contents = contents;
    return true;
  }

  #add({ algorithm, hash, sequence }: AddedRow): void {
    const hex = hash.toString('hex');
    if (algorithm === 'pdq') this.#pdq.add(hex, sequence);
    else (algorithm === 'sha256' ? this.#sha256 : this.#md5).add(hex, sequence);
  }

  #remove(sequence: number): void {
    // An entry that came and went since it was last read is in none of them.
    if (!this.#sha256.remove(sequence) && !this.#md5.remove(sequence)) this.#pdq.remove(sequence);
  }

  /** This memory under the bank's settings of the moment. */
  as(bank: AskedBank): LoadedBank {
    return {
      bank,
      exact: (algorithm, digest): BankHit | undefined =>
        (algorithm === 'sha256' ? this.#sha256 : this.#md5).has(digest)
          ? { algorithm, hash: digest, distance: 0 }
          : undefined,
      nearest: (hash: Hash256, maximumDistance): BankHit | undefined => {
        const near = this.#pdq.nearest(hash, maximumDistance);
        return near === undefined ? undefined : { algorithm: 'pdq', ...near };
      },
    };
  }
}
