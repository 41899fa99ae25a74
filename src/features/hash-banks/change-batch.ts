import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import type { NewEntry } from './entry-store.ts';
import type { BankRecord } from './formats/bank-record.ts';

/** What is to be removed first and added then, so that the last word of the list on each hash counts. */
export interface ChangeSet {
  readonly entries: readonly NewEntry[];
  readonly removed: readonly { readonly algorithm: HashAlgorithm; readonly hash: string }[];
  readonly withdrawn: readonly string[];
}

const keyOf = ({ algorithm, hash }: { readonly algorithm: HashAlgorithm; readonly hash: string }): string =>
  `${algorithm}:${hash}`;

/**
 * Gathers records of a list, in its order. What one record adds and a later one takes back cancel out; a hash that comes twice counts once,
 * with the source that named it last (sources that two batches name are all kept).
 */
export class ChangeBatch {
  #entries = new Map<string, NewEntry>();
  #removed = new Map<string, { readonly algorithm: HashAlgorithm; readonly hash: string }>();
  #withdrawn = new Set<string>();

  get size(): number {
    return this.#entries.size + this.#removed.size + this.#withdrawn.size;
  }

  /** True where the record repeats an entry of this batch. */
  add(record: Extract<BankRecord, { kind: 'entry' | 'removed' | 'withdrawn' }>): boolean {
    if (record.kind === 'entry') {
      const key = keyOf(record.entry);
      const repeated = this.#entries.has(key);
      this.#entries.set(key, record.entry);
      return repeated;
    }
    if (record.kind === 'removed') {
      this.#entries.delete(keyOf(record));
      this.#removed.set(keyOf(record), { algorithm: record.algorithm, hash: record.hash });
      return false;
    }
    for (const [key, { source }] of this.#entries) if (source === record.source) this.#entries.delete(key);
    this.#withdrawn.add(record.source);
    return false;
  }

  /** Everything gathered; the batch is empty afterwards. */
  take(): ChangeSet {
    const taken = {
      entries: [...this.#entries.values()],
      removed: [...this.#removed.values()],
      withdrawn: [...this.#withdrawn],
    };
    this.#entries = new Map();
    this.#removed = new Map();
    this.#withdrawn = new Set();
    return taken;
  }
}
