import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookEventSchema } from '#contracts/webhook.ts';
import { systemActor } from '#features/audit/index.ts';
import { openDatabase } from '#platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { isSignedWith, startReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.ts';
import { createDecisions, createTestEnforcement, type Decisions } from '#test/support/webhook-world.ts';
import type { Enforcement, EnforcementOptions } from './index.ts';
import { takeDue } from './relay-store.ts';

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('G8: the relay', () => {
  let test: TestDatabase;
  let receiver: WebhookReceiver;
  let decisions: Decisions;
  let running: Enforcement[] = [];

  beforeEach(async () => {
    test = await createTestDatabase();
    receiver = await startReceiver();
    decisions = createDecisions(test.database);
  });
  afterEach(async () => {
    await Promise.all(running.map(({ relay }) => relay.stop()));
    running = [];
    await receiver.close();
    await test.drop();
  });

  const startRelay = (options: Partial<EnforcementOptions> = {}): Enforcement => {
    const enforcement = createTestEnforcement(test.database, options);
    enforcement.relay.start();
    running.push(enforcement);
    return enforcement;
  };
  const createWebhook = (enforcement: Enforcement, url = receiver.url) =>
    enforcement.webhooks.create({ name: 'Platform', url, enabled: true }, systemActor);
  const open = async (): Promise<number> =>
    (
      await test.database.query<{ count: number }>(
        `SELECT count(*) AS count FROM deliveries WHERE state IN ('pending', 'retrying')`,
      )
    )[0]!.count;

  it('tells of a decision, signed, in the form of the contract', async () => {
    const enforcement = startRelay();
    const { secret } = await createWebhook(enforcement);
    const decision = await decisions.decide('ada', {
      outcome: 'remove',
      display: 'removed',
      actions: ['remove', 'mute'],
    });
    await receiver.accepts(1);

    const [received] = receiver.received;
    const event = webhookEventSchema.parse(received!.event);
    expect(event).toMatchObject({
      type: 'decision-recorded',
      sequence: 1,
      data: {
        itemId: decision.itemId,
        accountId: 'ada',
        decisionId: decision.id,
        display: 'removed',
        messageKey: 'moderation.removed',
        actions: ['remove', 'mute'],
        reversedActions: [],
        decidedBy: 'machine',
      },
    });
    expect(received!.headers['webhook-id']).toBe(event.id);
    expect(received!.headers['content-type']).toBe('application/json');
    expect(Math.abs(Number(received!.headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
    expect(await isSignedWith(received!, secret)).toBe(true);
    expect(await isSignedWith({ ...received!, text: `${received!.text} ` }, secret)).toBe(false);
  });

  it('says what the decision before had asked for and this one does not', async () => {
    await createWebhook(startRelay());
    const first = await decisions.decide('ada', { actions: ['blur', 'limit_rate', 'remove'] });
    const second = await decisions.decideEdited(first, 'ada', ['blur', 'mute']);
    await decisions.decideEdited(second, 'ada', ['remove']);
    await receiver.accepts(3);
    expect(receiver.accepted.map(({ sequence, data }) => [sequence, data.actions, data.reversedActions])).toEqual([
      [1, ['blur', 'limit_rate', 'remove'], []],
      [2, ['blur', 'mute'], ['limit_rate', 'remove']],
      [3, ['remove'], ['blur', 'mute']],
    ]);
  });

  it('holds up only the account whose delivery fails, and repeats it under the same id with the same bytes', async () => {
    const enforcement = startRelay({ delaysMs: Array.from({ length: 200 }, () => 50) });
    await createWebhook(enforcement);
    let broken = true;
    receiver.answerWith(({ event }) => ({ status: broken && event.data.accountId === 'bad' ? 500 : 200 }));
    const first = await decisions.decide('bad');
    for (let count = 0; count < 5; count += 1) await decisions.decide('bad');
    for (let count = 0; count < 20; count += 1) await decisions.decide(`good-${count}`);
    await receiver.accepts(20);
    expect(receiver.accepted.every(({ data }) => data.accountId.startsWith('good'))).toBe(true);
    await until(async () => (await open()) === 6);
    const [webhook] = await enforcement.webhooks.list();
    expect(webhook).toMatchObject({ backlog: 6, blockedAccounts: 1, lastFailure: 'the receiver answered 500' });

    await until(() => receiver.received.filter(({ event }) => event.data.accountId === 'bad').length >= 2);
    broken = false;
    await receiver.accepts(26);
    const tries = receiver.received.filter(({ event }) => event.data.itemId === first.itemId);
    expect(tries.length).toBeGreaterThan(1);
    expect(new Set(tries.map(({ text }) => text)).size).toBe(1);
    expect(new Set(tries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const told = receiver.accepted.filter(({ data }) => data.accountId === 'bad').map(({ id }) => id);
    const recorded = await test.database.query<{ id: string }>(
      `SELECT id FROM outbox WHERE account_id = 'bad' ORDER BY position`,
    );
    expect(told).toEqual(recorded.map(({ id }) => id));
    await until(async () => (await open()) === 0);
  });

  it('gives up after the last try, goes on with the account, and sends the dead letter when asked', async () => {
    const enforcement = startRelay({ delaysMs: [10, 10] });
    const { id } = await createWebhook(enforcement);
    const poison = await decisions.decide('ada');
    receiver.answerWith(({ event }) => ({ status: event.data.itemId === poison.itemId ? 422 : 200 }));
    await decisions.decide('ada');
    await receiver.accepts(1);
    expect(receiver.received.map(({ event }) => event.data.itemId === poison.itemId)).toEqual([
      true,
      true,
      true,
      false,
    ]);

    const { entries } = await enforcement.deliveries.list({ limit: 10, state: 'dead' });
    expect(entries).toMatchObject([{ itemId: poison.itemId, attempts: 3, lastStatus: 422, nextAttemptAt: null }]);
    const dead = await enforcement.deliveries.get(entries[0]!.id);
    expect(dead.attemptLog.map(({ number, status }) => [number, status])).toEqual([
      [1, 422],
      [2, 422],
      [3, 422],
    ]);
    expect(webhookEventSchema.parse(dead.event).data.itemId).toBe(poison.itemId);
    await until(() => enforcement.relay.counts.delivered === 1);
    expect(enforcement.relay.counts).toEqual({ delivered: 1, failed: 2, dead: 1 });
    expect(await enforcement.webhooks.get(id)).toMatchObject({ deadLetters: 1, backlog: 0 });

    receiver.answerWith(() => ({ status: 200 }));
    await enforcement.deliveries.retry(dead.id, systemActor);
    await receiver.accepts(2);
    await until(async () => (await enforcement.deliveries.get(dead.id)).state === 'delivered');
    expect((await enforcement.deliveries.get(dead.id)).attempts).toBe(4);
  });

  it('waits as long as a busy receiver asks, and names every kind of failure without what the receiver wrote', async () => {
    const enforcement = startRelay({ delaysMs: [10, 10, 10, 10] });
    await createWebhook(enforcement);
    const answers = [
      { status: 503, headers: { 'retry-after': '1' }, body: 'secret of the receiver' },
      { status: 302, headers: { location: 'http://169.254.169.254/latest' } },
      { status: 200, body: 'x'.repeat(100_000) },
    ];
    receiver.answerWith(() => answers.shift()!);
    await decisions.decide('ada');
    await until(() => receiver.received.length === 1);
    await until(async () => (await enforcement.deliveries.list({ limit: 1 })).entries[0]?.state === 'retrying');
    const [waiting] = (await enforcement.deliveries.list({ limit: 1 })).entries;
    const { at } = (await enforcement.deliveries.get(waiting!.id)).attemptLog[0]!;
    expect(Date.parse(waiting!.nextAttemptAt!) - Date.parse(at)).toBeGreaterThanOrEqual(1_000);
    await until(async () => (await open()) === 0);
    const { attemptLog, state } = await enforcement.deliveries.get(waiting!.id);
    expect(state).toBe('delivered');
    expect(attemptLog.map(({ status }) => status)).toEqual([503, null, 200]);
    expect(attemptLog[1]!.error).toContain('redirect');
    expect(JSON.stringify(attemptLog)).not.toContain('secret of the receiver');
  });

  it('survives receivers that hang, reset, or are not there', async () => {
    const enforcement = startRelay({ delaysMs: [10], timeoutMs: 200 });
    const hanging = await startReceiver();
    hanging.answerWith(() => new Promise(() => {}));
    const gone = await startReceiver();
    await createWebhook(enforcement, hanging.url);
    await createWebhook(enforcement, gone.url);
    await gone.close();
    await createWebhook(enforcement);
    await decisions.decide('ada');
    await until(async () => (await open()) === 0);
    const { entries } = await enforcement.deliveries.list({ limit: 10 });
    expect(entries.map(({ state }) => state).toSorted()).toEqual(['dead', 'dead', 'delivered']);
    const errors = entries.flatMap(({ lastError }) => lastError ?? []);
    expect(errors.some((error) => error.includes('took longer than 200 ms'))).toBe(true);
    expect(errors.some((error) => error.includes('ECONNREFUSED'))).toBe(true);
    await hanging.close();
  });

  it('sends nothing more to a webhook that is switched off or removed, and goes on where it was switched on', async () => {
    const enforcement = startRelay({ concurrency: 1 });
    const { id } = await createWebhook(enforcement);
    receiver.answerWith(async () => {
      if (receiver.received.length === 3) await enforcement.webhooks.update(id, { enabled: false }, systemActor);
      return { status: 200 };
    });
    const written: string[] = [];
    for (let count = 0; count < 10; count += 1) written.push((await decisions.decide('ada')).itemId);
    await receiver.accepts(3);
    await until(
      async () =>
        (await test.database.query('SELECT FROM deliveries WHERE lease IS NOT NULL')).length === 0 &&
        receiver.accepted.length === 3,
    );
    await decisions.decide('while it is off');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(receiver.received.length).toBe(3);
    receiver.answerWith(() => ({ status: 200 }));
    await enforcement.webhooks.update(id, { enabled: true }, systemActor);
    const kept = (await enforcement.deliveries.list({ limit: 50 })).entries.length;
    await receiver.accepts(kept);
    expect(receiver.accepted.map(({ data }) => data.itemId)).toEqual(written.slice(0, kept));

    await enforcement.webhooks.remove(id, systemActor);
    await decisions.decide('ada');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(receiver.received.length).toBe(kept);
    expect((await enforcement.deliveries.list({ limit: 50 })).entries).toEqual([]);
  });

  it('passes nothing by that is committed later than what was written after it', async () => {
    const enforcement = startRelay();
    await createWebhook(enforcement);
    const written = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const insert = (account: string) =>
      `INSERT INTO outbox (id, item_id, account_id, sequence, type, payload, created_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), '${account}', 1, 'decision-recorded', '{"display": "published"}', now())`;
    const late = test.database.transaction(async (tx) => {
      await tx.query(insert('late'));
      written.resolve();
      await mayCommit.promise;
    });
    await written.promise;
    await test.database.query(insert('early'));
    await receiver.accepts(1);
    expect(receiver.accepted.map(({ data }) => data.accountId)).toEqual(['early']);
    await until(async () => (await open()) === 0);
    mayCommit.resolve();
    await late;
    await receiver.accepts(2);
    expect(receiver.accepted.map(({ data }) => data.accountId)).toEqual(['early', 'late']);
    const positions = await test.database.query<{ account: string }>(
      'SELECT account_id AS account FROM outbox ORDER BY position',
    );
    expect(positions.map(({ account }) => account)).toEqual(['late', 'early']);
  });

  it('delivers each event once and in order with two relays, two writers and a receiver that fails now and then', async () => {
    const second = openDatabase({ url: test.appUrl, applicationName: 'tidegate-test', maxConnections: 8 });
    const other = createTestEnforcement(second, { delaysMs: Array.from({ length: 50 }, () => 20) });
    const enforcement = startRelay({ delaysMs: Array.from({ length: 50 }, () => 20) });
    await createWebhook(enforcement);
    other.relay.start();
    running.push(other);
    let request = 0;
    receiver.answerWith(async () => {
      request += 1;
      const status = request % 7 === 0 ? 500 : 200;
      await new Promise((resolve) => setTimeout(resolve, request % 5));
      return { status };
    });
    const writers = [decisions, createDecisions(second)];
    const accounts = Array.from({ length: 12 }, (_, index) => `account-${index}`);
    await Promise.all(
      writers.flatMap((writer) =>
        accounts.map(async (account) => {
          for (let count = 0; count < 20; count += 1) {
            const decision = await writer.decide(account);
            if (count % 4 === 0) await writer.decideEdited(decision, account, ['blur']);
          }
        }),
      ),
    );
    const total = 2 * 12 * 25;
    await receiver.accepts(total);
    await until(async () => (await open()) === 0);
    expect(receiver.accepted.length).toBe(total);
    const recorded = await test.database.query<{ id: string; account: string }>(
      'SELECT id, account_id AS account FROM outbox ORDER BY position',
    );
    for (const account of accounts) {
      expect(receiver.accepted.filter(({ data }) => data.accountId === account).map(({ id }) => id)).toEqual(
        recorded.filter((row) => row.account === account).map(({ id }) => id),
      );
    }
    // And that order is the one in which each item was decided.
    const seen = new Map<string, number>();
    for (const { sequence, data } of receiver.accepted) {
      expect(sequence).toBe((seen.get(data.itemId) ?? 0) + 1);
      seen.set(data.itemId, sequence);
    }
    expect(receiver.mostAtOnce()).toBeGreaterThan(1);
    await other.relay.stop();
    await second.close();
  }, 60_000);

  it('sends again what a process took and did not finish, once its lease is over', async () => {
    const enforcement = startRelay();
    const { id } = await createWebhook(enforcement);
    await enforcement.relay.stop();
    const first = await decisions.decide('ada');
    const next = await decisions.decide('ada');
    const { deliveries } = await takeDue(test.database, id, { most: 16, leaseMs: 300 });
    expect(deliveries.map(({ payload }) => payload.itemId)).toEqual([first.itemId]);
    // That process is gone now.
    startRelay();
    await receiver.accepts(2);
    expect(receiver.accepted.map(({ data }) => data.itemId)).toEqual([first.itemId, next.itemId]);
  });

  it('finishes what is being sent when it is stopped, and takes nothing more', async () => {
    const enforcement = startRelay();
    await createWebhook(enforcement);
    const arrived = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    receiver.answerWith(async () => {
      arrived.resolve();
      await mayAnswer.promise;
      return { status: 200 };
    });
    await decisions.decide('ada');
    await decisions.decide('ada');
    await arrived.promise;
    const stopped = enforcement.relay.stop();
    mayAnswer.resolve();
    await stopped;
    expect(receiver.accepted.length).toBe(1);
    const states = await test.database.query(
      'SELECT state, lease, due_at <= now() AS ready FROM deliveries ORDER BY position',
    );
    expect(states).toEqual([
      { state: 'delivered', lease: null, ready: null },
      { state: 'pending', lease: null, ready: true },
    ]);
  });
});
