import type { Queryable, Transaction } from '#platform/database/database.ts';
import { type AccessChange, accessChannel, sessionIdleMs } from './access.ts';

/** Tells every process, when the transaction commits, to forget what it remembers of the key, account or session. */
export const announce = async (tx: Transaction, change: AccessChange): Promise<void> => {
  await tx.query('SELECT pg_notify($1, $2)', [accessChannel, `${change.kind}:${change.id}`]);
};

/** Deletes what can count for nothing any more: ended sessions, old one-time sign-ins, forgotten attempts. */
export const sweepAccess = async (database: Queryable, now: Date): Promise<void> => {
  await database.query('DELETE FROM console_sessions WHERE expires_at <= $1 OR last_seen_at <= $2', [
    now,
    new Date(now.getTime() - sessionIdleMs),
  ]);
  const yesterday = new Date(now.getTime() - 24 * 3_600_000);
  await database.query('DELETE FROM one_time_sign_ins WHERE expires_at <= $1', [yesterday]);
  await database.query('DELETE FROM sign_in_attempts WHERE last_at <= $1', [yesterday]);
};
