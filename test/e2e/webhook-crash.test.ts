import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '#features/audit/index.ts';
import { createEnforcement } from '#features/enforcement/index.ts';
import { systemClock } from '#platform/clock.ts';
import { provideSecretKey } from '#platform/config-secret-key.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { comment } from '#test/support/application.ts';
import { isSignedWith, startReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.ts';
import { Installation } from './support/installation.ts';

/** May send to this machine. */
class Platform extends Installation {
  override get environment(): Record<string, string> {
    return { ...super.environment, TIDEGATE_ALLOWED_PRIVATE_HOSTS: '127.0.0.1' };
  }
}

const installation = new Platform();
const accounts = ['ada', 'bob', 'cy', 'dan'];
const itemsEach = 15;
let address = '';
let receiver: WebhookReceiver;
let database: Database;
let stopDatabase: () => Promise<void>;
let secret = '';

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
};

/** Every other is asynchronous, so that it is decided twice: held at first. */
const submitAll = async (): Promise<void> => {
  await Promise.all(
    accounts.map(async (account) => {
      for (let n = 0; n < itemsEach; n += 1) {
        const body = comment(`Good morning, is this seat taken? (${n})`, {
          account: { id: account },
          deadlineMs: n % 2 === 0 ? 0 : 10_000,
        });
        const response = await fetch(new URL('/v1/items', address), {
          method: 'POST',
          headers: { authorization: `Bearer ${installation.apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (response.status > 202) throw new Error(`answered ${response.status}: ${await response.text()}`);
      }
    }),
  );
};

/** Kills the process while the receiver has a delivery open that it has not answered. */
const killInFlight = async (): Promise<void> => {
  const killed = Promise.withResolvers<void>();
  let left = 12;
  receiver.answerWith(async () => {
    left -= 1;
    if (left === 0) installation.kill().then(killed.resolve, killed.reject);
    if (left <= 0) await killed.promise;
    return { status: 200 };
  });
  await killed.promise;
  receiver.answerWith(() => ({ status: 200 }));
};

describe('G8: a relay that is killed while it sends', () => {
  beforeAll(async () => {
    receiver = await startReceiver();
    receiver.answerWith(() => ({ status: 503 }));
    address = await installation.start();
    const opened = await installation.openDatabase();
    stopDatabase = opened.stop;
    database = openDatabase({ url: opened.appUrl, applicationName: 'tidegate-test', maxConnections: 2 });
    const { webhooks } = createEnforcement({
      database,
      clock: systemClock,
      log: silentLog,
      secretKey: provideSecretKey({ dataDir: installation.dataDir, secretKey: undefined }).reveal(),
      allowedPrivateHosts: ['127.0.0.1'],
    });
    ({ secret } = await webhooks.create({ name: 'Platform', url: receiver.url, enabled: true }, systemActor));
    const killed = killInFlight();
    await submitAll().catch(() => {});
    await killed;
    const again = killInFlight();
    address = await installation.start();
    await submitAll().catch(() => {});
    await again;
    address = await installation.start();
    await submitAll();
  }, 180_000);

  afterAll(async () => {
    await database?.close();
    await stopDatabase?.();
    await installation.remove();
    await receiver.close();
  });

  it('delivers everything after the restart', async () => {
    const open = () =>
      database.query(
        `SELECT FROM deliveries WHERE state <> 'delivered' UNION ALL SELECT FROM items WHERE outcome = 'hold' LIMIT 1`,
      );
    // What was being sent at the kill is somebody else's until its lease is over.
    await until(async () => (await open()).length === 0);
    const written = await database.query<{ id: string }>('SELECT id FROM outbox');
    expect(written.length).toBeGreaterThan(accounts.length * itemsEach);
    expect(new Set(receiver.accepted.map(({ id }) => id))).toEqual(new Set(written.map(({ id }) => id)));
  }, 120_000);

  it('had deliveries open when it was killed, and repeats them under the same id with the same bytes', () => {
    const texts = new Map<string, Set<string>>();
    for (const { event, text } of receiver.received) {
      texts.set(event.id, (texts.get(event.id) ?? new Set()).add(text));
    }
    expect(receiver.received.length).toBeGreaterThan(texts.size);
    expect([...texts.values()].every(({ size }) => size === 1)).toBe(true);
  });

  it('keeps the order of each account and each item for whoever does each event once', async () => {
    const written = await database.query<{ id: string; account: string }>(
      'SELECT id, account_id AS account FROM outbox ORDER BY position',
    );
    const seen = new Set<string>();
    const inOrder = receiver.accepted.filter(({ id }) => !seen.has(id) && seen.add(id));
    for (const account of accounts) {
      expect(inOrder.filter(({ data }) => data.accountId === account).map(({ id }) => id)).toEqual(
        written.filter((row) => row.account === account).map(({ id }) => id),
      );
    }
    const sequences = new Map<string, number[]>();
    for (const { data, sequence } of inOrder) {
      sequences.set(data.itemId, [...(sequences.get(data.itemId) ?? []), sequence]);
    }
    for (const found of sequences.values()) expect(found).toEqual(found.map((_, index) => index + 1));
    expect([...sequences.values()].some((found) => found.length > 1)).toBe(true);
  });

  it('signs every one of them', async () => {
    const signed = await Promise.all(receiver.received.map((received) => isSignedWith(received, secret)));
    expect(signed.every(Boolean)).toBe(true);
  });
});
