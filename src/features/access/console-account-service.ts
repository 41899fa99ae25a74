import type { z } from 'zod';
import type { ConsoleAccount, consoleAccountCreateSchema, consoleAccountUpdateSchema } from '#contracts/access.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import type { Database } from '#platform/database/database.ts';
import { isUniqueViolation } from '#platform/database/database-errors.ts';
import { conflict, invalidRequest, notFound } from '#platform/http/problem-error.ts';
import { newId } from '#platform/ids.ts';
import { locksOutLastAdmin } from './access.ts';
import { announce } from './access-store.ts';
import { insertAccount, lockAccountAndAdmins, saveAccount, savePassword } from './console-account-store.ts';
import { hashPassword } from './passwords.ts';
import { deleteSessionsOf } from './session-store.ts';

export type ConsoleAccountInput = z.output<typeof consoleAccountCreateSchema>;
export type ConsoleAccountChange = z.output<typeof consoleAccountUpdateSchema>;

/**
 * Makes a console account. Whoever makes it knows the password, so its owner is asked for another at the first sign-in.
 * @throws ProblemError 409 when the address is taken
 */
export const createConsoleAccount = async (
  database: Database,
  input: ConsoleAccountInput,
  actor: AuditActor,
  now: Date,
): Promise<ConsoleAccount> => {
  const passwordHash = await hashPassword(input.password);
  try {
    return await database.transaction(async (tx) => {
      const account = await insertAccount(tx, {
        id: newId(now.getTime()),
        email: input.email,
        displayName: input.displayName,
        role: input.role,
        passwordHash,
        mustChangePassword: true,
        createdAt: now,
      });
      const subject = { kind: 'console_account', id: account.id };
      await appendAudit(tx, [{ actor, action: 'console-account-created', subject, details: { role: account.role } }]);
      return account;
    });
  } catch (error) {
    if (!isUniqueViolation(error, 'console_accounts_email_taken')) throw error;
    throw conflict({
      detail: 'There is an account with this e-mail address already.',
      remedy: 'Change that account, or use another address.',
      errors: [{ path: 'email', message: 'is taken' }],
    });
  }
};

/**
 * Changes a console account. Another role, disabling and a new password end all its sessions at once.
 * @throws ProblemError 404; 409 for a change that leaves no administrator; 422 for a password of one's own, which takes the current one
 */
export const updateConsoleAccount = async (
  database: Database,
  id: string,
  change: ConsoleAccountChange,
  actor: AuditActor,
): Promise<ConsoleAccount> => {
  if (change.password !== undefined && actor.kind === 'console' && actor.id === id) {
    throw invalidRequest({
      detail: 'Your own password is changed with the current one.',
      remedy: 'Use POST /v1/session/password (in the console, behind your name).',
      errors: [{ path: 'password', message: 'is your own' }],
    });
  }
  const passwordHash = change.password === undefined ? null : await hashPassword(change.password);
  return database.transaction(async (tx) => {
    const { account: before, otherActiveAdmins } = await lockAccountAndAdmins(tx, id);
    if (before === null) {
      throw notFound({
        detail: 'There is no console account with this id.',
        remedy: 'GET /v1/console-accounts lists the accounts there are.',
      });
    }
    const after: ConsoleAccount = {
      ...before,
      displayName: change.displayName ?? before.displayName,
      role: change.role ?? before.role,
      disabled: change.disabled ?? before.disabled,
    };
    if (locksOutLastAdmin(before, after, otherActiveAdmins)) {
      throw conflict({
        detail: 'This is the last administrator who can sign in; without one nobody could administer Tidegate.',
        remedy: 'Make somebody else an administrator first.',
      });
    }
    const fields = (['displayName', 'role', 'disabled'] as const).filter((field) => before[field] !== after[field]);
    if (fields.length === 0 && passwordHash === null) return before;
    await saveAccount(tx, after);
    if (passwordHash !== null) await savePassword(tx, { id, passwordHash, mustChange: true });
    const endsSessions = before.role !== after.role || after.disabled || passwordHash !== null;
    const sessionsEnded = endsSessions ? await deleteSessionsOf(tx, id) : 0;
    await announce(tx, { kind: 'account', id });
    const changed = [...fields, ...(passwordHash === null ? [] : ['password'])];
    const details = { changed, role: after.role, disabled: after.disabled, sessionsEnded };
    await appendAudit(tx, [
      { actor, action: 'console-account-updated', subject: { kind: 'console_account', id }, details },
    ]);
    return after;
  });
};
