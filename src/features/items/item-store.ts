import type { ItemContent } from '#contracts/item.ts';
import type { ItemSummary } from '#contracts/items-api.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

export interface ItemRow {
  id: string;
  api_key_id: string | null;
  external_id: string | null;
  account_id: string;
  surface: string;
  version: number;
  created_at: Date;
  deleted_at: Date | null;
  outcome: ItemSummary['outcome'];
  display: ItemSummary['display'];
  categories: string[];
  layer: number | null;
  confidence: number | null;
  excerpt: string;
}

export const itemColumns = `i.id, i.api_key_id, i.external_id, i.account_id, i.surface, i.version, i.created_at, i.deleted_at, i.outcome, i.display,
  i.categories, i.layer, i.confidence, i.excerpt`;

export const toSummary = (row: ItemRow): ItemSummary => ({
  itemId: row.id,
  externalId: row.external_id,
  accountId: row.account_id,
  surface: row.surface,
  version: row.version,
  display: row.display,
  outcome: row.outcome,
  categories: row.categories,
  layer: row.layer,
  confidence: row.confidence,
  excerpt: row.excerpt,
  createdAt: row.created_at.toISOString(),
  deletedAt: row.deleted_at?.toISOString() ?? null,
});

export const itemById = async (database: Queryable, id: string): Promise<ItemRow | undefined> => {
  const rows = await database.prepared<ItemRow>('item-by-id', `SELECT ${itemColumns} FROM items i WHERE i.id = $1`, [
    id,
  ]);
  return rows[0];
};

export interface VersionRow {
  version: number;
  content: ItemContent | null;
  content_key: Buffer | null;
  created_at: Date;
}

/** Versions of an item, newest first. */
export const versionsOf = (database: Queryable, itemId: string): Promise<VersionRow[]> =>
  database.query<VersionRow>(
    'SELECT version, content, content_key, created_at FROM item_versions WHERE item_id = $1 ORDER BY version DESC',
    [itemId],
  );

export const versionOf = async (
  database: Queryable,
  itemId: string,
  version: number,
): Promise<VersionRow | undefined> => {
  const rows = await database.query<VersionRow>(
    'SELECT version, content, content_key, created_at FROM item_versions WHERE item_id = $1 AND version = $2',
    [itemId, version],
  );
  return rows[0];
};

/** Marks a locked item as deleted; with `erase`, its text goes too, from every version and from the search index. */
export const markDeleted = async (
  tx: Transaction,
  id: string,
  { at, erase }: { readonly at: Date; readonly erase: boolean },
): Promise<void> => {
  await tx.query('UPDATE items SET deleted_at = $2, updated_at = $2 WHERE id = $1', [id, at]);
  if (!erase) return;
  await tx.query(`UPDATE items SET excerpt = '', search = ''::tsvector WHERE id = $1`, [id]);
  await tx.query('UPDATE item_versions SET content = NULL WHERE item_id = $1', [id]);
};

/** How many items there are; an estimate from ten thousand on, since counting a large table is not free. */
export const estimateItems = async (database: Queryable): Promise<number> => {
  const [row] = await database.query<{ items: number }>(
    `SELECT CASE WHEN reltuples < 10000 THEN (SELECT count(*) FROM (SELECT 1 FROM items LIMIT 10000) AS counted) ELSE reltuples::bigint END AS items
     FROM pg_class WHERE oid = 'items'::regclass`,
  );
  return Number(row?.items ?? 0);
};
