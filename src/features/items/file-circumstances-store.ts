import type { CounterValues, RepostFacts } from '#engine/ports/detector.ts';
import type { Queryable } from '#platform/database/database.ts';

/** What is known of an item's files from earlier items. */
export interface FileCircumstances {
  readonly counters: CounterValues;
  readonly removed: RepostFacts['removed'];
}

export interface FileQuery {
  /** 64 hexadecimal digits each; at least one. */
  readonly sha256s: readonly string[];
  /** The item itself, so that an edit is not its own re-post. */
  readonly itemId: string;
  readonly now: number;
}

interface Row {
  posts_hour: number;
  accounts_hour: number;
  accounts_day: number;
  removed_item: string | null;
  removed_categories: string[] | null;
  removed_by: 'machine' | 'reviewer' | null;
}

/** As with texts: whoever posts a file a thousand times needs no finer number. */
const countLimit = 1_000;

// A removal by a person, or by a final rule or bank (layer 1), speaks for its copies; a model's own guess does not.
const readFiles = `
  SELECT seen.posts_hour, seen.accounts_hour, seen.accounts_day, copy.id AS removed_item, copy.categories AS removed_categories,
    copy.decided_by AS removed_by
  FROM unnest($1::text[]) AS file (sha256)
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE recent.created_at > $2::timestamptz - interval '1 hour') AS posts_hour,
      count(DISTINCT recent.account_id) FILTER (WHERE recent.created_at > $2::timestamptz - interval '1 hour') AS accounts_hour,
      count(DISTINCT recent.account_id) AS accounts_day
    FROM (SELECT m.created_at, m.account_id FROM item_media m WHERE m.sha256 = decode(file.sha256, 'hex')
      AND m.created_at > $2::timestamptz - interval '24 hours' AND m.item_id <> $3 ORDER BY m.created_at DESC LIMIT ${countLimit}) AS recent
  ) AS seen
  LEFT JOIN LATERAL (
    SELECT i.id, i.categories, i.decided_by
    FROM (SELECT m.item_id, m.version FROM item_media m WHERE m.sha256 = decode(file.sha256, 'hex') ORDER BY m.created_at DESC LIMIT 200) AS shown
    JOIN items i ON i.id = shown.item_id AND i.version = shown.version
    WHERE i.outcome = 'remove' AND (i.decided_by = 'reviewer' OR i.layer = 1) AND i.id <> $3
    LIMIT 1
  ) AS copy ON true`;

/** How often, and by how many accounts, the files were posted before; and whether an item with one of them was removed. */
export const readFileCircumstances = async (
  database: Queryable,
  { sha256s, itemId, now }: FileQuery,
): Promise<FileCircumstances> => {
  const rows = await database.prepared<Row>('item-files', readFiles, [[...sha256s], new Date(now), itemId]);
  const highest = (name: 'posts_hour' | 'accounts_hour' | 'accounts_day'): number =>
    Math.max(0, ...rows.map((row) => Number(row[name])));
  const copy = rows.find(({ removed_item }) => removed_item !== null);
  return {
    counters: {
      file_posts_1h: highest('posts_hour'),
      file_accounts_1h: highest('accounts_hour'),
      file_accounts_24h: highest('accounts_day'),
    },
    removed:
      copy?.removed_item == null || copy.removed_by === null
        ? undefined
        : { itemId: copy.removed_item, categories: copy.removed_categories ?? [], decidedBy: copy.removed_by },
  };
};
