import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#platform/database/database.ts';
import { microBatch } from '#platform/micro-batch.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import {
  dueTargets,
  type LeasedDelivery,
  type Result,
  recordAndTakeNext,
  type Target,
  takeDue,
} from './relay-store.ts';
import { pauseAfter, retryDelaysMs } from './retry-schedule.ts';
import type { Attempt, EventSender } from './send-event.ts';
import { toWebhookEvent } from './webhook-event.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

export interface RelayOptions {
  readonly database: Database;
  readonly sender: EventSender;
  readonly secrets: WebhookSecrets;
  readonly log: Log;
  /** Accounts that one process sends to one webhook about at the same time. 16 unless given. */
  readonly concurrency?: number;
  /** How often to look for what other processes have queued, milliseconds. 500 unless given. */
  readonly pollMs?: number;
  /** How long a delivery is nobody else's while it is sent, milliseconds: longer than a try can take. 30 s unless given. */
  readonly leaseMs?: number;
  /** The pause after each failed try, milliseconds; after one more it is given up. */
  readonly delaysMs?: readonly number[];
  readonly random?: () => number;
}

/** Tries since the process began. */
export interface RelayCounts {
  readonly delivered: number;
  /** Failed, to be tried again. */
  readonly failed: number;
  /** Given up. */
  readonly dead: number;
}

interface Lane {
  readonly delivery: LeasedDelivery;
  readonly target: Target;
}

/** After the database failed. */
const restMs = 1_000;
/** Hundreds of decisions a second must not be hundreds of looks. */
const nudgeMs = 10;

/**
 * Sends what the outbox has for each webhook. Any number of processes may run one.
 *
 * In order for each webhook and account: a delivery is taken only when every earlier one of its account is delivered or given up, so one that
 * fails holds up its account and nobody else. At least once: a delivery is leased while it is sent; after a crash the lease runs out and
 * it is sent again under the same id.
 */
export class Relay {
  readonly #options: Required<RelayOptions>;
  readonly #busy = new Map<string, number>();
  readonly #lanes = new Set<Promise<void>>();
  readonly #counts = { delivered: 0, failed: 0, dead: 0 };
  readonly #record: (result: Result) => Promise<Lane | undefined>;
  /** Webhooks that had more than could be taken. */
  readonly #waiting = new Set<string>();
  #stopping = false;
  #wake: () => void = () => {};
  #nudge: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: RelayOptions) {
    this.#options = {
      concurrency: 16,
      pollMs: 500,
      leaseMs: 30_000,
      delaysMs: retryDelaysMs,
      random: Math.random,
      ...options,
    };
    this.#record = microBatch<Result, Lane | undefined>({
      run: (results) => this.#recordAll(results),
      maximumSize: 64,
      concurrency: 1,
    });
  }

  get counts(): RelayCounts {
    return { ...this.#counts };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Looks soon instead of at the next poll: for whoever has just committed an event. Many calls are one look. */
  wake(): void {
    if (this.#stopping) return;
    this.#nudge ??= setTimeout(() => {
      this.#nudge = undefined;
      this.#wake();
    }, nudgeMs);
  }

  /** Takes nothing more and waits for what is being sent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#nudge);
    this.#wake();
    await this.#running;
    await Promise.all(this.#lanes);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      // Before looking: whoever wakes it during the look is not forgotten.
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      const pauseMs = await this.#look();
      if (pauseMs > 0 && !this.#stopping)
        await sleep(pauseMs, undefined, { signal: woken.signal }).catch(() => undefined);
    }
  }

  /** Begins what there is room for; gives how long to wait for the next look. */
  async #look(): Promise<number> {
    const { database, log, pollMs } = this.#options;
    try {
      let again = false;
      for (const target of await dueTargets(database)) again = (await this.#begin(target)) || again;
      return again ? 0 : pollMs;
    } catch (error) {
      log.warn({ error: errorName(error) }, 'webhook deliveries cannot be read yet');
      return restMs;
    }
  }

  async #begin(target: Target): Promise<boolean> {
    const { database, concurrency, leaseMs } = this.#options;
    const room = concurrency - (this.#busy.get(target.id) ?? 0);
    this.#waiting.delete(target.id);
    if (room <= 0) {
      this.#waiting.add(target.id);
      return false;
    }
    const { deliveries, more } = await takeDue(database, target.id, { most: room, leaseMs });
    for (const delivery of deliveries) {
      const lane = this.#follow({ delivery, target });
      this.#lanes.add(lane);
      void lane.finally(() => this.#lanes.delete(lane));
    }
    const full = deliveries.length === room;
    if (full) this.#waiting.add(target.id);
    return more && !full;
  }

  /** Sends one account's deliveries, one after the other, for as long as there is a next one that may go. */
  async #follow(first: Lane): Promise<void> {
    const { id } = first.target;
    this.#busy.set(id, (this.#busy.get(id) ?? 0) + 1);
    try {
      for (let lane: Lane | undefined = first; lane !== undefined; ) lane = await this.#sendOne(lane);
    } catch (error) {
      // What was sent is not on record: it is sent again when the lease is over.
      this.#options.log.warn({ error: errorName(error), webhookId: id }, 'the result of a delivery could not be kept');
    } finally {
      const busy = this.#busy.get(id)! - 1;
      this.#busy.set(id, busy);
      // Not for every single place: looking has its price.
      if (this.#waiting.has(id) && busy <= (this.#options.concurrency * 3) / 4) this.#wake();
    }
  }

  async #sendOne({ delivery, target }: Lane): Promise<Lane | undefined> {
    const { sender, secrets } = this.#options;
    const attempt = await sender.send(toWebhookEvent(delivery), () => ({
      url: target.url,
      secrets: secrets.openAll(target),
    }));
    const result = this.#judge(delivery, attempt);
    const next = await this.#record(result);
    this.#counts[result.state === 'retrying' ? 'failed' : result.state] += 1;
    if (result.state === 'dead') {
      const { id, webhookId } = delivery;
      this.#options.log.warn({ deliveryId: id, webhookId, status: attempt.status }, 'a delivery was given up');
    }
    return next;
  }

  #judge(delivery: LeasedDelivery, { retryAfterMs, ...attempt }: Attempt): Result {
    if (attempt.error === null) return { delivery, ...attempt, state: 'delivered', pauseMs: null };
    const { random, delaysMs } = this.#options;
    const pauseMs = pauseAfter(delivery.tries + 1, { retryAfterMs, random: random(), delaysMs }) ?? null;
    return { delivery, ...attempt, state: pauseMs === null ? 'dead' : 'retrying', pauseMs };
  }

  async #recordAll(results: readonly Result[]): Promise<(Lane | undefined)[]> {
    const { database, leaseMs } = this.#options;
    const { next, targets } = await recordAndTakeNext(database, results, { goOn: !this.#stopping, leaseMs });
    const key = ({ webhookId, accountId }: LeasedDelivery): string => `${webhookId} ${accountId}`;
    const lanes = new Map(
      next.flatMap((delivery) => {
        const target = targets.find(({ id }) => id === delivery.webhookId);
        return target === undefined ? [] : [[key(delivery), { delivery, target }] as const];
      }),
    );
    return results.map(({ delivery }) => {
      const lane = lanes.get(key(delivery));
      // Only once, should two results of one account ever come together.
      lanes.delete(key(delivery));
      return lane;
    });
  }
}
