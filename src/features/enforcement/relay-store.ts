import { randomUUID } from 'node:crypto';
import type { Database, Queryable, Transaction } from '#platform/database/database.ts';
import type { OutboxEvent } from './webhook-event.ts';

/** A webhook as it is sent to, its secrets still sealed, newest first. */
export interface Target {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly { readonly id: string /** base64 */; readonly sealed: string }[];
}

/** A delivery that nobody else sends until the lease is over. */
export interface LeasedDelivery extends OutboxEvent {
  readonly id: string;
  readonly webhookId: string;
  readonly lease: string;
  /** Failed ones since it was queued (again). */
  readonly tries: number;
}

/** The end of a try, as it is kept. */
export interface Result {
  readonly delivery: LeasedDelivery;
  readonly state: 'delivered' | 'retrying' | 'dead';
  /** Milliseconds until the next try; null where there is none. */
  readonly pauseMs: number | null;
  readonly at: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly error: string | null;
}

/** Tries that a delivery remembers. */
const keptAttempts = 20;
/** Looked through beyond what can be taken: some wait for an earlier one of their account. */
const leastCandidates = 64;

const open = `state IN ('pending', 'retrying')`;
const targetColumns = `w.id, w.url, (
    SELECT coalesce(json_agg(json_build_object('id', s.id, 'sealed', encode(s.sealed, 'base64')) ORDER BY s.created_at DESC), '[]')
    FROM webhook_secrets s WHERE s.webhook_id = w.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets`;

/** Webhooks that have something to be sent now. */
export const dueTargets = (database: Queryable): Promise<Target[]> =>
  database.prepared<Target>(
    'webhooks-due',
    `SELECT ${targetColumns} FROM webhooks w
     WHERE w.enabled AND EXISTS (SELECT FROM deliveries d WHERE d.webhook_id = w.id AND d.${open} AND d.due_at <= now())`,
  );

/** A webhook as it is sent to, enabled or not. */
export const readTarget = async (database: Queryable, id: string): Promise<Target | undefined> => {
  const [row] = await database.query<Target>(`SELECT ${targetColumns} FROM webhooks w WHERE w.id = $1`, [id]);
  return row;
};

const lockDue = `
  SELECT d.id FROM deliveries d
  WHERE d.webhook_id = $1 AND d.${open} AND d.due_at <= now() AND EXISTS (SELECT FROM webhooks w WHERE w.id = $1 AND w.enabled)
  ORDER BY d.due_at, d.position LIMIT $2 FOR UPDATE SKIP LOCKED`;

const taken = `d.id, d.webhook_id AS "webhookId", d.lease, d.tries, o.id AS "eventId", o.type, o.sequence, o.created_at AS "createdAt",
    o.account_id AS "accountId", o.payload`;

// Statements of their own after the locking one: only then do they see what was committed while it waited for nobody.
const takeFirsts = `
  WITH firsts AS (
    SELECT d.id FROM deliveries d
    WHERE d.id = ANY ($1::uuid[]) AND NOT EXISTS (
      SELECT FROM deliveries e WHERE e.webhook_id = d.webhook_id AND e.account_id = d.account_id AND e.${open} AND e.position < d.position)
    ORDER BY d.due_at, d.position LIMIT $2)
  UPDATE deliveries d SET lease = $3, due_at = clock_timestamp() + $4 * interval '1 millisecond'
  FROM firsts, outbox o WHERE d.id = firsts.id AND o.position = d.position
  RETURNING ${taken}`;

// Set aside until the one before is done. That one is held while this is settled: whoever ends it sees what was set aside behind it. Where
// it is being ended just now, nothing is set aside, and the next look decides.
const setAside = `
  WITH blocked AS (
    SELECT d.id FROM deliveries d CROSS JOIN LATERAL (
      SELECT e.id FROM deliveries e
      WHERE e.webhook_id = d.webhook_id AND e.account_id = d.account_id AND e.${open} AND e.position < d.position
      ORDER BY e.position LIMIT 1 FOR SHARE SKIP LOCKED) before
    WHERE d.id = ANY ($1::uuid[]))
  UPDATE deliveries d SET due_at = NULL FROM blocked WHERE d.id = blocked.id`;

/**
 * Nothing of a relay's own need survive a power cut: what is lost is sent again, as after any crash. Not waiting for the disk spares each
 * account's next event that time.
 */
const withoutWaitingForDisk = (tx: Transaction): Promise<unknown> => tx.query('SET LOCAL synchronous_commit = off');

/**
 * Takes up to `most` deliveries of a webhook that are due and first of their account.
 * @returns `more` where it may be worth looking again at once
 */
export const takeDue = (
  database: Database,
  webhookId: string,
  { most, leaseMs }: { readonly most: number; readonly leaseMs: number },
): Promise<{ readonly deliveries: LeasedDelivery[]; readonly more: boolean }> =>
  database.transaction(async (tx) => {
    const limit = Math.max(leastCandidates, 2 * most);
    const [due] = await Promise.all([
      tx.prepared<{ id: string }>('deliveries-lock-due', lockDue, [webhookId, limit]),
      withoutWaitingForDisk(tx),
    ]);
    if (due.length === 0) return { deliveries: [], more: false };
    const ids = due.map(({ id }) => id);
    const [deliveries] = await Promise.all([
      tx.prepared<LeasedDelivery>('deliveries-take-firsts', takeFirsts, [ids, most, randomUUID(), leaseMs]),
      tx.prepared('deliveries-set-aside', setAside, [ids]),
    ]);
    return { deliveries, more: due.length === limit };
  });

const recordResults = `
  UPDATE deliveries d SET state = row.state, attempts = d.attempts + 1, tries = d.tries + 1, lease = NULL,
    due_at = CASE WHEN row.state = 'retrying' THEN clock_timestamp() + row.pause_ms * interval '1 millisecond' END,
    finished_at = CASE WHEN row.state <> 'retrying' THEN clock_timestamp() END,
    last_status = row.status, last_error = row.error,
    attempt_log = CASE WHEN jsonb_array_length(d.attempt_log) >= ${keptAttempts} THEN d.attempt_log - 0 ELSE d.attempt_log END
      || jsonb_build_array(row.attempt || jsonb_build_object('number', d.attempts + 1))
  FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, lease uuid, state text, pause_ms double precision, status smallint, error text, attempt jsonb)
  WHERE d.id = row.id AND d.lease = row.lease`;

// In order of the id for everybody, so that two processes cannot wait for each other.
const recordStatus = `
  INSERT INTO webhook_status AS s (webhook_id, last_delivered_at, last_failure_at, last_failure)
  SELECT webhook_id, delivered_at, failed_at, failure
  FROM jsonb_to_recordset($1::jsonb) AS row (webhook_id uuid, delivered_at timestamptz, failed_at timestamptz, failure text)
  ORDER BY webhook_id
  ON CONFLICT (webhook_id) DO UPDATE SET
    last_delivered_at = coalesce(EXCLUDED.last_delivered_at, s.last_delivered_at),
    last_failure_at = coalesce(EXCLUDED.last_failure_at, s.last_failure_at),
    last_failure = coalesce(EXCLUDED.last_failure, s.last_failure)`;

// The next of each account whose delivery is settled. It is waited for where it is locked: a look that came first may be setting it aside.
const takeNext = `
  WITH settled AS (
    SELECT DISTINCT d.webhook_id, d.account_id FROM deliveries d WHERE d.id = ANY ($1::uuid[]) AND d.state IN ('delivered', 'dead')
  ), firsts AS (
    SELECT first.id, w.enabled AND $2 AS take FROM settled JOIN webhooks w ON w.id = settled.webhook_id CROSS JOIN LATERAL (
      SELECT d.id, d.due_at FROM deliveries d
      WHERE d.webhook_id = settled.webhook_id AND d.account_id = settled.account_id AND d.${open}
      ORDER BY d.position LIMIT 1 FOR UPDATE) first
    WHERE first.due_at IS NULL OR first.due_at <= clock_timestamp())
  UPDATE deliveries d SET lease = CASE WHEN firsts.take THEN $3::uuid END,
    due_at = clock_timestamp() + CASE WHEN firsts.take THEN $4::double precision ELSE 0 END * interval '1 millisecond'
  FROM firsts, outbox o WHERE d.id = firsts.id AND o.position = d.position
  RETURNING ${taken}`;

const toRow = ({ delivery, state, pauseMs, at, durationMs, status, error }: Result) => ({
  id: delivery.id,
  lease: delivery.lease,
  state,
  pause_ms: pauseMs,
  status,
  error,
  attempt: { at, durationMs, status, error },
});

const statusRows = (results: readonly Result[]) => {
  const rows = new Map<string, { delivered_at: Date | null; failed_at: Date | null; failure: string | null }>();
  for (const { delivery, at, error } of results) {
    const row = rows.get(delivery.webhookId) ?? { delivered_at: null, failed_at: null, failure: null };
    if (error === null) row.delivered_at = at;
    else Object.assign(row, { failed_at: at, failure: error });
    rows.set(delivery.webhookId, row);
  }
  return [...rows].map(([webhook_id, row]) => ({ webhook_id, ...row }));
};

const targetsOf = (tx: Transaction, ids: readonly string[]): Promise<Target[]> =>
  tx.prepared<Target>(
    'webhooks-targets',
    `SELECT ${targetColumns} FROM webhooks w WHERE w.id = ANY ($1::uuid[]) AND w.enabled`,
    [ids],
  );

/**
 * Keeps results, in one transaction; one whose lease was lost counts for nothing. With `goOn`, takes the next delivery of every account
 * whose one is settled; otherwise makes it ready for whoever comes.
 */
export const recordAndTakeNext = (
  database: Database,
  results: readonly Result[],
  { goOn, leaseMs }: { readonly goOn: boolean; readonly leaseMs: number },
): Promise<{ readonly next: LeasedDelivery[]; readonly targets: Target[] }> =>
  database.transaction(async (tx) => {
    const ids = results.map(({ delivery }) => delivery.id);
    const webhookIds = [...new Set(results.map(({ delivery }) => delivery.webhookId))];
    const [, next, targets] = await Promise.all([
      tx.prepared('deliveries-record', recordResults, [JSON.stringify(results.map(toRow))]),
      tx.prepared<LeasedDelivery>('deliveries-take-next', takeNext, [ids, goOn, randomUUID(), leaseMs]),
      targetsOf(tx, webhookIds),
      tx.prepared('webhook-status', recordStatus, [JSON.stringify(statusRows(results))]),
      withoutWaitingForDisk(tx),
    ]);
    return { next: next.filter(({ lease }) => lease !== null), targets };
  });
