import { scopes } from '#contracts/access.ts';
import { type AuditEntryInput, appendAudit, systemActor } from '#features/audit/index.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { addApiKey } from './api-key-service.ts';
import { hasAnyKey } from './api-key-store.ts';
import { hasAnyAccount, insertAccount } from './console-account-store.ts';
import { createApiKeyText, createPassword } from './credentials.ts';
import { hashPassword } from './passwords.ts';

/** The address of the first administrator. */
export const firstAdminEmail = 'admin@localhost';

/** What the first start made. Secrets to show once; each part is null where it was there already. */
export interface Bootstrapped {
  readonly admin: {
    readonly accountId: string;
    readonly email: string;
    readonly password: string;
    readonly isRandom: boolean;
  } | null;
  readonly apiKey: { readonly keyId: string; readonly key: string; readonly isRandom: boolean } | null;
}

/** Any number, as long as every process takes the same. */
const bootstrapLock = 0x74696468;

/**
 * Makes the first administrator and the first API key (all scopes, no limit), if there has never been one. Any number of processes
 * may start at once: one of them makes each.
 *
 * @param given What the configuration chose; used at the first start only, random otherwise
 */
export const bootstrapAccess = async (
  database: Database,
  given: { readonly apiKey?: string | undefined; readonly adminPassword?: string | undefined },
  log: Log,
  now: Date = new Date(),
): Promise<Bootstrapped> => {
  const [needsAdmin, needsKey] = [!(await hasAnyAccount(database)), !(await hasAnyKey(database))];
  if (!needsAdmin && !needsKey) return { admin: null, apiKey: null };
  const password = given.adminPassword ?? createPassword();
  const passwordHash = await hashPassword(password);

  const makeAdmin = async (tx: Transaction, entries: AuditEntryInput[]): Promise<Bootstrapped['admin']> => {
    if (await hasAnyAccount(tx)) return null;
    const account = await insertAccount(tx, {
      id: newId(now.getTime()),
      email: firstAdminEmail,
      displayName: 'Administrator',
      role: 'admin',
      passwordHash,
      mustChangePassword: false,
      createdAt: now,
    });
    entries.push({
      actor: systemActor,
      action: 'console-account-created',
      subject: { kind: 'console_account', id: account.id },
      details: { role: 'admin', reason: 'first_start' },
    });
    const isRandom = given.adminPassword === undefined;
    return { accountId: account.id, email: account.email, password, isRandom };
  };

  const makeKey = async (tx: Transaction, entries: AuditEntryInput[]): Promise<Bootstrapped['apiKey']> => {
    if (await hasAnyKey(tx)) return null;
    const key = given.apiKey ?? createApiKeyText();
    const input = { name: 'First key', scopes: [...scopes], ratePerMinute: null, expiresAt: null };
    const { apiKey, audit } = await addApiKey(tx, input, key, now);
    entries.push({ actor: systemActor, ...audit, details: { ...audit.details, reason: 'first_start' } });
    return { keyId: apiKey.id, key, isRandom: given.apiKey === undefined };
  };

  const made = await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [bootstrapLock]);
    const entries: AuditEntryInput[] = [];
    const result = { admin: await makeAdmin(tx, entries), apiKey: await makeKey(tx, entries) };
    await appendAudit(tx, entries);
    return result;
  });
  if (made.admin !== null) log.info({ accountId: made.admin.accountId }, 'made the first administrator');
  if (made.apiKey !== null) {
    log.info({ keyId: made.apiKey.keyId }, 'made the first API key');
    if (made.apiKey.key.length < 20) {
      log.warn(
        { keyId: made.apiKey.keyId },
        'the first API key is short enough to be guessed: use at least 20 random characters',
      );
    }
  }
  return made;
};
