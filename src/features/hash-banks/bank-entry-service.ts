import type { z } from 'zod';
import type {
  BankEntriesAdded,
  BankEntry,
  BankImportReport,
  bankEntriesAddSchema,
  bankEntryQuerySchema,
} from '#contracts/hash-bank.ts';
import type { ImageFacts } from '#contracts/media.ts';
import { pdqMinimumQuality } from '#engine/hash/pdq.ts';
import type { AuditActor } from '#features/audit/index.ts';
import type { Transaction } from '#platform/database/database.ts';
import { type Page, pageOf, readNumberCursor } from '#platform/http/paging.ts';
import { type FaultPlace, invalidRequest } from '#platform/http/problem-error.ts';
import { maximumEntries } from './bank.ts';
import { type BankSurroundings, changeBanks } from './bank-change.ts';
import { importRunning, missingBank, missingEntry, missingMedia, noRoom } from './bank-errors.ts';
import { BankImport, ImportRefused, type ImportRequest } from './bank-import.ts';
import { countAllEntries, countEntries, lockBank } from './bank-store.ts';
import { entryId, sequenceOf } from './entry-id.ts';
import { addEntries, type NewEntry, noEntries, readEntries, removeEntry } from './entry-store.ts';
import { hashFault } from './formats/bank-record.ts';

/** Facts of a picture that was uploaded; undefined where there is none of this id. */
export type UploadedPictures = (mediaId: string) => Promise<ImageFacts | undefined>;

type AddRequest = z.infer<typeof bankEntriesAddSchema>;

/** The hashes that a picture is found by again: both digests, and PDQ of every frame that says enough. */
const entriesOf = ({ sha256, md5, hashes }: ImageFacts, note: string): NewEntry[] => {
  const perceptual = new Set(hashes.filter(({ quality }) => quality >= pdqMinimumQuality).map(({ pdq }) => pdq));
  return [
    { algorithm: 'sha256', hash: sha256, source: '', note },
    { algorithm: 'md5', hash: md5, source: '', note },
    ...[...perceptual].map((hash): NewEntry => ({ algorithm: 'pdq', hash, source: '', note })),
  ];
};

const givenEntries = (hashes: Extract<AddRequest, { hashes: unknown }>['hashes']): NewEntry[] => {
  const faults = hashes.flatMap(({ algorithm, hash }, index): FaultPlace[] => {
    const message = hashFault(algorithm, hash);
    return message === undefined ? [] : [{ path: `hashes.${index}.hash`, message }];
  });
  if (faults.length > 0) {
    throw invalidRequest({
      detail: `${faults[0]!.path}: ${faults[0]!.message}.`,
      remedy: 'Correct the hashes named under `errors`; nothing was added.',
      errors: faults,
    });
  }
  return hashes.map(({ algorithm, hash, sourceId = '', note = '' }) => ({
    algorithm,
    hash: hash.toLowerCase(),
    source: sourceId,
    note,
  }));
};

/** A hash that is named twice counts once. */
const distinct = (entries: readonly NewEntry[]): NewEntry[] => [
  ...new Map(entries.map((entry) => [`${entry.algorithm}:${entry.hash}`, entry])).values(),
];

const sum = ({ sha256, md5, pdq }: Readonly<Record<'sha256' | 'md5' | 'pdq', number>>): number => sha256 + md5 + pdq;

/** The entries of hash banks: listing, adding, removing, and importing lists. Every change counts for the next decision. */
export class BankEntryService {
  readonly #surroundings: BankSurroundings;
  readonly #pictures: UploadedPictures;
  #importing = false;

  constructor({ pictures, ...surroundings }: BankSurroundings & { readonly pictures: UploadedPictures }) {
    this.#surroundings = surroundings;
    this.#pictures = pictures;
  }

  /** One page, newest first. `hash` is a whole one, of either case. @throws ProblemError 422 for a cursor of another list, or half a hash */
  async entries(
    bankId: string,
    { algorithm, hash, cursor, limit }: z.infer<typeof bankEntryQuerySchema>,
  ): Promise<Page<BankEntry>> {
    if (hash !== undefined && !/^(?:[0-9a-fA-F]{32}){1,2}$/.test(hash)) {
      throw invalidRequest({
        detail: 'The hash to look for is not a whole one.',
        remedy: 'Give 32 (MD5) or 64 (SHA-256, PDQ) hexadecimal digits.',
        errors: [{ path: 'hash', message: 'must be 32 or 64 hexadecimal digits' }],
      });
    }
    const filter = {
      algorithm: algorithm ?? null,
      hash: hash ?? null,
      before: readNumberCursor(cursor, Number.MAX_SAFE_INTEGER),
    };
    const rows = await readEntries(this.#surroundings.database, bankId, filter, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ sequence, algorithm: of, hash: stored, sources, note, addedAt }): BankEntry => ({
        id: entryId(sequence),
        algorithm: of,
        hash: stored,
        sourceId: sources.find((source) => source !== '') ?? null,
        note,
        addedAt: addedAt.toISOString(),
      }),
      ({ sequence }) => String(sequence),
    );
  }

  /** Adds hashes, or those of an uploaded picture. @throws ProblemError 404; 422 naming each faulty hash, or where there is no room */
  async add(bankId: string, request: AddRequest, actor: AuditActor): Promise<BankEntriesAdded> {
    const entries = distinct('hashes' in request ? givenEntries(request.hashes) : await this.#ofPicture(request));
    return changeBanks(this.#surroundings, actor, async (tx) => {
      const room = await this.#lock(tx, bankId);
      const counts = await addEntries(tx, bankId, entries);
      const added = sum(counts);
      if (added > room) throw noRoom(room);
      const result = { added, known: entries.length - added };
      if (added === 0) return { unchanged: result };
      await countEntries(tx, bankId, counts);
      return { result, action: 'hash-bank-entries-added', bankId, details: { added: counts } };
    });
  }

  /** @throws ProblemError 404 */
  async remove(bankId: string, id: string, actor: AuditActor): Promise<void> {
    await changeBanks(this.#surroundings, actor, async (tx) => {
      await this.#lock(tx, bankId);
      const sequence = sequenceOf(id);
      const algorithm = sequence === undefined ? undefined : await removeEntry(tx, bankId, sequence);
      if (algorithm === undefined) throw missingEntry();
      await countEntries(tx, bankId, { ...noEntries(), [algorithm]: -1 });
      return { result: undefined, action: 'hash-bank-entry-removed', bankId, details: { entryId: id, algorithm } };
    });
  }

  /**
   * Takes a list in, all at once at its end; with `atomic` only where no line is faulty. One at a time in a process.
   * @throws ProblemError 404; 409 while another list is being imported; 413 where there is no room
   */
  async import(request: Omit<ImportRequest, 'room'>, actor: AuditActor): Promise<BankImportReport> {
    if (this.#importing) throw importRunning();
    this.#importing = true;
    try {
      return await this.#import(request, actor);
    } catch (error) {
      if (error instanceof ImportRefused) return error.report;
      throw error;
    } finally {
      this.#importing = false;
    }
  }

  #import(request: Omit<ImportRequest, 'room'>, actor: AuditActor): Promise<BankImportReport> {
    const { bankId } = request;
    return changeBanks(this.#surroundings, actor, async (tx) => {
      const room = await this.#lock(tx, bankId);
      const list = new BankImport(tx, { ...request, room });
      const report = await list.run();
      if (report.added === 0 && report.removed === 0) return { unchanged: report };
      await countEntries(tx, bankId, list.change);
      const { format, added, known, removed, faulty } = report;
      return {
        result: report,
        action: 'hash-bank-imported',
        bankId,
        details: { format, added, known, removed, faulty },
      };
    });
  }

  /** Locks the bank; gives how many more entries there is room for in all banks together. */
  async #lock(tx: Transaction, bankId: string): Promise<number> {
    if ((await lockBank(tx, bankId)) === undefined) throw missingBank(bankId);
    return Math.max(0, maximumEntries - (await countAllEntries(tx)));
  }

  async #ofPicture({ mediaId, note = '' }: Extract<AddRequest, { mediaId: string }>): Promise<NewEntry[]> {
    const facts = await this.#pictures(mediaId);
    if (facts === undefined) throw missingMedia();
    return entriesOf(facts, note);
  }
}
