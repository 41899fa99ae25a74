import type { Webhook } from '#contracts/webhook.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

/** A webhook's settings. */
export interface WebhookRow {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly createdAt: Date;
}

interface OverviewRow extends WebhookRow {
  readonly secrets: Webhook['secrets'];
  readonly backlog: number;
  readonly deadLetters: number;
  readonly blockedAccounts: number;
  readonly lastDeliveredAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastFailure: string | null;
}

/** Counts for people end here: beyond, they say "at least". */
const countedAtMost = 100_000;
const counted = (from: string): string =>
  `(SELECT count(*) FROM (SELECT 1 FROM deliveries d WHERE ${from} LIMIT ${countedAtMost}) AS limited)`;
const isoTime = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const selectOverview = `
  SELECT w.id, w.name, w.url, w.enabled, w.created_at AS "createdAt", (
      SELECT coalesce(json_agg(json_build_object('prefix', s.prefix, 'createdAt', ${isoTime('s.created_at')}, 'expiresAt', ${isoTime('s.expires_at')})
        ORDER BY s.created_at DESC), '[]')
      FROM webhook_secrets s WHERE s.webhook_id = w.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets,
    ${counted(`d.webhook_id = w.id AND d.state IN ('pending', 'retrying')`)} AS backlog,
    ${counted(`d.webhook_id = w.id AND d.state = 'dead'`)} AS "deadLetters",
    ${counted(`d.webhook_id = w.id AND d.state = 'retrying' AND EXISTS (
      SELECT FROM deliveries n WHERE n.webhook_id = d.webhook_id AND n.account_id = d.account_id AND n.state IN ('pending', 'retrying')
        AND n.position > d.position)`)} AS "blockedAccounts",
    status.last_delivered_at AS "lastDeliveredAt", status.last_failure_at AS "lastFailureAt", status.last_failure AS "lastFailure"
  FROM webhooks w LEFT JOIN webhook_status status ON status.webhook_id = w.id`;

const toWebhook = ({ createdAt, lastDeliveredAt, lastFailureAt, ...row }: OverviewRow): Webhook => ({
  ...row,
  createdAt: createdAt.toISOString(),
  lastDeliveredAt: lastDeliveredAt?.toISOString() ?? null,
  lastFailureAt: lastFailureAt?.toISOString() ?? null,
});

/** Every webhook with how it stands, oldest first. */
export const readWebhooks = async (database: Queryable): Promise<Webhook[]> =>
  (await database.query<OverviewRow>(`${selectOverview} ORDER BY w.id`)).map(toWebhook);

export const readWebhook = async (database: Queryable, id: string): Promise<Webhook | undefined> => {
  const [row] = await database.query<OverviewRow>(`${selectOverview} WHERE w.id = $1`, [id]);
  return row === undefined ? undefined : toWebhook(row);
};

/** The webhook, locked until the transaction ends. */
export const lockWebhook = async (tx: Transaction, id: string): Promise<WebhookRow | undefined> => {
  const [row] = await tx.query<WebhookRow>(
    'SELECT id, name, url, enabled, created_at AS "createdAt" FROM webhooks WHERE id = $1 FOR UPDATE',
    [id],
  );
  return row;
};

/** How many there are. Others that count wait until the transaction ends. */
export const lockAndCountWebhooks = async (tx: Transaction): Promise<number> => {
  await tx.query('LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE');
  const [row] = await tx.query<{ count: number }>('SELECT count(*) AS count FROM webhooks');
  return row!.count;
};

export const insertWebhook = async (
  tx: Transaction,
  { id, name, url, enabled, createdAt }: WebhookRow,
): Promise<void> => {
  await tx.query('INSERT INTO webhooks (id, name, url, enabled, created_at) VALUES ($1, $2, $3, $4, $5)', [
    id,
    name,
    url,
    enabled,
    createdAt,
  ]);
};

export const saveWebhook = async (tx: Transaction, { id, name, url, enabled }: WebhookRow): Promise<void> => {
  await tx.query('UPDATE webhooks SET name = $2, url = $3, enabled = $4 WHERE id = $1', [id, name, url, enabled]);
};

/** Removes the webhook with its secrets. Its deliveries are shown to nobody any more and go with the clean-up. */
export const deleteWebhook = async (tx: Transaction, id: string): Promise<void> => {
  await tx.query('DELETE FROM webhooks WHERE id = $1', [id]);
  await tx.query('DELETE FROM webhook_status WHERE webhook_id = $1', [id]);
};

export interface NewSecret {
  readonly id: string;
  readonly webhookId: string;
  readonly sealed: Buffer;
  readonly prefix: string;
  readonly createdAt: Date;
}

export const insertSecret = async (
  tx: Transaction,
  { id, webhookId, sealed, prefix, createdAt }: NewSecret,
): Promise<void> => {
  await tx.query(
    'INSERT INTO webhook_secrets (id, webhook_id, sealed, prefix, created_at) VALUES ($1, $2, $3, $4, $5)',
    [id, webhookId, sealed, prefix, createdAt],
  );
};

/** Lets the secret in use sign until `expiresAt`; an older one, on its way out already, ends now. */
export const expireSecrets = async (tx: Transaction, webhookId: string, now: Date, expiresAt: Date): Promise<void> => {
  await tx.query(
    'DELETE FROM webhook_secrets WHERE webhook_id = $1 AND (expires_at IS NOT NULL OR $3 <= $2::timestamptz)',
    [webhookId, now, expiresAt],
  );
  await tx.query('UPDATE webhook_secrets SET expires_at = $2 WHERE webhook_id = $1', [webhookId, expiresAt]);
};

/** Deliveries that are still to come, and those given up, over all webhooks; neither counts beyond 100,000. */
export const countDeliveries = async (
  database: Queryable,
): Promise<{ readonly backlog: number; readonly dead: number }> => {
  const [row] = await database.query<{ backlog: number; dead: number }>(
    `SELECT ${counted(`d.state IN ('pending', 'retrying')`)} AS backlog, ${counted(`d.state = 'dead'`)} AS dead`,
  );
  return row!;
};
