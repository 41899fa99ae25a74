import { z } from 'zod';
import type { AuthorityReport, BankMatch, HashBank, HashBankCreate, HashBankUpdate } from '#contracts/hash-bank.ts';
import type { ImageFacts } from '#contracts/media.ts';
import { identifier, timestamp } from '#contracts/primitives.ts';
import type { HashBanks } from '#engine/ports/hash-banks.ts';
import type { AuditActor } from '#features/audit/index.ts';
import { readEpoch } from '#features/policies/index.ts';
import { decodeCursor, encodeCursor, type Page, pageOf } from '#platform/http/paging.ts';
import { type BankSettings, changedBank, newBank } from './bank.ts';
import { type BankSurroundings, changeBanks } from './bank-change.ts';
import { changedMeanwhile, invalidBank, missingBank, takenBank } from './bank-errors.ts';
import { deleteBank, insertBank, lockBank, readBanks, updateBank } from './bank-store.ts';
import { type FoundInBank, type LookUp, lookUp, lookUpPicture } from './look-up.ts';
import { readMatches, readReports, type TimeCursor } from './match-store.ts';

const timeCursorSchema = z.object({ at: timestamp, id: identifier });
const readTimeCursor = (cursor: string | undefined): TimeCursor | null =>
  cursor === undefined ? null : decodeCursor(timeCursorSchema, cursor);

/** What the audit log keeps of settings: no names or descriptions, which people may write anything into. */
const auditable = ({ kind, category, mode, share, exact, perceptual, maximumDistance, revision }: BankSettings) => ({
  kind,
  category,
  mode,
  share,
  exact,
  perceptual,
  maximumDistance,
  revision,
});

/** Hash banks: their settings, what they have found, and asking them. Every change counts for the next decision. */
export class HashBankService {
  readonly #surroundings: BankSurroundings;
  readonly #memory: HashBanks;

  constructor(surroundings: BankSurroundings & { readonly memory: HashBanks }) {
    this.#surroundings = surroundings;
    this.#memory = surroundings.memory;
  }

  banks(): Promise<HashBank[]> {
    return readBanks(this.#surroundings.database);
  }

  /** @throws ProblemError 404 */
  async bank(id: string): Promise<HashBank> {
    const [bank] = await readBanks(this.#surroundings.database, id);
    if (bank === undefined) throw missingBank(id);
    return bank;
  }

  /** @throws ProblemError 422 naming each fault; 409 where the id is taken */
  async create(request: HashBankCreate, actor: AuditActor): Promise<HashBank> {
    const checked = newBank(request);
    if ('faults' in checked) throw invalidBank(checked.faults);
    const { settings } = checked;
    await changeBanks(this.#surroundings, actor, async (tx) => {
      if (!(await insertBank(tx, settings))) throw takenBank(settings.id);
      return { result: undefined, action: 'hash-bank-created', bankId: settings.id, details: auditable(settings) };
    });
    return this.bank(settings.id);
  }

  /** @throws ProblemError 404; 409 where it was changed since; 422 naming each fault */
  async update(id: string, change: HashBankUpdate, actor: AuditActor): Promise<HashBank> {
    await changeBanks(this.#surroundings, actor, async (tx) => {
      const current = await lockBank(tx, id);
      if (current === undefined) throw missingBank(id);
      if (current.revision !== change.revision) throw changedMeanwhile(id, current.revision, change.revision);
      const checked = changedBank(current, change);
      if ('faults' in checked) throw invalidBank(checked.faults);
      await updateBank(tx, checked.settings);
      return { result: undefined, action: 'hash-bank-changed', bankId: id, details: auditable(checked.settings) };
    });
    return this.bank(id);
  }

  /** Removes a bank with its entries; the record of its matches stays. @throws ProblemError 404 */
  async remove(id: string, actor: AuditActor): Promise<void> {
    await changeBanks(this.#surroundings, actor, async (tx) => {
      const current = await lockBank(tx, id);
      if (current === undefined) throw missingBank(id);
      await deleteBank(tx, id);
      const details = { ...auditable(current), entries: current.entries };
      return { result: undefined, action: 'hash-bank-deleted', bankId: id, details };
    });
  }

  /** What a bank has found, newest first; also one that is gone. @throws ProblemError 422 for a cursor of another list */
  async matches(id: string, cursor: string | undefined, limit: number): Promise<Page<BankMatch>> {
    const rows = await readMatches(this.#surroundings.database, id, readTimeCursor(cursor), limit + 1);
    return pageOf(
      rows,
      limit,
      (row): BankMatch => ({ ...row, at: row.at.toISOString() }),
      (row) => encodeCursor({ at: row.at.toISOString(), id: row.id }),
    );
  }

  /** Reports to authorities, newest first. @throws ProblemError 422 for a cursor of another list */
  async reports(cursor: string | undefined, limit: number): Promise<Page<AuthorityReport>> {
    const rows = await readReports(this.#surroundings.database, readTimeCursor(cursor), limit + 1);
    return pageOf(
      rows,
      limit,
      (row): AuthorityReport => ({ ...row, createdAt: row.createdAt.toISOString() }),
      (row) => encodeCursor({ at: row.createdAt.toISOString(), id: row.id }),
    );
  }

  /** Which banks know these hashes at this moment; those that are off are not asked. */
  async lookUp(hashes: LookUp): Promise<FoundInBank[]> {
    return lookUp(await this.#memory.load(await readEpoch(this.#surroundings.database)), hashes);
  }

  /** Which banks know a picture at this moment, by its file and what it looks like; nearest first. */
  async lookUpPicture(facts: ImageFacts): Promise<FoundInBank[]> {
    return lookUpPicture(await this.#memory.load(await readEpoch(this.#surroundings.database)), facts);
  }
}
