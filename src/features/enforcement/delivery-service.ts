import { z } from 'zod';
import type { Delivery, deliveryQuerySchema, webhookReplaySchema } from '#contracts/webhook.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { decodeCursor, encodeCursor, type Page, pageOf } from '#platform/http/paging.ts';
import {
  countEventsSince,
  type DeliveryDetail,
  hasten,
  listDeliveries,
  queueAgain,
  queueSince,
  readDelivery,
  toDelivery,
} from './delivery-store.ts';
import { keptDays } from './enforcement-jobs.ts';
import {
  ambiguousReplay,
  beforeWhatIsKept,
  deliveredAlready,
  missingDelivery,
  missingWebhook,
  tooMuchToReplay,
} from './webhook-errors.ts';
import { lockWebhook } from './webhook-store.ts';

const placeSchema = z.tuple([z.number().int().min(0), z.uuid()]);

/** Events that one replay queues at most. */
const mostReplayed = 200_000;

/** The delivery log, and sending again. */
export class DeliveryService {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #wake: () => void;

  constructor(options: { readonly database: Database; readonly clock: Clock; readonly wake: () => void }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#wake = options.wake;
  }

  /** @throws ProblemError 422 for an unreadable cursor */
  async list({ cursor, limit, ...filter }: z.output<typeof deliveryQuerySchema>): Promise<Page<Delivery>> {
    const place = cursor === undefined ? undefined : decodeCursor(placeSchema, cursor);
    const after = place === undefined ? null : { position: place[0], webhookId: place[1] };
    const rows = await listDeliveries(this.#database, filter, after, limit + 1);
    return pageOf(rows, limit, toDelivery, ({ position, webhookId }) => encodeCursor([position, webhookId]));
  }

  /** @throws ProblemError 404 */
  async get(id: string): Promise<DeliveryDetail> {
    const delivery = await readDelivery(this.#database, id);
    if (delivery === undefined) throw missingDelivery(id);
    return delivery;
  }

  /**
   * Sends one that failed or was given up again, now; one that is waiting or being sent stays as it is.
   * @throws ProblemError 404, 409 for one that has arrived
   */
  async retry(id: string, actor: AuditActor): Promise<DeliveryDetail> {
    const { webhookId, state } = await this.get(id);
    if (state === 'delivered') throw deliveredAlready();
    await this.#database.transaction(async (tx) => {
      const queued = (await queueAgain(tx, webhookId, [id])) + (await hasten(tx, webhookId, [id]));
      if (queued > 0) await this.#audit(tx, actor, 'delivery-retried', { kind: 'delivery', id }, { webhookId });
    });
    this.#wake();
    return this.get(id);
  }

  /**
   * Queues again: the named deliveries of the webhook, or every event since a time (also those from before the webhook was made), or, with
   * neither, all that was given up, and what waits for its next try. Says how many.
   * @throws ProblemError 404; 422 for both, for a time before what is kept, and for too many events
   */
  async replay(
    webhookId: string,
    { since, deliveryIds }: z.output<typeof webhookReplaySchema>,
    actor: AuditActor,
  ): Promise<{ readonly queued: number }> {
    if (since !== undefined && deliveryIds !== undefined) throw ambiguousReplay();
    const from = since === undefined ? undefined : new Date(since);
    if (from !== undefined) await this.#refuseTooMuch(from);
    const queued = await this.#database.transaction(async (tx) => {
      if ((await lockWebhook(tx, webhookId)) === undefined) throw missingWebhook(webhookId);
      const queued =
        from === undefined
          ? (await queueAgain(tx, webhookId, deliveryIds ?? null)) + (await hasten(tx, webhookId, deliveryIds ?? null))
          : await queueSince(tx, webhookId, from);
      const details = { queued, since: from?.toISOString() ?? null, deliveries: deliveryIds?.length ?? null };
      await this.#audit(tx, actor, 'webhook-replayed', { kind: 'webhook', id: webhookId }, details);
      return queued;
    });
    this.#wake();
    return { queued };
  }

  async #refuseTooMuch(since: Date): Promise<void> {
    if (since.getTime() < this.#clock.now() - keptDays * 86_400_000) throw beforeWhatIsKept(keptDays);
    if ((await countEventsSince(this.#database, since, mostReplayed + 1)) > mostReplayed)
      throw tooMuchToReplay(mostReplayed);
  }

  #audit(
    tx: Transaction,
    actor: AuditActor,
    action: string,
    subject: { readonly kind: string; readonly id: string },
    details: Record<string, unknown>,
  ): Promise<void> {
    return appendAudit(tx, [{ actor, action, subject, details }]);
  }
}
