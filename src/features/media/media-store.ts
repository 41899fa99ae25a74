import type { FileSign, ImageFacts } from '#contracts/media.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { MediaRecord, MediaSource, WithholdReason } from './media.ts';

interface MediaRow {
  id: string;
  api_key_id: string | null;
  console_account_id: string | null;
  trial: boolean;
  signs: FileSign[];
  created_at: Date;
  facts: ImageFacts;
  withheld: WithholdReason | null;
}

const columns = 'm.id, m.api_key_id, m.console_account_id, m.trial, m.signs, m.created_at, f.facts, f.withheld';

const toRecord = (row: MediaRow): MediaRecord => ({
  id: row.id,
  apiKeyId: row.api_key_id,
  consoleAccountId: row.console_account_id,
  trial: row.trial,
  createdAt: row.created_at,
  facts: { ...row.facts, signs: [...row.facts.signs, ...row.signs] },
  withheld: row.withheld,
});

/**
 * Waits for whoever is storing or erasing this very file, until the transaction's end. A row lock would not do: there may be no
 * row yet, or no more, while there are bytes.
 */
export const lockFile = async (tx: Transaction, sha256: string): Promise<void> => {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('tidegate media ' || $1, 0))`, [sha256]);
};

export interface NewMedia {
  readonly id: string;
  readonly apiKeyId: string | null;
  readonly consoleAccountId: string | null;
  readonly source: MediaSource;
  readonly trial: boolean;
  readonly signs: readonly FileSign[];
  readonly createdAt: Date;
  readonly keptUntil: Date;
}

/** Adds a file, unless it is known, and this sending of it. */
export const insertMedia = async (tx: Transaction, facts: ImageFacts, media: NewMedia): Promise<void> => {
  await tx.query(
    `INSERT INTO media_files (sha256, md5, bytes, facts, created_at)
     VALUES (decode($1, 'hex'), decode($2, 'hex'), $3, $4::jsonb, $5) ON CONFLICT (sha256) DO NOTHING`,
    [facts.sha256, facts.md5, facts.bytes, JSON.stringify(facts), media.createdAt],
  );
  await tx.query(
    `INSERT INTO media (id, sha256, api_key_id, console_account_id, source, trial, signs, created_at, kept_until)
     VALUES ($1, decode($2, 'hex'), $3, $4, $5, $6, $7::text[], $8, $9)`,
    [
      media.id,
      facts.sha256,
      media.apiKeyId,
      media.consoleAccountId,
      media.source,
      media.trial,
      media.signs,
      media.createdAt,
      media.keptUntil,
    ],
  );
};

// What has run out is gone, though the sweep has still to come; what is withheld is preserved.
const there = '(m.kept_until IS NULL OR m.kept_until > $2 OR f.withheld IS NOT NULL)';

export const mediaByIds = async (queryable: Queryable, ids: readonly string[], now: Date): Promise<MediaRecord[]> => {
  const rows = await queryable.prepared<MediaRow>(
    'media-by-ids',
    `SELECT ${columns} FROM media m JOIN media_files f ON f.sha256 = m.sha256 WHERE m.id = ANY ($1::uuid[]) AND ${there}`,
    [ids, now],
  );
  return rows.map(toRecord);
};

/** Reads media that are about to be shown by an item, and keeps the unused among them at least until then. */
export const takeUpMedia = async (
  queryable: Queryable,
  ids: readonly string[],
  now: Date,
  keptUntil: Date,
): Promise<MediaRecord[]> => {
  // What is tried out is not kept for longer: an item cannot come of it.
  const rows = await queryable.prepared<MediaRow>(
    'media-use',
    `WITH used AS (
       UPDATE media SET kept_until = greatest(kept_until, $3) WHERE id = ANY ($1::uuid[]) AND kept_until > $2 AND NOT trial)
     SELECT ${columns} FROM media m JOIN media_files f ON f.sha256 = m.sha256 WHERE m.id = ANY ($1::uuid[]) AND ${there}`,
    [ids, now, keptUntil],
  );
  return rows.map(toRecord);
};

/** Marks files as withheld; one that is already withheld for an exact match stays so. Gives those that changed. */
export const markWithheld = async (
  tx: Transaction,
  sha256s: readonly string[],
  reason: WithholdReason,
): Promise<string[]> => {
  // Locked in one order by everybody, so that two writers cannot wait for each other.
  const rows = await tx.query<{ sha256: string }>(
    `WITH wanted AS (
       SELECT sha256 FROM media_files
       WHERE sha256 IN (SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS hex)
         AND (withheld IS NULL OR (withheld = 'csam_perceptual' AND $2 = 'csam'))
       ORDER BY sha256 FOR UPDATE)
     UPDATE media_files f SET withheld = $2 FROM wanted WHERE f.sha256 = wanted.sha256
     RETURNING encode(f.sha256, 'hex') AS sha256`,
    [sha256s, reason],
  );
  return rows.map(({ sha256 }) => sha256);
};

/** Files that may have to go: something of theirs has run out. */
export const filesRunOut = async (queryable: Queryable, now: Date, maximum: number): Promise<string[]> => {
  const rows = await queryable.query<{ sha256: string }>(
    `SELECT DISTINCT encode(m.sha256, 'hex') AS sha256 FROM media m JOIN media_files f ON f.sha256 = m.sha256
     WHERE m.kept_until < $1 AND f.withheld IS NULL LIMIT $2`,
    [now, maximum],
  );
  return rows.map(({ sha256 }) => sha256);
};

/**
 * Removes what has run out of one file (to be locked before): sendings that no item shows, and the file with the last of them.
 * Withheld files are preserved.
 */
export const removeRunOut = async (
  tx: Transaction,
  sha256: string,
  now: Date,
): Promise<{ readonly media: readonly string[]; readonly fileGone: boolean }> => {
  const media = await tx.query<{ id: string }>(
    `DELETE FROM media m USING media_files f
     WHERE m.sha256 = decode($1, 'hex') AND f.sha256 = m.sha256 AND f.withheld IS NULL AND m.kept_until < $2
       AND NOT EXISTS (SELECT FROM item_media shown WHERE shown.media_id = m.id AND shown.erased_at IS NULL)
     RETURNING m.id`,
    [sha256, now],
  );
  const files = await tx.query(
    `DELETE FROM media_files f WHERE f.sha256 = decode($1, 'hex') AND f.withheld IS NULL
       AND NOT EXISTS (SELECT FROM media m WHERE m.sha256 = f.sha256) RETURNING 1`,
    [sha256],
  );
  return { media: media.map(({ id }) => id), fileGone: files.length > 0 };
};

/** Which of these files there are, and whether each is withheld. */
export const knownFiles = async (
  queryable: Queryable,
  sha256s: readonly string[],
): Promise<ReadonlyMap<string, WithholdReason | null>> => {
  const rows = await queryable.query<{ sha256: string; withheld: WithholdReason | null }>(
    `SELECT encode(sha256, 'hex') AS sha256, withheld FROM media_files
     WHERE sha256 IN (SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS hex)`,
    [sha256s],
  );
  return new Map(rows.map(({ sha256, withheld }) => [sha256, withheld]));
};
