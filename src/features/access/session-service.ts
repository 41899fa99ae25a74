import type { z } from 'zod';
import type { Principal, passwordChangeSchema, redeemSchema, Session, signInSchema } from '#contracts/access.ts';
import { type AuditActor, type AuditEntryInput, appendAudit, systemActor } from '#features/audit/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { invalidRequest, unauthenticated } from '#platform/http/problem-error.ts';
import { sessionEndsAt } from './access.ts';
import { announce } from './access-store.ts';
import { findForSignIn, savePassword } from './console-account-store.ts';
import { createCsrfTokens, hashSecret, isTokenShaped } from './credentials.ts';
import { hashPassword, isPasswordOf } from './passwords.ts';
import {
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertOneTimeSignIn,
  insertSession,
  type NewSession,
  type OpenedBy,
  spendOneTimeSignIn,
} from './session-store.ts';
import { createSignInLimit } from './sign-in-limit-store.ts';

export type ConsolePrincipal = Extract<Principal, { kind: 'console' }>;

/** A session that has just begun: the cookie's value, and what the person is told. */
export interface OpenedSession {
  readonly token: string;
  readonly expiresAt: Date;
  readonly session: Session;
}

/** From where a sign-in comes. */
export interface SignInOrigin {
  readonly address: string;
  /** The session cookie that the browser sent along: that session ends, so that no one can plant one. */
  readonly previousToken: string | undefined;
}

export interface SessionService {
  /** @throws ProblemError 401 (the same for a wrong address, a wrong password and a disabled account), 429 */
  signIn(credentials: z.output<typeof signInSchema>, origin: SignInOrigin): Promise<OpenedSession>;
  /** @throws ProblemError 401, 429 */
  redeem(input: z.output<typeof redeemSchema>, origin: SignInOrigin): Promise<OpenedSession>;
  /** @throws ProblemError 401 if the session has ended meanwhile */
  describe(principal: ConsolePrincipal): Promise<Session>;
  signOut(principal: ConsolePrincipal): Promise<void>;
  /** Ends every session of the account and begins a new one. @throws ProblemError 401, 422, 429 */
  changePassword(
    principal: ConsolePrincipal,
    change: z.output<typeof passwordChangeSchema>,
    address: string,
  ): Promise<OpenedSession>;
}

const wrongCredentials = () =>
  unauthenticated({
    detail: 'The e-mail address or the password is not right.',
    remedy:
      'Check both. An administrator can set a new password; so can whoever runs this server, with a one-time sign-in.',
  });

const signInOver = () =>
  unauthenticated({
    detail: 'This one-time sign-in is not valid: it was used, it is older than 30 minutes, or it never was one.',
    remedy: 'Start Tidegate again for a new one, or sign in with e-mail address and password.',
  });

const sessionOver = () =>
  unauthenticated({ detail: 'This session has ended.', remedy: 'Sign in again with POST /v1/session.' });

const person = (accountId: string): AuditActor => ({ kind: 'console', id: accountId });

export const createSessionService = (options: {
  readonly database: Database;
  readonly secretKey: string | Uint8Array;
  readonly clock: Clock;
}): SessionService => {
  const { database, clock } = options;
  const csrf = createCsrfTokens(options.secretKey);
  const limit = createSignInLimit(options);

  const describe = async (sessionId: string): Promise<Session> => {
    const found = await findSession(database, sessionId);
    if (found === null) throw sessionOver();
    return {
      accountId: found.accountId,
      displayName: found.displayName,
      email: found.email,
      role: found.role,
      csrfToken: csrf.of(found.id),
      expiresAt: sessionEndsAt(found).toISOString(),
      mustChangePassword: found.mustChangePassword,
    };
  };

  const opened = async (session: NewSession): Promise<OpenedSession> => ({
    token: session.token,
    expiresAt: session.expiresAt,
    session: await describe(session.id),
  });

  const endPrevious = async (tx: Transaction, token: string | undefined): Promise<AuditEntryInput[]> => {
    if (token === undefined || !isTokenShaped(token)) return [];
    const ended = await deleteSession(tx, { tokenHash: hashSecret(token) });
    if (ended === null) return [];
    await announce(tx, { kind: 'session', id: ended.id });
    return [sessionEntry('session-ended', ended.accountId, ended.id, { reason: 'replaced' })];
  };

  const sessionEntry = (
    action: string,
    accountId: string,
    sessionId: string,
    details: Record<string, unknown>,
  ): AuditEntryInput => ({
    actor: person(accountId),
    action,
    subject: { kind: 'console_session', id: sessionId },
    details,
  });

  const begin = async (
    tx: Transaction,
    account: { readonly id: string; readonly passwordHash: string | null; readonly openedBy: OpenedBy },
    previousToken: string | undefined,
  ): Promise<{ session: NewSession; entries: AuditEntryInput[] } | null> => {
    const { id: accountId, passwordHash, openedBy } = account;
    const session = await insertSession(tx, { accountId, openedBy, passwordHash, now: new Date(clock.now()) });
    if (session === null) return null;
    const ended = await endPrevious(tx, previousToken);
    return { session, entries: [...ended, sessionEntry('session-started', accountId, session.id, { by: openedBy })] };
  };

  const recordFailure = (entry: Pick<AuditEntryInput, 'subject'> & Partial<AuditEntryInput>): Promise<void> =>
    database.transaction((tx) =>
      appendAudit(tx, [{ actor: systemActor, action: 'sign-in-failed', details: {}, ...entry }]),
    );

  const subjectOf = (email: string, accountId: string | undefined): AuditEntryInput['subject'] =>
    accountId === undefined
      ? { kind: 'unknown_account', id: limit.fingerprint(email) }
      : { kind: 'console_account', id: accountId };

  return {
    async signIn({ email, password }, { address, previousToken }) {
      const attempt = { address, account: email };
      await limit.begin(attempt);
      const account = await findForSignIn(database, email);
      const isRight = await isPasswordOf(account?.passwordHash ?? null, password);
      if (!isRight || account === null || account.disabled) {
        await recordFailure({ subject: subjectOf(email, account?.id) });
        throw wrongCredentials();
      }
      const session = await database.transaction(async (tx) => {
        const begun = await begin(tx, { ...account, openedBy: 'password' }, previousToken);
        if (begun === null) throw wrongCredentials();
        await limit.succeeded(tx, attempt);
        await appendAudit(tx, begun.entries);
        return begun.session;
      });
      return opened(session);
    },

    async redeem({ token }, { address, previousToken }) {
      await limit.begin({ address });
      const session = await database.transaction(async (tx) => {
        const now = new Date(clock.now());
        const accountId = isTokenShaped(token) ? await spendOneTimeSignIn(tx, token, now) : null;
        if (accountId === null) return null;
        const begun = await begin(tx, { id: accountId, passwordHash: null, openedBy: 'one_time' }, previousToken);
        if (begun === null) throw signInOver();
        await limit.succeeded(tx, { address });
        await appendAudit(tx, begun.entries);
        return begun.session;
      });
      if (session === null) {
        await recordFailure({ subject: { kind: 'one_time_sign_in', id: 'not_valid' } });
        throw signInOver();
      }
      return opened(session);
    },

    describe: (principal) => describe(principal.sessionId),

    signOut: ({ sessionId, accountId }) =>
      database.transaction(async (tx) => {
        if ((await deleteSession(tx, { id: sessionId })) === null) return;
        await announce(tx, { kind: 'session', id: sessionId });
        await appendAudit(tx, [sessionEntry('session-ended', accountId, sessionId, { reason: 'signed_out' })]);
      }),

    async changePassword({ sessionId, accountId }, { current, next }, address) {
      const found = await findSession(database, sessionId);
      if (found === null) throw sessionOver();
      const attempt = { address, account: found.email };
      if (current !== undefined || found.openedBy === 'password') {
        await limit.begin(attempt);
        if (current === undefined || !(await isPasswordOf(found.passwordHash, current))) {
          await recordFailure({
            actor: person(accountId),
            action: 'password-change-refused',
            subject: { kind: 'console_account', id: accountId },
          });
          throw invalidRequest({
            detail: 'The current password is not right.',
            remedy: 'Give your current password; only after a one-time sign-in it may be left out.',
            errors: [{ path: 'current', message: current === undefined ? 'is missing' : 'is not your password' }],
          });
        }
      }
      const passwordHash = await hashPassword(next);
      const session = await database.transaction(async (tx) => {
        const now = new Date(clock.now());
        await savePassword(tx, { id: accountId, passwordHash, mustChange: false });
        // The session may have been ended while the hash was computed.
        if ((await deleteSession(tx, { id: sessionId })) === null) throw sessionOver();
        const others = await deleteSessionsOf(tx, accountId);
        const begun = await insertSession(tx, { accountId, openedBy: 'password', passwordHash, now });
        if (begun === null) throw sessionOver();
        await limit.succeeded(tx, attempt);
        await announce(tx, { kind: 'account', id: accountId });
        await appendAudit(tx, [
          {
            actor: person(accountId),
            action: 'password-changed',
            subject: { kind: 'console_account', id: accountId },
            details: { sessionsEnded: others + 1 },
          },
          sessionEntry('session-started', accountId, begun.id, { by: 'password_change' }),
        ]);
        return begun;
      });
      return opened(session);
    },
  };
};

/**
 * A sign-in that works once, within 30 minutes, for whoever can run commands on the server. Redeemed at POST /v1/session/redeem.
 * @returns the token (43 characters; only its hash is stored) and when it expires
 */
export const createOneTimeSignIn = (
  database: Database,
  accountId: string,
  now: Date = new Date(),
): Promise<{ token: string; expiresAt: Date }> =>
  database.transaction(async (tx) => {
    const signIn = await insertOneTimeSignIn(tx, accountId, now);
    await appendAudit(tx, [
      {
        actor: systemActor,
        action: 'one-time-sign-in-created',
        subject: { kind: 'console_account', id: accountId },
        details: { expiresAt: signIn.expiresAt },
      },
    ]);
    return signIn;
  });
