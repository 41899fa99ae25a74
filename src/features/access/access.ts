import type { Role, Scope } from '#contracts/access.ts';

/** Durations of the access rules, milliseconds. */
export const sessionIdleMs = 12 * 3_600_000;
export const sessionLifetimeMs = 7 * 24 * 3_600_000;
export const oneTimeSignInMs = 30 * 60_000;

/** An API key as a request needs to know it. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly hash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly ratePerMinute: number | null;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export type KeyState = 'usable' | 'expired' | 'revoked';

/** Revoked outweighs expired: it says that somebody took the key away. */
export const keyState = (key: Pick<KeyRecord, 'expiresAt' | 'revokedAt'>, nowMs: number): KeyState => {
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt !== null && key.expiresAt.getTime() <= nowMs ? 'expired' : 'usable';
};

/** A session as a request needs to know it, with its account. */
export interface SessionRecord {
  readonly id: string;
  readonly hash: Uint8Array;
  readonly accountId: string;
  readonly displayName: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** When a session ends if nothing more is heard of it. */
export const sessionEndsAt = (session: Pick<SessionRecord, 'lastSeenAt' | 'expiresAt'>): Date =>
  new Date(Math.min(session.expiresAt.getTime(), session.lastSeenAt.getTime() + sessionIdleMs));

/** Whether the session still counts. */
export const isSessionOpen = (
  session: Pick<SessionRecord, 'lastSeenAt' | 'expiresAt' | 'disabled'>,
  nowMs: number,
): boolean => !session.disabled && sessionEndsAt(session).getTime() > nowMs;

/** What decides whether an account is an administrator who can act. */
export interface AccountStanding {
  readonly role: Role;
  readonly disabled: boolean;
}

export const isActiveAdmin = ({ role, disabled }: AccountStanding): boolean => role === 'admin' && !disabled;

/** Whether a change would leave nobody who can administer. `otherActiveAdmins` does not count the account itself. */
export const locksOutLastAdmin = (
  before: AccountStanding,
  after: AccountStanding,
  otherActiveAdmins: number,
): boolean => isActiveAdmin(before) && !isActiveAdmin(after) && otherActiveAdmins === 0;

/** The e-mail address as it is compared. */
export const emailKey = (email: string): string => email.trim().normalize('NFKC').toLowerCase();

/** What the rest of the processes are told of: a key, an account or a session whose state has changed. */
export interface AccessChange {
  readonly kind: 'key' | 'account' | 'session';
  readonly id: string;
}

/** The notification channel of access changes; the payload is `kind:id`. */
export const accessChannel = 'tidegate_access';

export const parseAccessChange = (payload: string): AccessChange | null => {
  const [, kind, id] = /^(key|account|session):(.+)$/.exec(payload) ?? [];
  return kind === undefined || id === undefined ? null : { kind: kind as AccessChange['kind'], id };
};
