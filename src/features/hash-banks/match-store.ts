import type { AuthorityReport, BankMatch } from '#contracts/hash-bank.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

export interface MatchRow extends Omit<BankMatch, 'at'> {
  readonly at: Date;
}

/** Records matches (once an item version, part, bank and algorithm) and counts those that are new. */
export const addMatches = async (tx: Transaction, matches: readonly MatchRow[]): Promise<void> => {
  await tx.prepared(
    'bank-matches-insert',
    `WITH added AS (
       INSERT INTO hash_bank_matches (id, bank_id, item_id, item_version, part_id, algorithm, distance, behaviour, at)
       SELECT id, bank_id, item_id, item_version, part_id, algorithm, distance, behaviour, at
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::text[], $9::timestamptz[])
         AS row (id, bank_id, item_id, item_version, part_id, algorithm, distance, behaviour, at)
       ON CONFLICT DO NOTHING RETURNING bank_id, at
     )
     INSERT INTO hash_bank_counters AS c (bank_id, matches, last_match_at)
     -- In the order of the ids, so that two writers never wait for each other.
     SELECT bank_id, count(*), max(at) FROM added GROUP BY bank_id ORDER BY bank_id
     ON CONFLICT (bank_id) DO UPDATE SET matches = c.matches + excluded.matches,
       last_match_at = greatest(c.last_match_at, excluded.last_match_at)`,
    [
      matches.map(({ id }) => id),
      matches.map(({ bankId }) => bankId),
      matches.map(({ itemId }) => itemId),
      matches.map(({ itemVersion }) => itemVersion),
      matches.map(({ partId }) => partId),
      matches.map(({ algorithm }) => algorithm),
      matches.map(({ distance }) => distance),
      matches.map(({ behaviour }) => behaviour),
      matches.map(({ at }) => at),
    ],
  );
};

export interface ReportRow extends Omit<AuthorityReport, 'createdAt'> {
  readonly createdAt: Date;
}

/** Queues reports, one an item version and file. Gives the ids of those that are new. */
export const addReports = async (
  tx: Transaction,
  reports: readonly Omit<ReportRow, 'state'>[],
): Promise<ReadonlySet<string>> => {
  const rows = await tx.query<{ id: string }>(
    `INSERT INTO authority_reports (id, item_id, item_version, bank_id, sha256, created_at)
     SELECT id, item_id, item_version, bank_id, decode(sha256, 'hex'), created_at
     FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::timestamptz[])
       AS row (id, item_id, item_version, bank_id, sha256, created_at)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      reports.map(({ id }) => id),
      reports.map(({ itemId }) => itemId),
      reports.map(({ itemVersion }) => itemVersion),
      reports.map(({ bankId }) => bankId),
      reports.map(({ sha256 }) => sha256),
      reports.map(({ createdAt }) => createdAt),
    ],
  );
  return new Set(rows.map(({ id }) => id));
};

/** Where a page ended: time and id of its last row. */
export interface TimeCursor {
  readonly at: string;
  readonly id: string;
}

/** One page of a bank's matches, newest first. */
export const readMatches = (
  database: Queryable,
  bankId: string,
  after: TimeCursor | null,
  limit: number,
): Promise<MatchRow[]> =>
  database.query<MatchRow>(
    `SELECT id, bank_id AS "bankId", item_id AS "itemId", item_version AS "itemVersion", part_id AS "partId", algorithm, distance,
       behaviour, at
     FROM hash_bank_matches WHERE bank_id = $1 AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3::uuid))
     ORDER BY at DESC, id DESC LIMIT $4`,
    [bankId, after?.at ?? null, after?.id ?? null, limit],
  );

/** One page of the reports, newest first. */
export const readReports = (database: Queryable, after: TimeCursor | null, limit: number): Promise<ReportRow[]> =>
  database.query<ReportRow>(
    `SELECT id, item_id AS "itemId", item_version AS "itemVersion", bank_id AS "bankId", encode(sha256, 'hex') AS sha256, state,
       created_at AS "createdAt"
     FROM authority_reports WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid)
     ORDER BY created_at DESC, id DESC LIMIT $3`,
    [after?.at ?? null, after?.id ?? null, limit],
  );
