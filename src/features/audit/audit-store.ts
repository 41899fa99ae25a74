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

/** The end of the chain as the head row says it; sequence 0 when there is none. */
export const readHead = async (database: Queryable): Promise<AuditHead> => {
  const [head] = await database.query<AuditHead>(
    `SELECT sequence, encode(hash, 'hex') AS hash FROM audit_head WHERE id = 1`,
  );
  return head ?? { sequence: 0, hash: genesisHash };
};

const entryColumns = `
  sequence, CASE WHEN isfinite(at) THEN floor(extract(epoch FROM at) * 1000)::bigint END AS "atMs", actor_kind AS "actorKind", actor_id AS "actorId", action,
  subject_kind AS "subjectKind", subject_id AS "subjectId", details, encode(previous_hash, 'hex') AS "previousHash",
  encode(hash, 'hex') AS hash`;

/** Opens a cursor over the whole log, oldest first, that lives as long as the transaction. */
export const openEntryCursor = async (tx: Transaction): Promise<void> => {
  // A cursor and not a page by sequence: of two entries with one sequence (only in a log that was tampered with) both must be seen.
  await tx.query(`DECLARE audit_walk NO SCROLL CURSOR FOR SELECT ${entryColumns} FROM audit_entries ORDER BY sequence`);
};

/** The next entries of the open cursor; empty at the end. */
export const fetchEntries = (tx: Transaction, limit: number): Promise<StoredEntry[]> =>
  tx.query<StoredEntry>(`FETCH ${Math.trunc(limit)} FROM audit_walk`);

/** Whether any entry carries `hash` (hexadecimal). Reads the whole table: for a fault only. */
export const isHashPresent = async (database: Queryable, hash: string): Promise<boolean> => {
  const rows = await database.query(`SELECT 1 FROM audit_entries WHERE hash = decode($1, 'hex') LIMIT 1`, [hash]);
  return rows.length > 0;
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
