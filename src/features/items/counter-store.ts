import { type CounterQuery, type Counters, counterNames, fileCounterNames } from '#engine/ports/counter.ts';
import type { CounterValues } from '#engine/ports/detector.ts';
import type { Queryable } from '#platform/database/database.ts';

/** Counting stops here: whoever posts a thousand times an hour needs no finer number, and a flood must not make each post dearer. */
const countLimit = 1_000;

const readCounters = `
  SELECT row.index, by_account.minute AS account_posts_1m, by_account.hour AS account_posts_1h, by_account.day AS account_posts_24h,
    by_content.hour AS content_posts_1h, by_content.accounts_hour AS content_accounts_1h, by_content.accounts_day AS content_accounts_24h,
    removed.count AS account_removed_30d
  FROM jsonb_to_recordset($1::jsonb) AS row (index int, account_id text, content_key text, now timestamptz)
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE recent.created_at > row.now - interval '1 minute') AS minute,
      count(*) FILTER (WHERE recent.created_at > row.now - interval '1 hour') AS hour, count(*) AS day
    FROM (SELECT v.created_at FROM item_versions v WHERE v.account_id = row.account_id AND v.created_at > row.now - interval '24 hours'
      ORDER BY v.created_at DESC LIMIT ${countLimit}) AS recent
  ) AS by_account
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE same.created_at > row.now - interval '1 hour') AS hour,
      count(DISTINCT same.account_id) FILTER (WHERE same.created_at > row.now - interval '1 hour') AS accounts_hour,
      count(DISTINCT same.account_id) AS accounts_day
    FROM (SELECT v.created_at, v.account_id FROM item_versions v WHERE v.content_key = decode(row.content_key, 'hex')
      AND v.created_at > row.now - interval '24 hours' ORDER BY v.created_at DESC LIMIT ${countLimit}) AS same
  ) AS by_content
  CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM (SELECT 1 FROM items i WHERE i.account_id = row.account_id AND i.outcome = 'remove'
      AND i.created_at > row.now - interval '30 days' LIMIT ${countLimit}) AS gone
  ) AS removed
  ORDER BY row.index`;

const contentNames: readonly string[] = ['content_posts_1h', 'content_accounts_1h', 'content_accounts_24h'];

type FileCounterName = (typeof fileCounterNames)[number];
type ItemCounterName = Exclude<(typeof counterNames)[number], FileCounterName>;
const itemCounterNames = counterNames.filter(
  (name): name is ItemCounterName => !(fileCounterNames as readonly string[]).includes(name),
);

/** Every counter as unavailable: what a caller gets when they could not be read. */
export const unreadableCounters: CounterValues = Object.fromEntries(itemCounterNames.map((name) => [name, null]));
export const unreadableFileCounters: CounterValues = Object.fromEntries(fileCounterNames.map((name) => [name, null]));

/** Windowed counters straight from the items themselves, so that nothing can be lost or drift; the item at hand is not yet in them. */
export const createPostgresCounters = (database: Queryable): Counters => ({
  async read(queries: readonly CounterQuery[]) {
    const rows = await database.prepared<Record<ItemCounterName, number>>('item-counters', readCounters, [
      JSON.stringify(
        queries.map(({ accountId, contentKey, now }, index) => ({
          index,
          account_id: accountId,
          content_key: contentKey,
          now: new Date(now),
        })),
      ),
    ]);
    return rows.map((row, index): CounterValues => {
      const comparable = queries[index]?.contentKey !== null;
      return Object.fromEntries(
        itemCounterNames
          .filter((name) => comparable || !contentNames.includes(name))
          .map((name) => [name, Number(row[name])]),
      );
    });
  },
});
