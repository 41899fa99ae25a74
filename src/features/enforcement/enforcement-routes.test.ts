import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Delivery, Webhook } from '#contracts/webhook.ts';
import { systemClock } from '#platform/clock.ts';
import { createPerson, everyCaller, findAccessFaults, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld } from '#test/support/access-server.ts';
import { isSignedWith, startReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.ts';
import { createDecisions, createTestEnforcement, type Decisions } from '#test/support/webhook-world.ts';
import { forgetDeliveries } from './delivery-store.ts';
import { type Enforcement, enforcementGauges, registerEnforcementRoutes } from './index.ts';

type WithSecret = Webhook & { secret: string };

let world: AccessWorld;
let enforcement: Enforcement;
let receiver: WebhookReceiver;
let decisions: Decisions;
let headers: Record<string, string>;

const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
  world.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
const create = async (url = receiver.url): Promise<WithSecret> =>
  (await send('POST', '/v1/webhooks', { name: 'Platform', url })).json<WithSecret>();
const audited = async (subject: string): Promise<{ action: string; details: string }[]> =>
  world.database.query('SELECT action, details FROM audit_entries WHERE subject_id = $1 ORDER BY sequence', [subject]);
const deliveriesOf = async (query: string): Promise<Delivery[]> =>
  (await send('GET', `/v1/deliveries?${query}`)).json<{ entries: Delivery[] }>().entries;
const settled = async (webhookId: string): Promise<void> => {
  while (
    (await deliveriesOf(`webhookId=${webhookId}&limit=200`)).some(({ state }) =>
      ['pending', 'retrying'].includes(state),
    )
  )
    await new Promise((resolve) => setTimeout(resolve, 10));
};

beforeAll(async () => {
  world = await createAccessWorld(systemClock);
  enforcement = createTestEnforcement(world.database, { delaysMs: [10] });
  registerEnforcementRoutes(world.server, enforcement);
  enforcement.relay.start();
  receiver = await startReceiver();
  decisions = createDecisions(world.database);
  headers = await signInAs(world.server, world.database, await createPerson(world.database, 'admin'));
});
afterEach(async () => {
  for (const { id } of await enforcement.webhooks.list()) await send('DELETE', `/v1/webhooks/${id}`);
  receiver.answerWith(() => ({ status: 204 }));
  receiver.received.length = 0;
  receiver.accepted.length = 0;
});
afterAll(async () => {
  await enforcement.relay.stop();
  await receiver.close();
  await world.close();
});

describe('G8: webhook routes', () => {
  it('let in whom they declare, as every role, every scope and nobody', async () => {
    expect(await findAccessFaults(world.server, await everyCaller(world.server, world.database))).toEqual([]);
  });

  it('make, show, change and remove a webhook, each on the audit log without path or secret', async () => {
    const made = await send('POST', '/v1/webhooks', { name: 'Platform', url: `${receiver.url}?token=private` });
    expect(made.statusCode).toBe(201);
    expect(made.headers['cache-control']).toBe('no-store');
    const { id, secret, ...shown } = made.json<WithSecret>();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({ enabled: true, backlog: 0, deadLetters: 0, lastDeliveredAt: null });
    expect(shown.secrets).toMatchObject([{ prefix: secret.slice(0, 12), expiresAt: null }]);
    const read = await send('GET', `/v1/webhooks/${id}`);
    expect(read.json()).toEqual({ id, ...shown });
    expect((await send('GET', '/v1/webhooks')).json()).toEqual({ entries: [{ id, ...shown }], nextCursor: null });

    const changed = await send('PATCH', `/v1/webhooks/${id}`, { name: 'Other', enabled: false });
    expect(changed.json()).toMatchObject({ name: 'Other', enabled: false });
    expect((await send('PATCH', `/v1/webhooks/${id}`, { name: 'Other' })).statusCode).toBe(200);
    expect((await send('DELETE', `/v1/webhooks/${id}`)).statusCode).toBe(204);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate'],
      ['POST', '/test'],
      ['POST', '/replay'],
    ] as const) {
      const answer = await send(method, `/v1/webhooks/${id}${path}`, method === 'GET' ? undefined : {});
      expect([method, path, answer.statusCode]).toEqual([method, path, 404]);
    }
    const entries = await audited(id);
    expect(entries.map(({ action }) => action)).toEqual(['webhook-created', 'webhook-updated', 'webhook-removed']);
    expect(JSON.stringify(entries)).not.toMatch(/private|whsec/);
    const stored = await world.database.query<{ secrets: string }>(
      `SELECT coalesce(string_agg(encode(sealed, 'escape'), ''), '') AS secrets FROM webhook_secrets`,
    );
    expect(stored[0]!.secrets).not.toContain(secret.slice(6, 20));
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data', 'address_refused'],
    ['http://127.0.0.2:5432/', 'address_refused'],
    ['http://10.0.0.1/', 'address_refused'],
    ['http://[::1]/', 'address_refused'],
    ['http://user:password@example.com/', 'credentials_refused'],
    ['http://nowhere.invalid/', 'dns'],
  ])('refuse %s, at creation and at change', async (url, code) => {
    const { id } = await create();
    for (const answer of [
      await send('POST', '/v1/webhooks', { name: 'Platform', url }),
      await send('PATCH', `/v1/webhooks/${id}`, { url }),
    ]) {
      expect(answer.statusCode).toBe(422);
      expect(answer.json()).toMatchObject({
        type: 'urn:tidegate:problem:refused-url',
        errors: [{ path: 'url', message: code }],
      });
      expect(answer.body).not.toContain('password@');
    }
    expect((await send('GET', `/v1/webhooks/${id}`)).json()).toMatchObject({ url: receiver.url });
  });

  it('refuse other schemes and more webhooks than are good', async () => {
    expect((await send('POST', '/v1/webhooks', { name: 'x', url: 'file:///etc/passwd' })).statusCode).toBe(422);
    for (let count = 0; count < 20; count += 1) await create();
    expect((await send('POST', '/v1/webhooks', { name: 'x', url: receiver.url })).json()).toMatchObject({
      status: 409,
      type: 'urn:tidegate:problem:too-many-webhooks',
    });
  });

  it('replace a secret: both sign for a while, or the old one ends at once', async () => {
    const { id, secret: first } = await create();
    const rotated = (await send('POST', `/v1/webhooks/${id}/rotate`, {})).json<WithSecret>();
    expect(rotated.secret).not.toBe(first);
    expect(rotated.secrets.map(({ prefix }) => prefix)).toEqual([rotated.secret.slice(0, 12), first.slice(0, 12)]);
    await decisions.decide('ada');
    await receiver.accepts(1);
    expect(String(receiver.received[0]!.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(await isSignedWith(receiver.received[0]!, first)).toBe(true);
    expect(await isSignedWith(receiver.received[0]!, rotated.secret)).toBe(true);

    const last = (await send('POST', `/v1/webhooks/${id}/rotate`, { overlapHours: 0 })).json<WithSecret>();
    expect(last.secrets).toHaveLength(1);
    await decisions.decide('ada');
    await receiver.accepts(2);
    expect(await isSignedWith(receiver.received[1]!, rotated.secret)).toBe(false);
    expect(await isSignedWith(receiver.received[1]!, last.secret)).toBe(true);
    expect((await audited(id)).map(({ action }) => action)).toEqual([
      'webhook-created',
      'webhook-secret-rotated',
      'webhook-secret-rotated',
    ]);
  });

  it('send a test and say what came back', async () => {
    const { id, secret } = await create();
    expect((await send('POST', `/v1/webhooks/${id}/test`)).json()).toMatchObject({
      number: 1,
      status: 204,
      error: null,
    });
    const [received] = receiver.received;
    expect(received!.event).toMatchObject({ type: 'webhook-test', data: {} });
    expect(await isSignedWith(received!, secret)).toBe(true);
    receiver.answerWith(() => ({ status: 418, body: 'I am private' }));
    const failed = await send('POST', `/v1/webhooks/${id}/test`);
    expect(failed.json()).toMatchObject({ status: 418, error: 'the receiver answered 418' });
    expect(failed.body).not.toContain('private');
    expect((await audited(id)).map(({ action }) => action)).toEqual([
      'webhook-created',
      'webhook-tested',
      'webhook-tested',
    ]);
  });

  it('list deliveries page by page, by webhook, state and item', async () => {
    const { id } = await create();
    const other = await create();
    const items: string[] = [];
    for (let count = 0; count < 5; count += 1) items.push((await decisions.decide('ada')).itemId);
    await settled(id);
    await settled(other.id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = (await send('GET', `/v1/deliveries?limit=3${query}`)).json<{
        entries: Delivery[];
        nextCursor: string | null;
      }>();
      seen.push(...page.entries.map((delivery) => delivery.id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(10);
    expect(seen).toHaveLength(10);
    expect((await deliveriesOf(`webhookId=${id}`)).map(({ itemId }) => itemId)).toEqual(items.toReversed());
    expect(await deliveriesOf(`itemId=${items[0]}`)).toHaveLength(2);
    expect(await deliveriesOf('state=dead')).toEqual([]);
    expect((await send('GET', '/v1/deliveries?cursor=nonsense')).statusCode).toBe(422);
    expect((await send('GET', `/v1/deliveries/${id}`)).statusCode).toBe(404);
  });

  it('replay dead letters, named deliveries, and what happened before the webhook was made', async () => {
    receiver.answerWith(() => ({ status: 500 }));
    const before = await decisions.decide('before the webhook');
    const { id } = await create();
    const failing = [await decisions.decide('ada'), await decisions.decide('ada')];
    while ((await deliveriesOf(`webhookId=${id}&state=dead`)).length < 2) await new Promise((r) => setTimeout(r, 10));
    receiver.answerWith(() => ({ status: 200 }));
    expect((await send('POST', `/v1/webhooks/${id}/replay`, {})).json()).toEqual({ queued: 2 });
    await receiver.accepts(2);
    await settled(id);
    expect(receiver.accepted.map(({ data }) => data.itemId)).toEqual(failing.map(({ itemId }) => itemId));

    const [latest] = await deliveriesOf(`webhookId=${id}`);
    expect((await send('POST', `/v1/deliveries/${latest!.id}/retry`)).statusCode).toBe(409);
    const named = await send('POST', `/v1/webhooks/${id}/replay`, { deliveryIds: [latest!.id] });
    expect(named.json()).toEqual({ queued: 1 });
    await receiver.accepts(3);
    expect(receiver.accepted[2]!.id).toBe(latest!.eventId);
    await settled(id);

    const since = before.decidedAt;
    const all = (await send('POST', `/v1/webhooks/${id}/replay`, { since })).json<{ queued: number }>();
    expect(all.queued).toBe(3);
    await receiver.accepts(6);
    expect(receiver.accepted.slice(3).map(({ data }) => data.itemId)).toContain(before.itemId);

    const both = await send('POST', `/v1/webhooks/${id}/replay`, { since, deliveryIds: [latest!.id] });
    expect(both.statusCode).toBe(422);
    const long = await send('POST', `/v1/webhooks/${id}/replay`, { since: '2020-01-01T00:00:00Z' });
    expect(long.json()).toMatchObject({ type: 'urn:tidegate:problem:events-forgotten' });
    expect((await audited(id)).map(({ action }) => action)).toEqual([
      'webhook-created',
      'webhook-replayed',
      'webhook-replayed',
      'webhook-replayed',
    ]);
  });

  it('count what arrived and what is to come', async () => {
    const { id } = await create();
    await decisions.decide('ada');
    await settled(id);
    const gauges = enforcementGauges(enforcement, world.database);
    const read = async (name: string) => gauges.find((gauge) => gauge.name === name)!.read();
    expect(await read('tidegate_webhook_delivered')).toBeGreaterThan(0);
    expect(await read('tidegate_webhook_backlog')).toBe(0);
    expect(await read('tidegate_webhook_dead_letters')).toBe(0);
  });

  it('forget what is old and settled, and nothing that is still to come', async () => {
    const { id } = await create();
    const old = await decisions.decide('ada', { decidedAt: '2020-01-01T00:00:00.000Z' });
    await settled(id);
    receiver.answerWith(() => ({ status: 500 }));
    const dead = await decisions.decide('bob', { decidedAt: '2020-01-02T00:00:00.000Z' });
    await settled(id);
    await send('PATCH', `/v1/webhooks/${id}`, { enabled: true });
    receiver.answerWith(() => new Promise(() => {}));
    const waiting = await decisions.decide('cy', { decidedAt: '2020-01-03T00:00:00.000Z' });
    const recent = await decisions.decide('dan');
    const kept = async () =>
      (
        await world.database.query<{ item: string }>(
          'SELECT item_id AS item FROM outbox WHERE item_id = ANY ($1::uuid[])',
          [[old.itemId, dead.itemId, waiting.itemId, recent.itemId]],
        )
      ).map(({ item }) => item);
    const cut = new Date('2021-01-01T00:00:00Z');
    await forgetDeliveries(world.database, { delivered: cut, dead: new Date('2019-01-01T00:00:00Z') });
    expect((await kept()).toSorted()).toEqual([dead.itemId, waiting.itemId, recent.itemId].toSorted());
    expect((await deliveriesOf('state=dead')).map(({ itemId }) => itemId)).toEqual([dead.itemId]);
    await forgetDeliveries(world.database, { delivered: cut, dead: cut });
    expect((await kept()).toSorted()).toEqual([waiting.itemId, recent.itemId].toSorted());
    await send('DELETE', `/v1/webhooks/${id}`);
    await forgetDeliveries(world.database, { delivered: cut, dead: cut });
    expect(await kept()).toEqual([recent.itemId]);
    expect(await world.database.query('SELECT FROM deliveries')).toEqual([]);
  });

  it('leave an audit log that verifies', async () => {
    const verified = await world.server.inject({ method: 'POST', url: '/v1/audit/verify', headers });
    expect(verified.json()).toMatchObject({ valid: true, fault: null });
  });
});
