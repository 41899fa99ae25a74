import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '#contracts/audit.ts';
import type { ReviewTask, ReviewTaskDetail } from '#contracts/review.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { detailOf } from './support/items.ts';
import { publishPlainPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const model = createScriptedModel();
let now = Date.now();
let app: TestApplication;
let platform: Client;
let ada: Client & { accountId: string };
let ben: Client & { accountId: string };
let lead: Client;

beforeAll(async () => {
  app = await startTestApplication({ models: model.models, clock: { now: () => now } });
  platform = await app.keyClient();
  ada = await app.personClient('reviewer');
  ben = await app.personClient('reviewer');
  lead = await app.personClient('lead');
  await publishPlainPolicy(await app.personClient('policy'));
}, 60_000);
afterAll(() => app.stop());

const post = (path: string, body?: unknown) => ({
  path,
  options: { method: 'POST', ...(body === undefined ? {} : { body }) },
});
const act = <Body = ReviewTask>(who: Client, id: string, what: string, body?: unknown) => {
  const { path, options } = post(`/v1/review/tasks/${id}/${what}`, body);
  return who.request<Body>(path, options);
};
const next = (who: Client, query = '') => who.request<ReviewTaskDetail>(`/v1/review/next${query}`, { method: 'POST' });
const queue = async (who: Client, query = ''): Promise<ReviewTask[]> =>
  (await who.request<{ entries: ReviewTask[] }>(`/v1/review/tasks?limit=200${query}`)).body.entries;

let posts = 0;
/** An item that the models are unsure of, and its task. */
const unsure = async (scores: Record<string, number>, more: Record<string, unknown> = {}): Promise<ReviewTask> => {
  model.script = async () => scores;
  posts += 1;
  const { itemId } = await submit(
    platform,
    comment(`Post number ${posts}, about something else`, {
      account: { id: `author-${posts}` },
      deadlineMs: 20_000,
      ...more,
    }),
  );
  const task = (await queue(ada)).find((entry) => entry.itemId === itemId);
  if (task === undefined) throw new Error('the item has no review task');
  return task;
};
const actionsOn = async (subjectId: string): Promise<string[]> => {
  const { body } = await lead.request<{ entries: AuditEntry[] }>(`/v1/audit?subjectId=${subjectId}`);
  return body.entries.map(({ action }) => action).reverse();
};

describe('F1: the riskiest first', () => {
  it('orders by severity, probability and reach, not by age', async () => {
    const mild = await unsure({ spam: 0.6 });
    const grave = await unsure({ violence: 0.85 });
    const seen = await unsure({ spam: 0.6 }, { reach: { followers: 2_000_000, views: 500_000 } });
    const order = (await queue(ada)).map(({ id }) => id);
    expect(order.indexOf(grave.id)).toBeLessThan(order.indexOf(mild.id));
    expect(order.indexOf(seen.id)).toBeLessThan(order.indexOf(mild.id));
    const priorities = (await queue(ada)).map(({ priority }) => priority);
    expect(priorities).toEqual(priorities.toSorted((one, other) => other - one));
    expect((await next(ada)).body.id).toBe(order[0]);
  });

  it('filters by category, surface and queue, and counts', async () => {
    const task = await unsure({ sexual: 0.7 }, { surface: 'profile' });
    expect((await queue(ada, '&category=sexual')).map(({ id }) => id)).toEqual([task.id]);
    expect((await queue(ada, '&surface=profile')).map(({ id }) => id)).toEqual([task.id]);
    const { body } = await lead.request<{ open: number; byCategory: Record<string, number> }>('/v1/review/summary');
    expect(body.byCategory.sexual).toBe(1);
    expect(body.open).toBe((await queue(ada)).length);
  });

  it('the list says nothing of the content', async () => {
    await unsure({ spam: 0.6 });
    expect(JSON.stringify(await queue(ada))).not.toContain('about something else');
  });
});

describe('F2: one task, one person', () => {
  it('a claimed task is for its holder until the lease runs out', async () => {
    const task = await unsure({ harassment: 0.7 });
    expect((await act(ada, task.id, 'claim')).body).toMatchObject({
      status: 'claimed',
      claim: { accountId: ada.accountId },
    });
    expect((await act(ben, task.id, 'claim')).status).toBe(409);
    expect((await act(ben, task.id, 'decide', { outcome: 'approve' })).status).toBe(409);
    expect((await queue(ben)).map(({ id }) => id)).not.toContain(task.id);
    now += 11 * 60_000;
    expect((await act(ada, task.id, 'decide', { outcome: 'approve' })).status).toBe(409);
    expect((await act(ben, task.id, 'claim')).status).toBe(200);
    expect((await act(ada, task.id, 'extend')).status).toBe(409);
    expect((await act(lead, task.id, 'release')).status).toBe(200);
  });

  it('two who ask at once get different tasks', async () => {
    await unsure({ spam: 0.6 });
    await unsure({ spam: 0.6 });
    const [one, other] = await Promise.all([next(ada), next(ben)]);
    expect(one.status).toBe(200);
    expect(other.status).toBe(200);
    expect(one.body.id).not.toBe(other.body.id);
  });

  it('a skipped task goes to somebody else, with its reason and notes', async () => {
    const task = await unsure({ hate_speech: 0.8 }, { surface: 'live' });
    await act(ada, task.id, 'claim');
    expect((await act(ada, task.id, 'notes', { text: 'I do not know this dialect' })).status).toBe(201);
    expect((await act(ada, task.id, 'skip', { reason: 'language' })).status).toBe(200);
    expect((await next(ada, '?surface=live')).status).toBe(204);
    const offered = await next(ben, '?surface=live');
    expect(offered.body).toMatchObject({ id: task.id, skips: 1, notes: [{ text: 'I do not know this dialect' }] });
  });
});

describe('F4 E4 A4: the decision of a person', () => {
  it('removes what was hidden: the chain, the reason and the answer to the platform follow', async () => {
    const task = await unsure({ harassment: 0.8 });
    await act(ada, task.id, 'claim');
    const decided = await act<{ task: ReviewTask; decisionId: string }>(ada, task.id, 'decide', {
      outcome: 'remove',
      categories: ['harassment'],
      actions: ['mute', 'limit_rate'],
      note: 'Third time this week',
      machineCall: 'right',
    });
    expect(decided).toMatchObject({ status: 200, body: { task: { status: 'decided' } } });
    const item = await detailOf(platform, task.itemId);
    expect(item).toMatchObject({
      outcome: 'remove',
      display: 'removed',
      messageKey: 'moderation.removed',
      layer: 5,
      categories: ['harassment'],
    });
    const [human, machine] = item.decisions;
    expect(human).toMatchObject({
      id: decided.body.decisionId,
      sequence: 2,
      supersedes: machine!.id,
      decidedBy: { kind: 'reviewer', accountId: ada.accountId },
      actions: ['remove', 'mute', 'limit_rate'],
      // What reviewers note is for the installation alone.
      note: null,
    });
    expect((await detailOf(ada, task.itemId)).decisions[0]?.note).toBe('Third time this week');
    expect(machine).toMatchObject({ outcome: 'review', decidedBy: { kind: 'machine' } });
    expect(await actionsOn(task.itemId)).toEqual(['decision-recorded', 'decision-recorded']);
    expect((await act(ben, task.id, 'claim')).status).toBe(409);
    expect((await act(ada, task.id, 'decide', { outcome: 'approve' })).status).toBe(409);
  });

  it('publishes what was hidden, and overrides the machine', async () => {
    const task = await unsure({ violence: 0.89 });
    expect((await detailOf(platform, task.itemId)).display).toBe('under_review');
    await act(ben, task.id, 'claim');
    await act(ben, task.id, 'decide', { outcome: 'approve', machineCall: 'wrong' });
    const item = await detailOf(platform, task.itemId);
    expect(item).toMatchObject({ outcome: 'approve', display: 'published' });
    expect(item.decisions[0]?.rationale).toContain('wrong');
  });

  it('a removal by a person speaks for copies of the text; an approval does not', async () => {
    const text = 'A rather long text that somebody will surely post again';
    model.script = async () => ({ harassment: 0.8 });
    const { itemId } = await submit(platform, comment(text, { account: { id: 'first-poster' }, deadlineMs: 20_000 }));
    const task = (await queue(ada)).find((entry) => entry.itemId === itemId)!;
    await act(ada, task.id, 'claim');
    await act(ada, task.id, 'decide', { outcome: 'remove', categories: ['harassment'] });
    model.script = async () => ({});
    const copy = await submit(
      platform,
      comment('A RATHER long text, that somebody will surely post again!', {
        account: { id: 'second-poster' },
        deadlineMs: 20_000,
      }),
    );
    expect(copy.decision.outcome).not.toBe('approve');
    const { decisions } = await detailOf(platform, copy.itemId);
    expect(decisions[0]?.trace.find(({ detector }) => detector === 'reposts')?.evidence[0]).toMatchObject({
      kind: 'fact',
      value: itemId,
    });
  });

  it('an edit takes the task away from whoever has it', async () => {
    const task = await unsure({ spam: 0.7 });
    await act(ada, task.id, 'claim');
    model.script = async () => ({});
    const { content } = await detailOf(platform, task.itemId);
    await platform.request(`/v1/items/${task.itemId}`, {
      method: 'PUT',
      body: {
        ...content,
        parts: [{ id: 'body', kind: 'text', text: 'Edited into something harmless' }],
        deadlineMs: 20_000,
      },
    });
    expect((await act(ada, task.id, 'decide', { outcome: 'remove', categories: ['spam'] })).status).toBe(409);
    expect((await detailOf(platform, task.itemId)).display).toBe('published');
  });

  it('a deleted item needs nobody any more', async () => {
    const task = await unsure({ spam: 0.7 });
    expect((await platform.request(`/v1/items/${task.itemId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await queue(ada)).map(({ id }) => id)).not.toContain(task.id);
    expect((await act(ada, task.id, 'claim')).status).toBe(409);
  });
});

describe('F5: content is uncovered on purpose', () => {
  it('uncovering it is logged, with who did it', async () => {
    const task = await unsure({ sexual: 0.8 });
    await act(ada, task.id, 'claim');
    expect(await actionsOn(task.id)).toEqual(['review-task-claimed']);
    expect((await act(ada, task.id, 'reveal')).status).toBe(204);
    const { body } = await lead.request<{ entries: AuditEntry[] }>(
      `/v1/audit?subjectId=${task.id}&action=review-content-revealed`,
    );
    expect(body.entries).toMatchObject([{ actor: { kind: 'console', id: ada.accountId } }]);
  });

  it('whoever does not review sees neither tasks nor content', async () => {
    const analyst = await app.personClient('analyst');
    const task = await unsure({ sexual: 0.8 });
    expect((await analyst.request(`/v1/review/tasks/${task.id}`)).status).toBe(403);
    expect((await act(analyst, task.id, 'reveal')).status).toBe(403);
    expect(await actionsOn(task.id)).toEqual([]);
  });
});
