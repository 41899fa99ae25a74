import type { Queryable, Transaction } from '#platform/database/database.ts';
import { type AuditEntryInput, type AuditHead, chainEntries, genesisHash, type StoredEntry } from './audit.ts';

interface LockedHead {
  readonly sequence: number;
  readonly hash: string;
  readonly nowMs: number;
}

const lockHeadSql = `
  SELECT sequence, encode(hash, 'hex') AS hash, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "nowMs"
  FROM audit_head WHERE id = 1 FOR UPDATE`;

const appendSql = `
  WITH added AS (
    INSERT INTO audit_entries
      (sequence, at, actor_kind, actor_id, action, subject_kind, subject_id, details, previous_hash, hash)
    SELECT e.sequence, to_timestamp($2::float8 / 1000), e.actor_kind, e.actor_id, e.action, e.subject_kind, e.subject_id,
           e.details, decode(e.previous_hash, 'hex'), decode(e.hash, 'hex')
    FROM unnest($1::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      AS e (sequence, actor_kind, actor_id, action, subject_kind, subject_id, details, previous_hash, hash)
  )
  UPDATE audit_head SET sequence = $11, hash = decode($12, 'hex') WHERE id = 1`;

const lockHead = async (tx: Transaction): Promise<LockedHead> => {
  const [head] = await tx.prepared<LockedHead>('audit-lock-head', lockHeadSql);
  if (head !== undefined) return head;
  await tx.query(
    `INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, decode($1, 'hex')) ON CONFLICT (id) DO NOTHING`,
    [genesisHash],
  );
  return (await tx.prepared<LockedHead>('audit-lock-head', lockHeadSql))[0]!;
};

/**
 * Appends entries to the audit log inside the caller's transaction, which must be "read committed". It locks the end of the chain
 * until the commit, so it has to be the transaction's last statement and be called once for all its entries.
 *
 * @param now Time of the entries; the database's clock unless given.
 * @throws TypeError for an entry that cannot be hashed as it would be stored; the caller's transaction must then roll back
 */
export const appendAudit = async (tx: Transaction, entries: readonly AuditEntryInput[], now?: Date): Promise<void> => {
  if (entries.length === 0) return;
  const head = await lockHead(tx);
  const atMs = now?.getTime() ?? head.nowMs;
  const chained = chainEntries(head, entries, atMs);
  const last = chained.at(-1)!;
  await tx.prepared('audit-append', appendSql, [
    chained.map((entry) => entry.sequence),
    atMs,
    chained.map((entry) => entry.actorKind),
    chained.map((entry) => entry.actorId),
    chained.map((entry) => entry.action),
    chained.map((entry) => entry.subjectKind),
    chained.map((entry) => entry.subjectId),
    chained.map((entry) => entry.details),
    chained.map((entry) => entry.previousHash),
    chained.map((entry) => entry.hash),
    last.sequence,
    last.hash,
  ]);
};

/** The head and the highest entry, seen in one snapshot. */
export interface AuditExtent extends AuditHead {
  /** 0 when there is no entry. */
  readonly highest: number;
}

/** The end of the chain as the head row says it, and as the entries do. */
export const readExtent = async (database: Queryable): Promise<AuditExtent> => {
  const [row] = await database.query<{ sequence: number | null; hash: string | null; highest: number }>(`
    SELECT head.sequence, encode(head.hash, 'hex') AS hash, coalesce(entries.highest, 0) AS highest
    FROM (SELECT max(sequence) AS highest FROM audit_entries) AS entries
    LEFT JOIN audit_head AS head ON head.id = 1`);
  return { sequence: row?.sequence ?? 0, hash: row?.hash ?? genesisHash, highest: row?.highest ?? 0 };
};

const entryColumns = `
  sequence, floor(extract(epoch FROM at) * 1000)::bigint AS "atMs", actor_kind AS "actorKind", actor_id AS "actorId", action,
  subject_kind AS "subjectKind", subject_id AS "subjectId", details, encode(previous_hash, 'hex') AS "previousHash",
  encode(hash, 'hex') AS hash`;

/** Entries after `after`, oldest first; several with one sequence only if the table was tampered with. */
export const readEntriesAfter = (database: Queryable, after: number | null, limit: number): Promise<StoredEntry[]> =>
  database.query<StoredEntry>(
    `SELECT ${entryColumns} FROM audit_entries WHERE $1::bigint IS NULL OR sequence > $1 ORDER BY sequence LIMIT $2`,
    [after, limit],
  );

/** Sequences of the entries that carry `hash` (hexadecimal). Reads the whole table: for a fault only. */
export const findByHash = async (database: Queryable, hash: string): Promise<number[]> => {
  const rows = await database.query<{ sequence: number }>(
    `SELECT sequence FROM audit_entries WHERE hash = decode($1, 'hex') ORDER BY sequence`,
    [hash],
  );
  return rows.map((row) => row.sequence);
};

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly actorId?: string | undefined;
}

/** One page, newest first. `before` is the lowest sequence of the page before. */
export const readPage = (
  database: Queryable,
  filter: AuditFilter,
  before: number | null,
  limit: number,
): Promise<StoredEntry[]> =>
  database.query<StoredEntry>(
    `SELECT ${entryColumns} FROM audit_entries
     WHERE ($1::bigint IS NULL OR sequence < $1) AND ($2::text IS NULL OR action = $2)
       AND ($3::text IS NULL OR subject_id = $3) AND ($4::text IS NULL OR actor_id = $4)
     ORDER BY sequence DESC LIMIT $5`,
    [before, filter.action ?? null, filter.subjectId ?? null, filter.actorId ?? null, limit],
  );
