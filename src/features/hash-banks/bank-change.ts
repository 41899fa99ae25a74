import type { HashBanks } from '#engine/ports/hash-banks.ts';
import { type AuditActor, type AuditEntryInput, appendAudit } from '#features/audit/index.ts';
import { bumpEpoch } from '#features/policies/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

/** What has to know of a change at once; other processes hear of it from the database. */
export interface BankSurroundings {
  readonly database: Database;
  /** The policies of this process, for their configuration. */
  readonly policies?: { refresh(epoch: number): Promise<unknown> };
  /** The banks in the memory of this process. */
  readonly memory?: HashBanks;
}

interface Change<Result> {
  readonly result: Result;
  readonly action: string;
  readonly bankId: string;
  readonly details: AuditEntryInput['details'];
}

/**
 * Runs a change of banks: its audit entry and the move of the epoch commit with it, so that every decision from then on is made with it. The
 * epoch's row, which decisions wait for, is locked last, however long the change itself takes. `work` gives undefined where nothing changed.
 */
export const changeBanks = async <Result>(
  { database, policies, memory }: BankSurroundings,
  actor: AuditActor,
  work: (tx: Transaction) => Promise<Change<Result> | { readonly unchanged: Result }>,
): Promise<Result> => {
  const { result, epoch } = await database.transaction(async (tx) => {
    const change = await work(tx);
    if ('unchanged' in change) return { result: change.unchanged, epoch: undefined };
    const bumped = await bumpEpoch(tx);
    const subject = { kind: 'hash_bank', id: change.bankId };
    await appendAudit(tx, [{ actor, action: change.action, subject, details: { ...change.details, epoch: bumped } }]);
    return { result: change.result, epoch: bumped };
  });
  if (epoch !== undefined) {
    // Committed: what fails from here on, the next decision does again and says so.
    await policies?.refresh(epoch).catch(() => {});
    await memory?.load(epoch).catch(() => {});
  }
  return result;
};
