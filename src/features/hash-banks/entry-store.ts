import type { HashAlgorithm } from '#contracts/hash-bank.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

/** An entry to add. `hash` is lower-case hexadecimal; `source` is '' where the list has no identifier for it. */
export interface NewEntry {
  readonly algorithm: HashAlgorithm;
  readonly hash: string;
  readonly source: string;
  readonly note: string;
}

export type EntryCounts = Record<HashAlgorithm, number>;
export const noEntries = (): EntryCounts => ({ sha256: 0, md5: 0, pdq: 0 });

/**
 * Adds entries, none twice in one call. What is there already gets the source beside those it has. The caller holds the bank's lock.
 * Gives how many were new.
 */
export const addEntries = async (
  tx: Transaction,
  bankId: string,
  entries: readonly NewEntry[],
): Promise<EntryCounts> => {
  const rows = await tx.query<{ algorithm: HashAlgorithm; count: number }>(
    `WITH added AS (
       INSERT INTO hash_bank_entries AS e (bank_id, algorithm, hash, sources, note)
       SELECT $1, algorithm, decode(hash, 'hex'), ARRAY[source], note
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS row (algorithm, hash, source, note)
       ON CONFLICT (bank_id, algorithm, hash) DO UPDATE SET sources = e.sources || excluded.sources
         WHERE NOT e.sources @> excluded.sources
       RETURNING algorithm, cardinality(sources) = 1 AS fresh
     )
     SELECT algorithm, count(*) AS count FROM added WHERE fresh GROUP BY algorithm`,
    [
      bankId,
      entries.map(({ algorithm }) => algorithm),
      entries.map(({ hash }) => hash),
      entries.map(({ source }) => source),
      entries.map(({ note }) => note),
    ],
  );
  const counts = noEntries();
  for (const { algorithm, count } of rows) counts[algorithm] = count;
  return counts;
};

const recordRemovals = `
  gone AS (
    INSERT INTO hash_bank_removals (bank_id, entry) SELECT bank_id, sequence FROM removed ORDER BY sequence
  )
  SELECT algorithm, count(*)::int AS count FROM removed GROUP BY algorithm`;

const toCounts = (rows: readonly { algorithm: HashAlgorithm; count: number }[]): EntryCounts => {
  const counts = noEntries();
  for (const { algorithm, count } of rows) counts[algorithm] = count;
  return counts;
};

/** Removes entries by what they are, whoever lists them. Gives how many there were. */
export const removeHashes = async (
  tx: Transaction,
  bankId: string,
  hashes: readonly Pick<NewEntry, 'algorithm' | 'hash'>[],
): Promise<EntryCounts> =>
  toCounts(
    await tx.query(
      `WITH removed AS (
         DELETE FROM hash_bank_entries e USING unnest($2::text[], $3::text[]) AS row (algorithm, hash)
         WHERE e.bank_id = $1 AND e.algorithm = row.algorithm AND e.hash = decode(row.hash, 'hex')
         RETURNING e.bank_id, e.sequence, e.algorithm
       ), ${recordRemovals}`,
      [bankId, hashes.map(({ algorithm }) => algorithm), hashes.map(({ hash }) => hash)],
    ),
  );

/** Takes sources back from their entries; those that no source lists any more are removed. Gives how many those were. */
export const withdrawSources = async (
  tx: Transaction,
  bankId: string,
  sources: readonly string[],
): Promise<EntryCounts> => {
  const [rows] = await Promise.all([
    tx.query<{ algorithm: HashAlgorithm; count: number }>(
      `WITH removed AS (
         DELETE FROM hash_bank_entries WHERE bank_id = $1 AND sources <@ $2::text[]
         RETURNING bank_id, sequence, algorithm
       ), ${recordRemovals}`,
      [bankId, sources],
    ),
    tx.query(
      `UPDATE hash_bank_entries SET sources = (SELECT array_agg(source) FROM unnest(sources) AS source WHERE source <> ALL ($2::text[]))
       WHERE bank_id = $1 AND sources && $2::text[]`,
      [bankId, sources],
    ),
  ]);
  return toCounts(rows);
};

/** Removes one entry by its sequence. Undefined where the bank has none of it. */
export const removeEntry = async (
  tx: Transaction,
  bankId: string,
  sequence: number,
): Promise<HashAlgorithm | undefined> => {
  const [row] = await tx.query<{ algorithm: HashAlgorithm }>(
    `WITH removed AS (
       DELETE FROM hash_bank_entries WHERE bank_id = $1 AND sequence = $2 RETURNING bank_id, sequence, algorithm
     ), ${recordRemovals}`,
    [bankId, sequence],
  );
  return row?.algorithm;
};

export interface EntryRow {
  readonly sequence: number;
  readonly algorithm: HashAlgorithm;
  readonly hash: string;
  readonly sources: readonly string[];
  readonly note: string;
  readonly addedAt: Date;
}

export interface EntryFilter {
  readonly algorithm: HashAlgorithm | null;
  /** Whole hash, hexadecimal. */
  readonly hash: string | null;
  /** The lowest sequence of the page before. */
  readonly before: number | null;
}

/** One page of a bank's entries, newest first. */
export const readEntries = (
  database: Queryable,
  bankId: string,
  { algorithm, hash, before }: EntryFilter,
  limit: number,
): Promise<EntryRow[]> =>
  database.query<EntryRow>(
    `SELECT sequence, algorithm, encode(hash, 'hex') AS hash, sources, note, added_at AS "addedAt" FROM hash_bank_entries
     WHERE bank_id = $1 AND ($2::text IS NULL OR algorithm = $2) AND ($3::text IS NULL OR hash = decode($3, 'hex'))
       AND ($4::bigint IS NULL OR sequence < $4)
     ORDER BY sequence DESC LIMIT $5`,
    [bankId, algorithm, hash, before, limit],
  );

/** Hashes of one algorithm one after the other, and their sequences as 8 bytes each in the same order, which is any. */
export interface EntryBlock {
  readonly count: number;
  readonly hashes: Buffer;
  readonly sequences: Buffer;
}

/** The hashes with a sequence above `after` and up to `upTo`. By ranges, since a limit makes PostgreSQL sort the whole bank for each block. */
export const readHashBlock = async (
  tx: Transaction,
  bankId: string,
  algorithm: HashAlgorithm,
  after: number,
  upTo: number,
): Promise<EntryBlock> => {
  const [row] = await tx.query<EntryBlock>(
    // Both aggregates see the rows in one order, so that they need none of their own. Written so, the algorithm is only looked at: the index
    // that has it knows nothing of sequences.
    `SELECT count(*)::int AS count, coalesce(string_agg(hash, ''::bytea), '') AS hashes,
       coalesce(string_agg(int8send(sequence), ''::bytea), '') AS sequences
     FROM hash_bank_entries WHERE bank_id = $1 AND algorithm || '' = $2 AND sequence > $3 AND sequence <= $4`,
    [bankId, algorithm, after, upTo],
  );
  return row!;
};

export interface AddedRow {
  readonly sequence: number;
  readonly algorithm: HashAlgorithm;
  readonly hash: Buffer;
}

/** Entries that came after a sequence, at most `limit`. */
export const readAddedSince = (tx: Transaction, bankId: string, after: number, limit: number): Promise<AddedRow[]> =>
  tx.query<AddedRow>(
    `SELECT sequence, algorithm, hash FROM hash_bank_entries WHERE bank_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
    [bankId, after, limit],
  );

/** Removals that came after a sequence of theirs, at most `limit`. */
export const readRemovedSince = (
  tx: Transaction,
  bankId: string,
  after: number,
  limit: number,
): Promise<{ sequence: number; entry: number }[]> =>
  tx.query(
    `SELECT sequence, entry FROM hash_bank_removals WHERE bank_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
    [bankId, after, limit],
  );

/** The last sequences of a bank's entries and removals; 0 where there are none. */
export const lastSequences = async (tx: Transaction, bankId: string): Promise<{ entry: number; removal: number }> => {
  const [row] = await tx.query<{ entry: number; removal: number }>(
    `SELECT coalesce((SELECT max(sequence) FROM hash_bank_entries WHERE bank_id = $1), 0) AS entry,
       coalesce((SELECT max(sequence) FROM hash_bank_removals WHERE bank_id = $1), 0) AS removal`,
    [bankId],
  );
  return row!;
};

/** How many entries a bank has, as they are counted one by one. */
export const countStored = async (tx: Transaction, bankId: string): Promise<EntryCounts> =>
  toCounts(
    await tx.query(
      'SELECT algorithm, count(*)::int AS count FROM hash_bank_entries WHERE bank_id = $1 GROUP BY algorithm',
      [bankId],
    ),
  );
