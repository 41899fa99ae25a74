import type { ItemContent } from '#contracts/item.ts';
import type { Counters } from '#engine/ports/counter.ts';
import type { AccountFacts, CounterValues, DetectorContext, RepostFacts } from '#engine/ports/detector.ts';
import type { Queryable } from '#platform/database/database.ts';
import { microBatch } from '#platform/micro-batch.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { unreadableCounters, unreadableFileCounters } from './counter-store.ts';
import { type FileCircumstances, readFileCircumstances } from './file-circumstances-store.ts';
import { trustTier } from './item.ts';

/** What is known around an item before it is decided. */
export type ItemCircumstances = Pick<DetectorContext, 'account' | 'counters' | 'reposts'>;

export interface CircumstancesQuery {
  readonly content: ItemContent;
  /** Hexadecimal; null where the text is too short to compare. */
  readonly contentKey: string | null;
  /** The item itself, so that an edit is not its own re-post. */
  readonly itemId: string;
  readonly now: number;
  /** Of the files of its parts, as far as they could be had. */
  readonly sha256s: readonly string[];
}

interface AccountRow {
  index: number;
  first_seen_at: Date | null;
  created_at: Date | null;
  verified: boolean | null;
  followers: number | null;
  items: number | null;
  removed: number | null;
  last_removed_at: Date | null;
  repost_item: string | null;
  repost_categories: string[] | null;
  repost_decided_by: 'machine' | 'reviewer' | null;
}

// A removal by a person, or by a final rule or bank (layer 1), speaks for its copies; a model's own guess does not.
const readAccounts = `
  SELECT row.index, a.first_seen_at, a.created_at, a.verified, a.followers, a.items, a.removed, a.last_removed_at,
    copy.id AS repost_item, copy.categories AS repost_categories, copy.decided_by AS repost_decided_by
  FROM jsonb_to_recordset($1::jsonb) AS row (index int, account_id text, content_key text, item_id uuid)
  LEFT JOIN accounts a ON a.id = row.account_id
  LEFT JOIN LATERAL (
    SELECT i.id, i.categories, i.decided_by
    FROM (SELECT v.item_id, v.version FROM item_versions v WHERE v.content_key = decode(row.content_key, 'hex') ORDER BY v.created_at DESC LIMIT 200) AS v
    JOIN items i ON i.id = v.item_id AND i.version = v.version
    WHERE i.outcome = 'remove' AND (i.decided_by = 'reviewer' OR i.layer = 1) AND i.id <> row.item_id
    LIMIT 1
  ) AS copy ON true
  ORDER BY row.index`;

const toAccount = ({ content, now }: CircumstancesQuery, row: AccountRow): AccountFacts => {
  const { account } = content;
  const createdAt = account.createdAt === undefined ? row.created_at : new Date(account.createdAt);
  const items = row.items ?? 0;
  const removed = row.removed ?? 0;
  const verified = account.verified ?? row.verified;
  const followers = account.followers ?? row.followers;
  return {
    id: account.id,
    tier: trustTier(
      { firstSeenAt: row.first_seen_at, createdAt, items, removed, lastRemovedAt: row.last_removed_at },
      now,
    ),
    items,
    removed,
    ...(createdAt === null ? {} : { ageMs: Math.max(0, now - createdAt.getTime()) }),
    ...(verified === null ? {} : { verified }),
    ...(followers === null ? {} : { followers }),
  };
};

const toReposts = (row: AccountRow): RepostFacts =>
  row.repost_item === null || row.repost_decided_by === null
    ? {}
    : {
        removed: { itemId: row.repost_item, categories: row.repost_categories ?? [], decidedBy: row.repost_decided_by },
      };

const toItem = (query: CircumstancesQuery, index: number) => ({
  index,
  account_id: query.content.account.id,
  content_key: query.contentKey,
  item_id: query.itemId,
});

/** Reads account, counters and re-posts for items as they come, many items to a query. */
export const createCircumstancesReader = (dependencies: {
  readonly database: Queryable;
  readonly counters: Counters;
  readonly log: Log;
}) => {
  const { database, counters, log } = dependencies;
  const options = { maximumSize: 64, concurrency: 2 };

  const accounts = microBatch<CircumstancesQuery, Pick<ItemCircumstances, 'account' | 'reposts'>>({
    ...options,
    run: async (queries) => {
      const rows = await database.prepared<AccountRow>('item-accounts', readAccounts, [
        JSON.stringify(queries.map(toItem)),
      ]);
      return rows.map((row, index) => ({ account: toAccount(queries[index]!, row), reposts: toReposts(row) }));
    },
  });

  const counts = microBatch<CircumstancesQuery, CounterValues>({
    ...options,
    run: async (queries) => {
      try {
        return await counters.read(
          queries.map(({ content, contentKey, now }) => ({ accountId: content.account.id, contentKey, now })),
        );
      } catch (error) {
        // Counters are evidence, not the record: without them the item is still decided, and the trace says that they were missing.
        log.warn({ error: errorName(error) }, 'counters cannot be read; they count as unavailable');
        return queries.map(() => unreadableCounters);
      }
    },
  });

  const fileFacts = async (query: CircumstancesQuery): Promise<FileCircumstances | undefined> => {
    if (query.sha256s.length === 0) return undefined;
    try {
      return await readFileCircumstances(database, query);
    } catch (error) {
      log.warn({ error: errorName(error) }, 'earlier posts of the files cannot be read; they count as unavailable');
      return { counters: unreadableFileCounters, removed: undefined };
    }
  };

  return async (query: CircumstancesQuery): Promise<ItemCircumstances> => {
    const [known, counted, files] = await Promise.all([accounts(query), counts(query), fileFacts(query)]);
    if (files === undefined) return { ...known, counters: counted };
    const removed = known.reposts.removed ?? files.removed;
    return {
      account: known.account,
      reposts: removed === undefined ? {} : { removed },
      counters: { ...counted, ...files.counters },
    };
  };
};
