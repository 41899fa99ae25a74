import type { z } from 'zod';
import type { Delivery, deliveryDetailSchema, deliveryQuerySchema } from '#contracts/webhook.ts';
import { Conditions } from '#platform/database/conditions.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { type OutboxEvent, toWebhookEvent } from './webhook-event.ts';

export type DeliveryDetail = z.output<typeof deliveryDetailSchema>;

export interface DeliveryRow extends OutboxEvent {
  readonly id: string;
  readonly webhookId: string;
  readonly position: number;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly finishedAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

const open = `state IN ('pending', 'retrying')`;
// A webhook that is gone has no deliveries, whatever waits for the clean-up.
const selectDeliveries = (more = ''): string => `
  SELECT d.id, d.webhook_id AS "webhookId", d.position, d.state, d.attempts,
    CASE WHEN d.${open} AND d.lease IS NULL THEN d.due_at END AS "nextAttemptAt", d.finished_at AS "finishedAt",
    d.last_status AS "lastStatus", d.last_error AS "lastError",
    o.id AS "eventId", o.type, o.sequence, o.created_at AS "createdAt", o.account_id AS "accountId", o.payload${more}
  FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN outbox o ON o.position = d.position`;

export const toDelivery = (row: DeliveryRow): Delivery => ({
  id: row.id,
  webhookId: row.webhookId,
  eventId: row.eventId,
  itemId: row.payload.itemId,
  accountId: row.accountId,
  sequence: row.sequence,
  type: row.type,
  state: row.state,
  attempts: row.attempts,
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  deliveredAt: row.state === 'delivered' ? (row.finishedAt?.toISOString() ?? null) : null,
  lastStatus: row.lastStatus,
  lastError: row.lastError,
});

/** Where a page of deliveries goes on: behind this one. */
export interface DeliveryPlace {
  readonly position: number;
  readonly webhookId: string;
}

/** Deliveries, newest event first. */
export const listDeliveries = (
  database: Queryable,
  { webhookId, state, itemId }: Pick<z.output<typeof deliveryQuerySchema>, 'webhookId' | 'state' | 'itemId'>,
  after: DeliveryPlace | null,
  limit: number,
): Promise<DeliveryRow[]> => {
  const where = new Conditions();
  if (webhookId !== undefined) where.add(`d.webhook_id = ${where.parameter(webhookId)}`);
  if (state !== undefined) where.add(`d.state = ${where.parameter(state)}`);
  if (itemId !== undefined) where.add(`o.item_id = ${where.parameter(itemId)}`);
  if (after !== null) {
    where.add(
      `(d.position, d.webhook_id) < (${where.parameter(after.position)}, ${where.parameter(after.webhookId)}::uuid)`,
    );
  }
  return database.query<DeliveryRow>(
    `${selectDeliveries()} WHERE ${where} ORDER BY d.position DESC, d.webhook_id DESC LIMIT ${where.parameter(limit)}`,
    where.values,
  );
};

export const readDelivery = async (database: Queryable, id: string): Promise<DeliveryDetail | undefined> => {
  const [row] = await database.query<DeliveryRow & { attemptLog: DeliveryDetail['attemptLog'] }>(
    `${selectDeliveries(', d.attempt_log AS "attemptLog"')} WHERE d.id = $1`,
    [id],
  );
  return row === undefined ? undefined : { ...toDelivery(row), attemptLog: row.attemptLog, event: toWebhookEvent(row) };
};

const queuedAgain = `state = 'pending', tries = 0, due_at = now(), lease = NULL, finished_at = NULL`;

/** Queues settled deliveries again: those of the ids, or (null) every dead letter. Says how many. */
export const queueAgain = async (
  tx: Transaction,
  webhookId: string,
  ids: readonly string[] | null,
): Promise<number> => {
  const chosen = ids === null ? `state = 'dead'` : `state IN ('delivered', 'dead') AND id = ANY ($2::uuid[])`;
  const rows = await tx.query(
    `UPDATE deliveries SET ${queuedAgain} WHERE id IN (
       SELECT id FROM deliveries WHERE webhook_id = $1 AND ${chosen} FOR UPDATE SKIP LOCKED) RETURNING 1`,
    ids === null ? [webhookId] : [webhookId, ids],
  );
  return rows.length;
};

/** Lets what waits for its next try go now; nothing that is being sent. Says how many. */
export const hasten = async (tx: Transaction, webhookId: string, ids: readonly string[] | null): Promise<number> => {
  const rows = await tx.query(
    `UPDATE deliveries SET due_at = now() WHERE id IN (
       SELECT id FROM deliveries WHERE webhook_id = $1 AND state = 'retrying' AND lease IS NULL AND due_at > now()
         AND ($2::uuid[] IS NULL OR id = ANY ($2)) FOR UPDATE SKIP LOCKED) RETURNING 1`,
    [webhookId, ids],
  );
  return rows.length;
};

/** How many events there are since a moment, counted up to `atMost`. */
export const countEventsSince = async (database: Queryable, since: Date, atMost: number): Promise<number> => {
  const [row] = await database.query<{ count: number }>(
    'SELECT count(*) AS count FROM (SELECT 1 FROM outbox WHERE created_at >= $1 LIMIT $2) AS limited',
    [since, atMost],
  );
  return row!.count;
};

/** Queues every event since a moment, also those that the webhook was never told of. Says how many were not waiting already. */
export const queueSince = async (tx: Transaction, webhookId: string, since: Date): Promise<number> => {
  const added = await tx.query(
    `INSERT INTO deliveries (webhook_id, position, account_id, due_at)
     SELECT $1, position, account_id, now() FROM outbox WHERE created_at >= $2 ORDER BY position
     ON CONFLICT (position, webhook_id) DO NOTHING RETURNING 1`,
    [webhookId, since],
  );
  const again = await tx.query(
    `UPDATE deliveries SET ${queuedAgain} WHERE id IN (
       SELECT d.id FROM deliveries d JOIN outbox o ON o.position = d.position
       WHERE d.webhook_id = $1 AND d.state IN ('delivered', 'dead') AND o.created_at >= $2 FOR UPDATE OF d SKIP LOCKED) RETURNING 1`,
    [webhookId, since],
  );
  return added.length + again.length;
};

/** At most this many rows go in one statement, so that nobody waits for long. */
const batch = 5_000;

const deleteAll = async (database: Queryable, statement: string, values: readonly unknown[]): Promise<number> => {
  for (let total = 0; ; ) {
    const { length } = await database.query(statement, [...values, batch]);
    total += length;
    if (length < batch) return total;
  }
};

/**
 * Forgets deliveries whose event is older than `delivered` (for those given up: than `dead`), what removed webhooks have left, and then the
 * events from before `delivered` that no delivery needs. Says how many rows went.
 */
export const forgetDeliveries = async (
  database: Queryable,
  { delivered, dead }: { readonly delivered: Date; readonly dead: Date },
): Promise<{ readonly deliveries: number; readonly events: number }> => {
  const settled = (state: string) => `
    DELETE FROM deliveries WHERE id IN (
      SELECT d.id FROM deliveries d JOIN outbox o ON o.position = d.position
      WHERE d.state = '${state}' AND o.created_at < $1 LIMIT $2 FOR UPDATE OF d SKIP LOCKED) RETURNING 1`;
  const orphans = `
    DELETE FROM deliveries WHERE id IN (
      SELECT d.id FROM deliveries d WHERE NOT EXISTS (SELECT FROM webhooks w WHERE w.id = d.webhook_id) LIMIT $1
      FOR UPDATE SKIP LOCKED) RETURNING 1`;
  const events = `
    DELETE FROM outbox WHERE position IN (
      SELECT o.position FROM outbox o
      WHERE o.created_at < $1 AND NOT EXISTS (SELECT FROM deliveries d WHERE d.position = o.position) LIMIT $2) RETURNING 1`;
  const deliveries =
    (await deleteAll(database, settled('delivered'), [delivered])) +
    (await deleteAll(database, settled('dead'), [dead])) +
    (await deleteAll(database, orphans, []));
  await database.query(
    'DELETE FROM webhook_status s WHERE NOT EXISTS (SELECT FROM webhooks w WHERE w.id = s.webhook_id)',
  );
  await database.query('DELETE FROM webhook_secrets WHERE expires_at < now()');
  return { deliveries, events: await deleteAll(database, events, [delivered]) };
};
