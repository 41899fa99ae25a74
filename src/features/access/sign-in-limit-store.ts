import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Clock } from '#platform/clock.ts';
import { deriveKey } from '#platform/crypto/derive-key.ts';
import type { Queryable } from '#platform/database/database.ts';
import { tooManyRequests } from '#platform/http/problem-error.ts';
import { emailKey } from './access.ts';

interface Backoff {
  /** Attempts before the first wait. */
  readonly free: number;
  /** Wait after the first attempt beyond, seconds; doubles with each further one. */
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

/** Few guesses at one account, from wherever they come. */
const perAccount: Backoff = { free: 5, firstSeconds: 1, longestSeconds: 900 };
/** More from one address, behind which many people can sit. */
const perAddress: Backoff = { free: 20, firstSeconds: 1, longestSeconds: 900 };

/** After this long without an attempt counting starts anew, seconds. */
const forgottenAfterSeconds = 3_600;

/** One network, not one address, is what an IPv6 user has: the first four groups (64 bits). */
export const networkOf = (address: string): string => {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
};

/** Slows guessing down, per network and per account, in all processes together. */
export interface SignInLimit {
  /**
   * Counts an attempt before its password is looked at, so that many at once count as many. `account` is the address typed, whether
   * or not there is such an account. @throws ProblemError 429
   */
  begin(attempt: { readonly address?: string; readonly account?: string }): Promise<void>;
  /** Takes the attempt back after it succeeded. */
  succeeded(on: Queryable, attempt: { readonly address?: string; readonly account?: string }): Promise<void>;
  /** A keyed hash of the address typed, in hexadecimal: tells entries of one account apart from others and nothing more. */
  fingerprint(account: string): string;
}

const attemptSql = `
  INSERT INTO sign_in_attempts AS s (subject, attempts, last_at, blocked_until) VALUES ($1, 1, $2, $2)
  ON CONFLICT (subject) DO UPDATE SET
    attempts = CASE WHEN s.last_at < $2::timestamptz - make_interval(secs => $6) THEN 1 ELSE s.attempts + 1 END,
    last_at = $2,
    blocked_until = CASE
      WHEN s.last_at < $2::timestamptz - make_interval(secs => $6) OR s.attempts < $3::int THEN $2
      ELSE $2::timestamptz + make_interval(secs => least($5::float8, $4::float8 * power(2, least(s.attempts - $3::int, 30)))) END
  WHERE s.blocked_until <= $2
  RETURNING attempts`;

export const createSignInLimit = (options: {
  readonly database: Queryable;
  readonly secretKey: string | Uint8Array;
  readonly clock: Clock;
}): SignInLimit => {
  const { database, clock } = options;
  const key = deriveKey(options.secretKey, 'tidegate sign-in limit v1');
  const subject = (kind: 'address' | 'account', text: string): Buffer =>
    createHmac('sha256', key).update(`${kind}:${text}`).digest();
  const addressSubject = (address: string): Buffer => subject('address', networkOf(address));
  const accountSubject = (account: string): Buffer => subject('account', emailKey(account));

  const count = async (of: Buffer, { free, firstSeconds, longestSeconds }: Backoff): Promise<void> => {
    const now = new Date(clock.now());
    const values = [of, now, free, firstSeconds, longestSeconds, forgottenAfterSeconds];
    if ((await database.query(attemptSql, values)).length > 0) return;
    const [row] = await database.query<{ until: Date }>(
      'SELECT blocked_until AS until FROM sign_in_attempts WHERE subject = $1',
      [of],
    );
    const seconds = Math.max(1, Math.ceil(((row?.until.getTime() ?? 0) - now.getTime()) / 1_000));
    throw tooManyRequests({
      detail: 'There were too many attempts to sign in.',
      remedy: `Wait ${seconds} seconds before the next one.`,
      retryAfterSeconds: seconds,
    });
  };

  return {
    async begin({ address, account }) {
      // The network first: who is blocked there must not use up an account's attempts.
      if (address !== undefined) await count(addressSubject(address), perAddress);
      if (account !== undefined) await count(accountSubject(account), perAccount);
    },
    async succeeded(on, { address, account }) {
      if (account !== undefined) {
        await on.query('DELETE FROM sign_in_attempts WHERE subject = $1', [accountSubject(account)]);
      }
      if (address !== undefined) {
        // Only its own attempt: an account of one's own is no way to go on guessing at others.
        await on.query(
          'UPDATE sign_in_attempts SET attempts = greatest(0, attempts - 1), blocked_until = last_at WHERE subject = $1',
          [addressSubject(address)],
        );
      }
    },
    fingerprint: (account) => accountSubject(account).toString('hex').slice(0, 32),
  };
};
