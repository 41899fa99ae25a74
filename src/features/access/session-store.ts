import type { Role } from '#contracts/access.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { oneTimeSignInMs, type SessionRecord, sessionLifetimeMs } from './access.ts';
import { createToken, hashSecret } from './credentials.ts';

export type OpenedBy = 'password' | 'one_time';

export interface NewSession {
  readonly id: string;
  /** For the cookie. Only its hash is stored. */
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Begins a session and notes the sign-in. Null, and nothing done, if the account was disabled or given another password since
 * `passwordHash` was looked at (without one, only the former counts): a session must not outlive what opened it.
 */
export const insertSession = async (
  tx: Transaction,
  options: {
    readonly accountId: string;
    readonly openedBy: OpenedBy;
    readonly passwordHash: string | null;
    readonly now: Date;
  },
): Promise<NewSession | null> => {
  const { accountId, openedBy, passwordHash, now } = options;
  const noted = await tx.query(
    `UPDATE console_accounts SET last_sign_in_at = $2
     WHERE id = $1 AND NOT disabled AND ($3::text IS NULL OR password_hash = $3) RETURNING id`,
    [accountId, now, passwordHash],
  );
  if (noted.length === 0) return null;
  const session = {
    id: newId(now.getTime()),
    token: createToken(),
    expiresAt: new Date(now.getTime() + sessionLifetimeMs),
  };
  await tx.query(
    `INSERT INTO console_sessions (id, token_hash, account_id, opened_by, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)`,
    [session.id, hashSecret(session.token), accountId, openedBy, now, session.expiresAt],
  );
  return session;
};

export const findSessionByHash = async (database: Queryable, hash: Uint8Array): Promise<SessionRecord | null> => {
  const [row] = await database.prepared<SessionRecord>(
    'access-session-by-hash',
    `SELECT s.id, s.token_hash AS hash, s.account_id AS "accountId", a.display_name AS "displayName", a.role, a.disabled,
       s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt"
     FROM console_sessions AS s JOIN console_accounts AS a ON a.id = s.account_id WHERE s.token_hash = $1`,
    [hash],
  );
  return row ?? null;
};

/** All that the person behind a session may see of it. */
export interface SessionDetail {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  readonly passwordHash: string;
  readonly openedBy: OpenedBy;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

export const findSession = async (database: Queryable, id: string): Promise<SessionDetail | null> => {
  const [row] = await database.query<SessionDetail>(
    `SELECT s.id, a.id AS "accountId", a.email, a.display_name AS "displayName", a.role,
       a.must_change_password AS "mustChangePassword", a.password_hash AS "passwordHash", s.opened_by AS "openedBy",
       s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt"
     FROM console_sessions AS s JOIN console_accounts AS a ON a.id = s.account_id WHERE s.id = $1`,
    [id],
  );
  return row ?? null;
};

/** Ends a session; its account, or null if it had ended already. */
export const deleteSession = async (
  tx: Transaction,
  by: { readonly id: string } | { readonly tokenHash: Uint8Array },
): Promise<{ id: string; accountId: string } | null> => {
  const [row] = await tx.query<{ id: string; accountId: string }>(
    'DELETE FROM console_sessions WHERE id = $1 OR token_hash = $2 RETURNING id, account_id AS "accountId"',
    'id' in by ? [by.id, null] : [null, by.tokenHash],
  );
  return row ?? null;
};

/** Ends every session of an account and every sign-in that it has not used yet. Answers how many sessions there were. */
export const deleteSessionsOf = async (tx: Transaction, accountId: string): Promise<number> => {
  await tx.query('DELETE FROM one_time_sign_ins WHERE account_id = $1', [accountId]);
  const rows = await tx.query('DELETE FROM console_sessions WHERE account_id = $1 RETURNING id', [accountId]);
  return rows.length;
};

export const insertOneTimeSignIn = async (
  tx: Transaction,
  accountId: string,
  now: Date,
): Promise<{ token: string; expiresAt: Date }> => {
  const token = createToken();
  const expiresAt = new Date(now.getTime() + oneTimeSignInMs);
  await tx.query('INSERT INTO one_time_sign_ins (token_hash, account_id, expires_at) VALUES ($1, $2, $3)', [
    hashSecret(token),
    accountId,
    expiresAt,
  ]);
  return { token, expiresAt };
};

/** Uses a one-time sign-in up; the account, or null if it is unknown, used, expired, or the account is disabled. */
export const spendOneTimeSignIn = async (tx: Transaction, token: string, now: Date): Promise<string | null> => {
  const [row] = await tx.query<{ accountId: string }>(
    `UPDATE one_time_sign_ins AS o SET used_at = $2 FROM console_accounts AS a
     WHERE o.token_hash = $1 AND o.used_at IS NULL AND o.expires_at > $2 AND a.id = o.account_id AND NOT a.disabled
     RETURNING a.id AS "accountId"`,
    [hashSecret(token), now],
  );
  return row?.accountId ?? null;
};
