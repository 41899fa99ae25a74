import type { HashBankSnapshot, HashBanks, LoadedBank } from '#engine/ports/hash-banks.ts';
import { readEpoch } from '#features/policies/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { type BankState, readBankStates } from '../bank-store.ts';
import { BankMemory } from './bank-memory.ts';

/**
 * All banks in memory. What has not changed since the last epoch is kept, few additions and removals are made to the index that there is, and
 * only larger changes read a bank again; a bank that is off is not kept. One load at a time, whoever asks.
 */
export class HashBankMemory implements HashBanks {
  readonly #database: Database;
  #known: HashBankSnapshot | undefined;
  #memories: ReadonlyMap<string, BankMemory> = new Map();
  #loading: Promise<HashBankSnapshot> | undefined;

  constructor({ database }: { readonly database: Database }) {
    this.#database = database;
  }

  /** @throws BankCorruptError, IndexBuildError, or what the database throws; the next call tries again */
  async load(epoch: number): Promise<HashBankSnapshot> {
    if (this.#known !== undefined && this.#known.epoch >= epoch) return this.#known;
    const loaded = await this.#load();
    // A load that was under way may have begun before the change.
    return loaded.epoch >= epoch ? loaded : this.#load();
  }

  #load(): Promise<HashBankSnapshot> {
    this.#loading ??= this.#database
      .transaction((tx) => this.#read(tx), { isolation: 'repeatable read', readOnly: true })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  async #read(tx: Transaction): Promise<HashBankSnapshot> {
    const epoch = await readEpoch(tx);
    const memories = new Map<string, BankMemory>();
    const banks: LoadedBank[] = [];
    for (const state of await readBankStates(tx)) {
      if (state.mode === 'off') continue;
      const memory = await this.#memoryOf(tx, state);
      memories.set(state.id, memory);
      banks.push(memory.as(state));
    }
    this.#memories = memories;
    this.#known = { epoch, banks };
    return this.#known;
  }

  async #memoryOf(tx: Transaction, state: BankState): Promise<BankMemory> {
    const known = this.#memories.get(state.id);
    if (known !== undefined && (await known.follow(tx, state))) return known;
    return BankMemory.read(tx, state);
  }
}
