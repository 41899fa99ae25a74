import type { Decision } from '#contracts/decision.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

/** A submission's idempotency record, written with its decision. */
export interface IdempotencyRecord {
  readonly apiKeyId: string | null;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly status: number;
  readonly answer: unknown;
}

/** Stands for "no API key" (the console's own submissions), since a primary key takes no null. */
const noKey = '00000000-0000-0000-0000-000000000000';

const insertIdempotency = `
  INSERT INTO idempotency_keys (api_key_id, key, body_hash, item_id, version, status, answer, created_at)
  SELECT api_key_id, key, decode(body_hash, 'hex'), item_id, version, status, answer, created_at
  FROM jsonb_to_recordset($1::jsonb) AS row (api_key_id uuid, key text, body_hash text, item_id uuid, version int, status smallint, answer jsonb, created_at timestamptz)`;

/** Keeps answers under their keys. @throws the violation of `idempotency_keys_pkey` where a key is taken */
export const writeIdempotency = async (
  tx: Transaction,
  records: readonly (IdempotencyRecord & { readonly decision: Decision })[],
): Promise<void> => {
  if (records.length === 0) return;
  const rows = records.map(({ apiKeyId, key, bodyHash, status, answer, decision }) => ({
    api_key_id: apiKeyId ?? noKey,
    key,
    body_hash: bodyHash.toString('hex'),
    item_id: decision.itemId,
    version: decision.itemVersion,
    status,
    answer,
    created_at: decision.decidedAt,
  }));
  await tx.prepared('idempotency-insert', insertIdempotency, [JSON.stringify(rows)]);
};

export interface StoredAnswer {
  readonly bodyHash: Buffer;
  readonly status: number;
  readonly answer: unknown;
}

/** What is kept under an idempotency key; undefined where nothing is. */
export const readIdempotency = async (
  database: Queryable,
  apiKeyId: string | null,
  key: string,
): Promise<StoredAnswer | undefined> => {
  const rows = await database.prepared<StoredAnswer>(
    'idempotency-read',
    'SELECT body_hash AS "bodyHash", status, answer FROM idempotency_keys WHERE api_key_id = $1 AND key = $2',
    [apiKeyId ?? noKey, key],
  );
  return rows[0];
};

/** Forgets the keys from before a moment. */
export const forgetIdempotency = async (database: Queryable, before: Date): Promise<void> => {
  await database.query('DELETE FROM idempotency_keys WHERE created_at < $1', [before]);
};
