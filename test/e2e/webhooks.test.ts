import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ItemAnswer } from '#contracts/items-api.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { type Delivery, type Webhook, webhookEventSchema } from '#contracts/webhook.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { isSignedWith, startReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.ts';
import { publishPlainPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const model = createScriptedModel();
let app: TestApplication;
let platform: Client;
let admin: Client;
let reviewer: Client;
let receiver: WebhookReceiver;
let webhook: Webhook & { secret: string };

beforeAll(async () => {
  app = await startTestApplication({
    models: model.models,
    env: { TIDEGATE_ALLOWED_PRIVATE_HOSTS: '127.0.0.1' },
  });
  platform = await app.keyClient();
  admin = await app.personClient('admin');
  reviewer = await app.personClient('reviewer');
  await publishPlainPolicy(await app.personClient('policy'));
}, 60_000);
afterAll(() => app.stop());

beforeEach(async () => {
  receiver = await startReceiver();
  const made = await admin.request<Webhook & { secret: string }>('/v1/webhooks', {
    body: { name: 'Platform', url: receiver.url },
  });
  expect(made.status).toBe(201);
  webhook = made.body;
});
afterEach(async () => {
  expect((await admin.request(`/v1/webhooks/${webhook.id}`, { method: 'DELETE' })).status).toBe(204);
  await receiver.close();
});

let posts = 0;
const post = async (scores: Record<string, number>, account = 'ada'): Promise<ItemAnswer> => {
  model.script = async () => scores;
  posts += 1;
  return submit(platform, comment(`Post number ${posts}`, { account: { id: account }, deadlineMs: 20_000 }));
};
const deliveries = async (query: string): Promise<Delivery[]> =>
  (await admin.request<{ entries: Delivery[] }>(`/v1/deliveries?${query}`)).body.entries;

describe('G8 E6 A2: decisions reach the platform', () => {
  it('says what to show and to do, and after an appeal to a person what to undo', async () => {
    const { itemId } = await post({ harassment: 0.95 });
    model.script = async () => ({ harassment: 0.7 });
    const edited = await platform.request<ItemAnswer>(`/v1/items/${itemId}`, {
      method: 'PUT',
      body: comment('Not as bad any more', { account: { id: 'ada' }, deadlineMs: 20_000 }),
    });
    expect(edited.body.decision.outcome).toBe('review');
    const { body: task } = await reviewer.request<ReviewTaskDetail>('/v1/review/next', { method: 'POST' });
    const decided = await reviewer.request(`/v1/review/tasks/${task.id}/decide`, {
      body: { outcome: 'remove', actions: ['mute'], categories: ['harassment'] },
    });
    expect(decided.status).toBe(200);
    await receiver.accepts(3);

    const events = receiver.accepted.map((event) => webhookEventSchema.parse(event));
    expect(events.map(({ sequence, data }) => [sequence, data.display, data.decidedBy])).toEqual([
      [1, 'removed', 'machine'],
      [2, 'under_review', 'machine'],
      [3, 'removed', 'reviewer'],
    ]);
    const [removed, doubtful, judged] = events.map(({ data }) => data);
    expect(removed!.actions).toContain('remove');
    expect(removed!.messageKey).toBe('moderation.removed');
    expect(doubtful!.reversedActions).toContain('remove');
    expect(judged!.actions).toEqual(['remove', 'mute']);
    expect(events.every(({ data }) => data.itemId === itemId && data.accountId === 'ada')).toBe(true);
    for (const received of receiver.received) expect(await isSignedWith(received, webhook.secret)).toBe(true);
  });

  it('answers whoever posts while the receiver is down, and shows every failure in the log', async () => {
    receiver.answerWith(() => ({ status: 502, body: 'bad gateway' }));
    const { itemId } = await post({});
    while ((await deliveries(`itemId=${itemId}&state=retrying`)).length === 0)
      await new Promise((r) => setTimeout(r, 20));
    const [delivery] = await deliveries(`itemId=${itemId}`);
    expect(delivery).toMatchObject({ attempts: 1, lastStatus: 502, lastError: 'the receiver answered 502' });
    expect(Date.parse(delivery!.nextAttemptAt!)).toBeGreaterThan(Date.parse(delivery!.createdAt));
    const shown = (await admin.request<Webhook>(`/v1/webhooks/${webhook.id}`)).body;
    expect(shown).toMatchObject({ backlog: 1, lastFailure: 'the receiver answered 502' });

    receiver.answerWith(() => ({ status: 200 }));
    await admin.request(`/v1/deliveries/${delivery!.id}/retry`, { method: 'POST' });
    await receiver.accepts(1);
    while ((await deliveries(`itemId=${itemId}&state=delivered`)).length === 0)
      await new Promise((r) => setTimeout(r, 20));
    const detail = (await admin.request<{ attemptLog: unknown[] }>(`/v1/deliveries/${delivery!.id}`)).body;
    expect(detail.attemptLog).toMatchObject([
      { number: 1, status: 502 },
      { number: 2, status: 200, error: null },
    ]);
    expect((await reviewer.request('/v1/deliveries')).status).toBe(403);
    expect((await platform.request('/v1/webhooks')).status).toBe(403);
  });

  it('tells of what is decided later, when nobody waits for the answer', async () => {
    model.script = async () => ({});
    const taken = await platform.request<{ itemId: string }>('/v1/items', {
      body: comment('Decide this when you can', { account: { id: 'bob' }, deadlineMs: 0 }),
    });
    expect(taken.status).toBe(202);
    await receiver.accepts(2);
    expect(receiver.accepted.map(({ sequence, data }) => [sequence, data.itemId, data.display])).toEqual([
      [1, taken.body.itemId, 'held'],
      [2, taken.body.itemId, 'published'],
    ]);
  });

  it('reaches nothing inside the house that was not named', async () => {
    const answer = await admin.request('/v1/webhooks', {
      body: { name: 'Metadata', url: 'http://169.254.169.254/latest/meta-data' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path: 'url', message: 'address_refused' }] });
  });

  it('counts for the metrics', async () => {
    await post({});
    await receiver.accepts(1);
    const { body } = await admin.request<string>('/metrics');
    expect(body).toMatch(/^tidegate_webhook_delivered [1-9]/m);
    expect(body).toMatch(/^tidegate_webhook_backlog \d/m);
  });
});
