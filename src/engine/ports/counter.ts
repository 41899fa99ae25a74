import type { CounterValues } from './detector.ts';

/** What is counted for an item before it is decided. */
export interface CounterQuery {
  readonly accountId: string;
  /** Keyed hash of the normalised text, to see the same text from many accounts. */
  readonly contentKey: string | null;
  readonly now: number;
}

/** Those of the item's files; absent where it has none. */
export const fileCounterNames = ['file_posts_1h', 'file_accounts_1h', 'file_accounts_24h'] as const;

/**
 * Posts of the account, posts and accounts with the same normalised text, removals of the account, posts and accounts with the same file;
 * each within the window of its name.
 */
export const counterNames = [
  'account_posts_1m',
  'account_posts_1h',
  'account_posts_24h',
  'content_posts_1h',
  'content_accounts_1h',
  'content_accounts_24h',
  'account_removed_30d',
  ...fileCounterNames,
] as const;

/** Windowed counters by the names above. One that cannot be read is `null`, never 0. */
export interface Counters {
  read(queries: readonly CounterQuery[]): Promise<readonly CounterValues[]>;
}
