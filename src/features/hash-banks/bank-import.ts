import type { BankImportFormat, BankImportReport, HashAlgorithm } from '#contracts/hash-bank.ts';
import type { Transaction } from '#platform/database/database.ts';
import { tooLarge } from '#platform/http/problem-error.ts';
import { ChangeBatch, type ChangeSet } from './change-batch.ts';
import { addEntries, type EntryCounts, noEntries, removeHashes, withdrawSources } from './entry-store.ts';
import type { BankRecord } from './formats/bank-record.ts';
import { listReader } from './formats/list-reader.ts';

/** Records of one statement. */
const batchSize = 5_000;
const mostNamedFaults = 100;

/** Tells the transaction to forget everything; the report says why. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  readonly report: BankImportReport;

  constructor(report: BankImportReport) {
    super('the list has faulty lines and was to be taken whole or not at all');
    this.report = report;
  }
}

export interface ImportRequest {
  readonly bankId: string;
  readonly format: BankImportFormat;
  /** One faulty line keeps everything out. */
  readonly atomic: boolean;
  readonly list: AsyncIterable<Uint8Array>;
  /** Entries that there is room for. */
  readonly room: number;
}

const sum = (counts: EntryCounts): number => counts.sha256 + counts.md5 + counts.pdq;

/** Reads a list from a stream and applies it in a transaction that holds the bank's lock; of the list only one batch is in memory. */
export class BankImport {
  readonly #tx: Transaction;
  readonly #request: ImportRequest;
  readonly #batch = new ChangeBatch();
  readonly #faults: { line: number; message: string }[] = [];
  readonly #skipped = new Map<string, number>();
  #applying: Promise<void> = Promise.resolve();
  #faulty = 0;
  #entries = 0;
  readonly #change = noEntries();
  #added = 0;
  #removed = 0;

  constructor(tx: Transaction, request: ImportRequest) {
    this.#tx = tx;
    this.#request = request;
  }

  /** By how many entries of each algorithm the bank has changed. */
  get change(): Readonly<EntryCounts> {
    return this.#change;
  }

  /** @throws ImportRefused with the report, where a line is faulty and `atomic` is asked; ProblemError 413 where there is no room */
  async run(): Promise<BankImportReport> {
    const { format, list, atomic } = this.#request;
    const reader = listReader(format);
    const decoder = new TextDecoder('utf-8');
    for await (const chunk of list) await this.#take(reader.push(decoder.decode(chunk, { stream: true })));
    await this.#take([...reader.push(decoder.decode()), ...reader.end()]);
    await this.#flush();
    await this.#applying;
    const refused = atomic && this.#faulty > 0;
    const report = this.#report(!refused);
    if (refused) throw new ImportRefused(report);
    return report;
  }

  #report(written: boolean): BankImportReport {
    return {
      format: this.#request.format,
      added: written ? this.#added : 0,
      known: written ? this.#entries - this.#added : 0,
      removed: written ? this.#removed : 0,
      skipped: Object.fromEntries(this.#skipped),
      faulty: this.#faulty,
      faults: this.#faults,
      written,
    };
  }

  async #take(records: readonly BankRecord[]): Promise<void> {
    for (const record of records) {
      if (record.kind === 'fault') this.#fault(record.line, record.message);
      else if (record.kind === 'skipped') this.#skip(record.what);
      else {
        if (record.kind === 'entry') this.#entries += 1;
        this.#batch.add(record);
        if (this.#batch.size >= batchSize) await this.#flush();
      }
    }
  }

  #fault(line: number, message: string): void {
    this.#faulty += 1;
    if (this.#faults.length < mostNamedFaults) this.#faults.push({ line, message });
  }

  #skip(what: string): void {
    // Names come from the list: their number is limited.
    const name = this.#skipped.has(what) || this.#skipped.size < 50 ? what : 'something else';
    this.#skipped.set(name, (this.#skipped.get(name) ?? 0) + 1);
  }

  /** Hands the batch to the database, which works on it while the next one is read; of batches only these two are in memory. */
  async #flush(): Promise<void> {
    const changes = this.#batch.take();
    await this.#applying;
    // Nothing of it will stay; what is left to read is only looked through for further faults.
    if (this.#request.atomic && this.#faulty > 0) return;
    this.#applying = this.#apply(changes);
    // Whoever waits for it next hears of a failure.
    this.#applying.catch(() => {});
  }

  async #apply({ entries, removed, withdrawn }: ChangeSet): Promise<void> {
    const { bankId, room } = this.#request;
    const none = Promise.resolve(noEntries());
    const [byHash, bySource, taken] = await Promise.all([
      removed.length === 0 ? none : removeHashes(this.#tx, bankId, removed),
      withdrawn.length === 0 ? none : withdrawSources(this.#tx, bankId, withdrawn),
      entries.length === 0 ? none : addEntries(this.#tx, bankId, entries),
    ]);
    for (const algorithm of Object.keys(this.#change) as HashAlgorithm[])
      this.#change[algorithm] += taken[algorithm] - byHash[algorithm] - bySource[algorithm];
    this.#added += sum(taken);
    this.#removed += sum(byHash) + sum(bySource);
    if (sum(this.#change) > room) {
      throw tooLarge({
        detail: `The list brings more entries than there is room for (${room}).`,
        remedy: 'Delete banks that are not needed, or split the list over installations; nothing was changed.',
      });
    }
  }
}
