import type { ApiKey, Scope } from '#contracts/access.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { KeyRecord } from './access.ts';

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: Scope[];
  readonly rate: number | null;
  readonly created: Date;
  readonly expires: Date | null;
  readonly revoked: Date | null;
  readonly used: Date | null;
}

const columns = `id, name, prefix, scopes, rate_per_minute AS rate, created_at AS created, expires_at AS expires,
  revoked_at AS revoked, last_used_at AS used`;

const toApiKey = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  ratePerMinute: row.rate,
  createdAt: row.created.toISOString(),
  expiresAt: row.expires?.toISOString() ?? null,
  revokedAt: row.revoked?.toISOString() ?? null,
  lastUsedAt: row.used?.toISOString() ?? null,
});

export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: Uint8Array;
  readonly scopes: readonly Scope[];
  readonly ratePerMinute: number | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

export const insertKey = async (tx: Transaction, key: NewKey): Promise<ApiKey> => {
  const [row] = await tx.query<KeyRow>(
    `INSERT INTO api_keys (id, name, prefix, key_hash, scopes, rate_per_minute, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
    [key.id, key.name, key.prefix, key.hash, key.scopes, key.ratePerMinute, key.createdAt, key.expiresAt],
  );
  return toApiKey(row!);
};

/** One page, oldest first. `after` is the last id of the page before. */
export const listKeys = async (database: Queryable, after: string | null, limit: number): Promise<ApiKey[]> => {
  const rows = await database.query<KeyRow>(
    `SELECT ${columns} FROM api_keys WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
  return rows.map(toApiKey);
};

/** The key, locked until the transaction ends; null if there is none. */
export const lockKey = async (tx: Transaction, id: string): Promise<ApiKey | null> => {
  const [row] = await tx.query<KeyRow>(`SELECT ${columns} FROM api_keys WHERE id = $1 FOR UPDATE`, [id]);
  return row === undefined ? null : toApiKey(row);
};

export const saveKey = async (
  tx: Transaction,
  { id, name, ratePerMinute, revokedAt }: Pick<ApiKey, 'id' | 'name' | 'ratePerMinute' | 'revokedAt'>,
): Promise<void> => {
  await tx.query('UPDATE api_keys SET name = $2, rate_per_minute = $3, revoked_at = $4 WHERE id = $1', [
    id,
    name,
    ratePerMinute,
    revokedAt,
  ]);
};

export const hasAnyKey = async (database: Queryable): Promise<boolean> =>
  (await database.query('SELECT 1 FROM api_keys LIMIT 1')).length > 0;

export const findKeyByHash = async (database: Queryable, hash: Uint8Array): Promise<KeyRecord | null> => {
  const [row] = await database.prepared<KeyRecord>(
    'access-key-by-hash',
    `SELECT id, name, key_hash AS hash, scopes, rate_per_minute AS "ratePerMinute", expires_at AS "expiresAt",
       revoked_at AS "revokedAt"
     FROM api_keys WHERE key_hash = $1`,
    [hash],
  );
  return row ?? null;
};

/**
 * Those of the keys that may not be used any more. For a transaction that writes what requests brought a moment ago: a key
 * that was revoked since then counts for nothing.
 */
export const findUnusableKeys = async (
  database: Queryable,
  keyIds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> => {
  const rows = await database.prepared<{ id: string }>(
    'access-unusable-keys',
    `SELECT asked.id FROM unnest($1::uuid[]) AS asked (id) LEFT JOIN api_keys AS k ON k.id = asked.id
     WHERE k.id IS NULL OR k.revoked_at IS NOT NULL OR k.expires_at <= $2`,
    [keyIds, now],
  );
  return new Set(rows.map((row) => row.id));
};
