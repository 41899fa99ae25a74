import type { Clock } from '#platform/clock.ts';
import type { Database, Queryable } from '#platform/database/database.ts';
import { readAllowedHosts } from '#platform/net/allowed-hosts.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import { readUrl, resolveTarget, systemResolve } from '#platform/net/resolve-target.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { DeliveryService } from './delivery-service.ts';
import { Relay, type RelayOptions } from './relay.ts';
import { EventSender } from './send-event.ts';
import { WebhookSecrets } from './webhook-secrets.ts';
import { WebhookService } from './webhook-service.ts';
import { countDeliveries } from './webhook-store.ts';

export interface EnforcementOptions
  extends Pick<RelayOptions, 'concurrency' | 'pollMs' | 'leaseMs' | 'delaysMs' | 'random'> {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The installation's secret key; signing secrets are sealed with one derived from it. */
  readonly secretKey: string | Uint8Array;
  /** Private hosts that webhooks may be on, as `readAllowedHosts` reads them. */
  readonly allowedPrivateHosts: readonly string[];
  /** For one try, milliseconds. 10 s unless given. */
  readonly timeoutMs?: number;
}

/** Telling the platform of decisions: webhooks, their deliveries, and the relay that sends them. */
export interface Enforcement {
  readonly webhooks: WebhookService;
  readonly deliveries: DeliveryService;
  readonly relay: Relay;
}

/** Nothing is sent before `relay.start()`. @throws AllowedHostError for an unreadable allow-list */
export const createEnforcement = ({
  database,
  clock,
  log,
  secretKey,
  allowedPrivateHosts,
  timeoutMs,
  ...relayOptions
}: EnforcementOptions): Enforcement => {
  const allowed = readAllowedHosts(allowedPrivateHosts);
  const guardedFetch = createGuardedFetch({ allowedPrivateHosts, userAgent: 'Tidegate-Webhook' });
  const sender = new EventSender({ guardedFetch, clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const secrets = new WebhookSecrets(secretKey);
  const relay = new Relay({ database, sender, secrets, log, ...relayOptions });
  const wake = (): void => relay.wake();
  return {
    relay,
    webhooks: new WebhookService({
      database,
      clock,
      secrets,
      sender,
      wake,
      checkUrl: async (url) => resolveTarget(readUrl(url), allowed, systemResolve),
    }),
    deliveries: new DeliveryService({ database, clock, wake }),
  };
};

/** Numbers for the process's metrics: read when these are. */
export const enforcementGauges = (
  { relay }: Pick<Enforcement, 'relay'>,
  database: Queryable,
): readonly { readonly name: string; readonly help: string; readonly read: () => number | Promise<number> }[] => [
  {
    name: 'tidegate_webhook_delivered',
    help: 'Webhook deliveries that arrived, since the start of the process',
    read: () => relay.counts.delivered,
  },
  {
    name: 'tidegate_webhook_failed_tries',
    help: 'Tries of webhook deliveries that failed and are repeated, since the start of the process',
    read: () => relay.counts.failed,
  },
  {
    name: 'tidegate_webhook_given_up',
    help: 'Webhook deliveries given up, since the start of the process',
    read: () => relay.counts.dead,
  },
  {
    name: 'tidegate_webhook_backlog',
    help: 'Webhook deliveries to come, counted up to 100,000',
    read: async () => (await countDeliveries(database)).backlog,
  },
  {
    name: 'tidegate_webhook_dead_letters',
    help: 'Webhook deliveries given up and not replayed, counted up to 100,000',
    read: async () => (await countDeliveries(database)).dead,
  },
];
