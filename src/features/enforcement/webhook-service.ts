import type { z } from 'zod';
import type {
  deliveryAttemptSchema,
  Webhook,
  webhookCreateSchema,
  webhookSecretSchema,
  webhookUpdateSchema,
} from '#contracts/webhook.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { placeOf, readUrl } from '#platform/net/resolve-target.ts';
import { readTarget } from './relay-store.ts';
import type { EventSender } from './send-event.ts';
import { createSecret, prefixOfSecret } from './signature.ts';
import { missingWebhook, refusedUrl, tooManyWebhooks } from './webhook-errors.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import {
  deleteWebhook,
  expireSecrets,
  insertSecret,
  insertWebhook,
  lockAndCountWebhooks,
  lockWebhook,
  readWebhook,
  readWebhooks,
  saveWebhook,
  type WebhookRow,
} from './webhook-store.ts';

export type WebhookWithSecret = z.output<typeof webhookSecretSchema>;
export type TestAttempt = z.output<typeof deliveryAttemptSchema>;

interface WebhookServiceOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: WebhookSecrets;
  readonly sender: EventSender;
  /** Resolves for a URL that may be sent to. @throws FetchRefused, FetchFailed */
  readonly checkUrl: (url: string) => Promise<unknown>;
  /** Called when there may be something to send. */
  readonly wake: () => void;
}

/** Each takes a row with every decision. */
const mostWebhooks = 20;

/** Webhooks: who is told, where, and signed with what. Every change is on the audit log, by scheme and host; paths may hold secrets. */
export class WebhookService {
  readonly #options: WebhookServiceOptions;

  constructor(options: WebhookServiceOptions) {
    this.#options = options;
  }

  list(): Promise<Webhook[]> {
    return readWebhooks(this.#options.database);
  }

  /** @throws ProblemError 404 */
  async get(id: string): Promise<Webhook> {
    const webhook = await readWebhook(this.#options.database, id);
    if (webhook === undefined) throw missingWebhook(id);
    return webhook;
  }

  /**
   * Told of every decision from now on. The secret is shown here and never again.
   * @throws ProblemError 422 for a URL that the SSRF rules refuse or whose host is not found, 409 beyond the most
   */
  async create(
    { name, url, enabled }: z.output<typeof webhookCreateSchema>,
    actor: AuditActor,
  ): Promise<WebhookWithSecret> {
    await this.#refuseUrl(url);
    const createdAt = new Date(this.#options.clock.now());
    const webhook: WebhookRow = { id: newId(createdAt.getTime()), name, url, enabled, createdAt };
    const secret = await this.#options.database.transaction(async (tx) => {
      if ((await lockAndCountWebhooks(tx)) >= mostWebhooks) throw tooManyWebhooks(mostWebhooks);
      await insertWebhook(tx, webhook);
      const secret = await this.#addSecret(tx, webhook.id, createdAt);
      await this.#audit(tx, actor, 'webhook-created', webhook.id, { enabled, target: placeOf(readUrl(url)) });
      return secret;
    });
    return { ...(await this.get(webhook.id)), secret };
  }

  /** Counts for everything that is not being sent in this moment. @throws ProblemError 404, 422 as for `create` */
  async update(id: string, change: z.output<typeof webhookUpdateSchema>, actor: AuditActor): Promise<Webhook> {
    if (change.url !== undefined) await this.#refuseUrl(change.url);
    await this.#options.database.transaction(async (tx) => {
      const before = await this.#locked(tx, id);
      const after: WebhookRow = {
        ...before,
        name: change.name ?? before.name,
        url: change.url ?? before.url,
        enabled: change.enabled ?? before.enabled,
      };
      const changed = (['name', 'url', 'enabled'] as const).filter((field) => before[field] !== after[field]);
      if (changed.length === 0) return;
      await saveWebhook(tx, after);
      const details = { changed, enabled: after.enabled, target: placeOf(readUrl(after.url)) };
      await this.#audit(tx, actor, 'webhook-updated', id, details);
    });
    this.#options.wake();
    return this.get(id);
  }

  /** Nothing more is sent to it, and its deliveries are gone. @throws ProblemError 404 */
  remove(id: string, actor: AuditActor): Promise<void> {
    return this.#options.database.transaction(async (tx) => {
      await this.#locked(tx, id);
      await deleteWebhook(tx, id);
      await this.#audit(tx, actor, 'webhook-removed', id, {});
    });
  }

  /** A new secret, shown here and never again; the one before signs along for so many hours. @throws ProblemError 404 */
  async rotate(id: string, overlapHours: number, actor: AuditActor): Promise<WebhookWithSecret> {
    const now = new Date(this.#options.clock.now());
    const secret = await this.#options.database.transaction(async (tx) => {
      await this.#locked(tx, id);
      await expireSecrets(tx, id, now, new Date(now.getTime() + overlapHours * 3_600_000));
      const secret = await this.#addSecret(tx, id, now);
      await this.#audit(tx, actor, 'webhook-secret-rotated', id, { overlapHours });
      return secret;
    });
    return { ...(await this.get(id)), secret };
  }

  /** Sends a signed `webhook-test` event now, also to a disabled webhook, and says what came back. @throws ProblemError 404 */
  async test(id: string, actor: AuditActor): Promise<TestAttempt> {
    const { database, clock, secrets, sender } = this.#options;
    const target = await readTarget(database, id);
    if (target === undefined) throw missingWebhook(id);
    const now = clock.now();
    const event = { id: newId(now), type: 'webhook-test', createdAt: new Date(now).toISOString(), data: {} };
    // On record before it is sent: what leaves the house is never without its entry.
    await database.transaction((tx) => this.#audit(tx, actor, 'webhook-tested', id, { eventId: event.id }));
    const { at, durationMs, status, error } = await sender.send(event, () => ({
      url: target.url,
      secrets: secrets.openAll(target),
    }));
    return { number: 1, at: at.toISOString(), durationMs, status, error };
  }

  async #refuseUrl(url: string): Promise<void> {
    try {
      await this.#options.checkUrl(url);
    } catch (error) {
      throw refusedUrl(error);
    }
  }

  async #locked(tx: Transaction, id: string): Promise<WebhookRow> {
    const webhook = await lockWebhook(tx, id);
    if (webhook === undefined) throw missingWebhook(id);
    return webhook;
  }

  async #addSecret(tx: Transaction, webhookId: string, createdAt: Date): Promise<string> {
    const secret = createSecret();
    const id = newId(createdAt.getTime());
    const sealed = this.#options.secrets.seal(secret, webhookId, id);
    await insertSecret(tx, { id, webhookId, sealed, prefix: prefixOfSecret(secret), createdAt });
    return secret;
  }

  #audit(
    tx: Transaction,
    actor: AuditActor,
    action: string,
    id: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    return appendAudit(tx, [{ actor, action, subject: { kind: 'webhook', id }, details }]);
  }
}
