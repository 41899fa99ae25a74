import type { ConsoleAccount, Role } from '#contracts/access.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { emailKey } from './access.ts';

interface AccountRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly created: Date;
  readonly signed_in: Date | null;
}

const columns = 'id, email, display_name AS name, role, disabled, created_at AS created, last_sign_in_at AS signed_in';

const toConsoleAccount = (row: AccountRow): ConsoleAccount => ({
  id: row.id,
  email: row.email,
  displayName: row.name,
  role: row.role,
  disabled: row.disabled,
  createdAt: row.created.toISOString(),
  lastSignInAt: row.signed_in?.toISOString() ?? null,
});

export interface NewAccount {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly mustChangePassword: boolean;
  readonly createdAt: Date;
}

export const insertAccount = async (tx: Transaction, account: NewAccount): Promise<ConsoleAccount> => {
  const [row] = await tx.query<AccountRow>(
    `INSERT INTO console_accounts
       (id, email, email_key, display_name, role, password_hash, must_change_password, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
    [
      account.id,
      account.email,
      emailKey(account.email),
      account.displayName,
      account.role,
      account.passwordHash,
      account.mustChangePassword,
      account.createdAt,
    ],
  );
  return toConsoleAccount(row!);
};

/** One page, oldest first. `after` is the last id of the page before. */
export const listAccounts = async (
  database: Queryable,
  after: string | null,
  limit: number,
): Promise<ConsoleAccount[]> => {
  const rows = await database.query<AccountRow>(
    `SELECT ${columns} FROM console_accounts WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
  return rows.map(toConsoleAccount);
};

/** Locks the account and every active administrator, always in the same order, so that two changes cannot both be the last. */
export const lockAccountAndAdmins = async (
  tx: Transaction,
  id: string,
): Promise<{ account: ConsoleAccount | null; otherActiveAdmins: number }> => {
  const rows = await tx.query<AccountRow>(
    `SELECT ${columns} FROM console_accounts WHERE id = $1 OR (role = 'admin' AND NOT disabled) ORDER BY id FOR UPDATE`,
    [id],
  );
  const own = rows.find((row) => row.id === id);
  return {
    account: own === undefined ? null : toConsoleAccount(own),
    otherActiveAdmins: rows.filter((row) => row.id !== id).length,
  };
};

export const saveAccount = async (
  tx: Transaction,
  { id, displayName, role, disabled }: Pick<ConsoleAccount, 'id' | 'displayName' | 'role' | 'disabled'>,
): Promise<void> => {
  await tx.query('UPDATE console_accounts SET display_name = $2, role = $3, disabled = $4 WHERE id = $1', [
    id,
    displayName,
    role,
    disabled,
  ]);
};

export const savePassword = async (
  tx: Transaction,
  { id, passwordHash, mustChange }: { id: string; passwordHash: string; mustChange: boolean },
): Promise<void> => {
  await tx.query('UPDATE console_accounts SET password_hash = $2, must_change_password = $3 WHERE id = $1', [
    id,
    passwordHash,
    mustChange,
  ]);
};

export interface SignInAccount {
  readonly id: string;
  readonly passwordHash: string;
  readonly disabled: boolean;
}

/** What a sign-in needs to know of the account with this address; null if there is none. */
export const findForSignIn = async (database: Queryable, email: string): Promise<SignInAccount | null> => {
  const [row] = await database.query<SignInAccount>(
    'SELECT id, password_hash AS "passwordHash", disabled FROM console_accounts WHERE email_key = $1',
    [emailKey(email)],
  );
  return row ?? null;
};

/** The oldest administrator who can act, for whoever owns the machine; null before the first start. */
export const findFirstAdmin = async (database: Queryable): Promise<ConsoleAccount | null> => {
  const [row] = await database.query<AccountRow>(
    `SELECT ${columns} FROM console_accounts WHERE role = 'admin' AND NOT disabled ORDER BY id LIMIT 1`,
  );
  return row === undefined ? null : toConsoleAccount(row);
};

export const hasAnyAccount = async (database: Queryable): Promise<boolean> =>
  (await database.query('SELECT 1 FROM console_accounts LIMIT 1')).length > 0;
