import type { FileSign, ImageFacts } from '#contracts/media.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { WithholdReason } from './media.ts';

/** Which file a part of an item version shows, or why none. */
export interface ItemMediaLink {
  readonly itemId: string;
  readonly version: number;
  readonly partId: string;
  readonly mediaId: string | null;
  /** A short reason such as `fetch_timeout`; null where there is a file. */
  readonly problem: string | null;
  readonly accountId: string;
  readonly at: Date;
}

// A decision made again may have the file at last; one that is there is never replaced by none.
const insertLinks = `
  INSERT INTO item_media AS known (item_id, version, part_id, media_id, sha256, account_id, problem, created_at)
  SELECT row.item_id, row.version, row.part_id, m.id, m.sha256, row.account_id,
    CASE WHEN m.id IS NULL THEN coalesce(row.problem, 'media_gone') END, row.created_at
  FROM jsonb_to_recordset($1::jsonb) AS row (item_id uuid, version int, part_id text, media_id uuid, account_id text, problem text, created_at timestamptz)
  LEFT JOIN media m ON m.id = row.media_id
  ON CONFLICT (item_id, version, part_id) DO UPDATE
    SET media_id = EXCLUDED.media_id, sha256 = EXCLUDED.sha256, problem = EXCLUDED.problem
    WHERE known.media_id IS NULL OR EXCLUDED.media_id IS NOT NULL`;

/** Records which files item parts show; call it in the transaction that writes the items. The files are kept from then on. */
export const linkRows = async (tx: Transaction, links: readonly ItemMediaLink[]): Promise<void> => {
  if (links.length === 0) return;
  const rows = links.map(({ itemId, version, partId, mediaId, problem, accountId, at }) => ({
    item_id: itemId,
    version,
    part_id: partId,
    media_id: mediaId,
    account_id: accountId,
    problem,
    created_at: at,
  }));
  const mediaIds = links.flatMap(({ mediaId }) => mediaId ?? []);
  await Promise.all([
    tx.prepared('item-media-keep', 'UPDATE media SET kept_until = NULL WHERE id = ANY ($1::uuid[]) AND NOT trial', [
      mediaIds,
    ]),
    tx.prepared('item-media-link', insertLinks, [JSON.stringify(rows)]),
  ]);
};

/** Lets go of an erased item's files, in the transaction that erases it; the sweep removes what nothing else shows. */
export const releaseItemMedia = async (tx: Transaction, itemId: string, at: Date): Promise<void> => {
  await tx.query(
    `WITH released AS (
       UPDATE item_media SET erased_at = $2 WHERE item_id = $1 AND erased_at IS NULL RETURNING media_id)
     UPDATE media m SET kept_until = $2
     WHERE m.id IN (SELECT media_id FROM released) AND NOT EXISTS (
       SELECT FROM item_media other WHERE other.media_id = m.id AND other.erased_at IS NULL AND other.item_id <> $1)`,
    [itemId, at],
  );
};

/** A part's file as it is on record. */
export interface ItemMediaRow {
  readonly part_id: string;
  readonly media_id: string | null;
  readonly erased: boolean;
  readonly signs: readonly FileSign[] | null;
  readonly facts: ImageFacts | null;
  readonly withheld: WithholdReason | null;
}

export const itemMediaRows = (queryable: Queryable, itemId: string, version: number): Promise<ItemMediaRow[]> =>
  queryable.query<ItemMediaRow>(
    `SELECT i.part_id, i.media_id, i.erased_at IS NOT NULL OR (i.media_id IS NOT NULL AND m.id IS NULL) AS erased, m.signs, f.facts, f.withheld
     FROM item_media i LEFT JOIN media m ON m.id = i.media_id LEFT JOIN media_files f ON f.sha256 = m.sha256
     WHERE i.item_id = $1 AND i.version = $2`,
    [itemId, version],
  );

/** A part of any version whose file is withheld. */
interface WithheldRow {
  readonly version: number;
  readonly part_id: string;
  readonly media_id: string;
  readonly withheld: WithholdReason;
}

export const withheldRows = (queryable: Queryable, itemId: string): Promise<WithheldRow[]> =>
  queryable.query<WithheldRow>(
    `SELECT i.version, i.part_id, i.media_id, f.withheld FROM item_media i JOIN media_files f ON f.sha256 = i.sha256
     WHERE i.item_id = $1 AND i.media_id IS NOT NULL AND f.withheld IS NOT NULL`,
    [itemId],
  );
