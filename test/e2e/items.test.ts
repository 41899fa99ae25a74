import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '#contracts/decision.ts';
import type { ItemAccepted, ItemAnswer, ItemDetail, ItemSummary, TrialAnswer } from '#contracts/items-api.ts';
import type { Problem } from '#contracts/problem.ts';
import { replay } from '#engine/decide.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';

const texts = JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  'benign' | 'hateful' | 'spammy' | 'ambiguous',
  string
>;

let app: TestApplication;
let platform: Client & { keyId: string };

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

const detailOf = async (id: string, client: Client = platform): Promise<ItemDetail> =>
  (await client.request<ItemDetail>(`/v1/items/${id}`)).body;
const eventually = async <T>(read: () => Promise<T>, accept: (value: T) => boolean): Promise<T> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const value = await read();
    if (accept(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('did not come about within ten seconds');
};

describe('A1 A2 A4 E1 E3: an item and its decision in one answer', () => {
  it('publishes a benign text, settled by the local models', async () => {
    const answer = await submit(platform, comment(texts.benign));
    expect(answer).toMatchObject({
      version: 1,
      display: 'published',
      messageKey: 'moderation.published',
      decision: { outcome: 'approve', layer: 2 },
    });
    expect(answer.decision.rationale).toContain('below its review threshold');
    expect(answer.decision.notAssessed).toContain('copyright');
  });

  it.each(['hateful', 'spammy', 'ambiguous'] as const)('does not publish a %s text', async (kind) => {
    const answer = await submit(platform, comment(texts[kind]));
    expect(['review', 'remove']).toContain(answer.decision.outcome);
    expect(['under_review', 'removed']).toContain(answer.display);
    expect(answer.decision.categories.length).toBeGreaterThan(0);
    expect(answer.scores[answer.decision.categories[0]!]).toBeGreaterThan(0);
  });

  it('keeps the whole item: thread, reach, metadata, several parts', async () => {
    const body = comment(texts.benign, {
      externalId: 'post-77',
      locale: 'en-GB',
      title: 'Sunday',
      thread: { id: 'thread-1', title: 'Match day', messages: [{ accountId: 'user-2', text: 'Who is coming?' }] },
      reach: { followers: 12, views: 3 },
      metadata: { client: 'ios', build: 41 },
      parts: [
        { id: 'caption', kind: 'text', text: 'Our team' },
        { id: 'body', kind: 'text', text: texts.benign },
      ],
    });
    const { itemId } = await submit(platform, body);
    const detail = await detailOf(itemId);
    expect(detail.content).toEqual(body);
    expect(
      detail.decisions[0]?.trace.filter(({ detector }) => detector === 'text-classifier').map(({ partId }) => partId),
    ).toEqual(['$title', 'caption', 'body']);
  });
});

describe('E4: the record', () => {
  it('replays every decision from its stored trace bit for bit', async () => {
    for (const text of Object.values(texts)) {
      const { itemId } = await submit(platform, comment(text));
      const [decision] = (await detailOf(itemId)).decisions;
      const policy = await app.application.policies.policyOf(decision!.policyVersion);
      const again = replay(decision!.trace, {
        policy,
        facts: decision!.facts,
        calibrations: app.application.calibrations,
      });
      const pick = (verdict: Verdict) =>
        canonicalJson({
          outcome: verdict.outcome,
          assessments: verdict.assessments,
          rationale: verdict.rationale,
          confidence: verdict.confidence,
          priority: verdict.priority,
        });
      expect(pick(again)).toBe(pick(decision!));
    }
  });
});

describe('A2: idempotency', () => {
  it('answers two at once with one item, and later the same again', async () => {
    const body = comment(texts.benign, { idempotencyKey: 'twice' });
    const [first, second] = await Promise.all([submit(platform, body), submit(platform, body)]);
    expect(second).toEqual(first);
    expect(await submit(platform, body)).toEqual(first);
    const header = await platform.request<ItemAnswer>('/v1/items', {
      body: comment(texts.benign),
      headers: { 'idempotency-key': 'twice' },
    });
    expect(header.body).toEqual(first);
  });

  it('refuses the key with another body, and keeps keys of different API keys apart', async () => {
    await submit(platform, comment(texts.benign, { idempotencyKey: 'once' }));
    const other = await platform.request<Problem>('/v1/items', {
      body: comment('Another text entirely', { idempotencyKey: 'once' }),
    });
    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({
      type: 'urn:tidegate:problem:idempotency-conflict',
      errors: [{ path: 'idempotencyKey' }],
    });
    const stranger = await app.keyClient();
    expect((await submit(stranger, comment('Another text entirely', { idempotencyKey: 'once' }))).version).toBe(1);
  });
});

describe('A2: asynchronous submission and deadlines', () => {
  it('accepts with 202 and decides afterwards', async () => {
    const accepted = await platform.request<ItemAccepted>('/v1/items', {
      body: comment('The library opens late on Thursdays', { account: { id: 'patient' }, deadlineMs: 0 }),
    });
    expect(accepted).toMatchObject({ status: 202, body: { version: 1, display: 'held' } });
    const detail = await eventually(
      () => detailOf(accepted.body.itemId),
      ({ outcome }) => outcome !== 'hold',
    );
    expect(detail).toMatchObject({ outcome: 'approve', display: 'published' });
    expect(detail.decisions.map(({ sequence }) => sequence)).toEqual([2, 1]);
    expect(detail.decisions[0]?.supersedes).toBe(detail.decisions[1]?.id);
  });
});

describe('A5: edits and deletes', () => {
  it('moderates an edit as a new version', async () => {
    const { itemId } = await submit(platform, comment(texts.benign));
    const edited = await platform.request<ItemAnswer>(`/v1/items/${itemId}`, {
      method: 'PUT',
      body: comment(texts.spammy),
    });
    expect(edited).toMatchObject({ status: 200, body: { itemId, version: 2 } });
    expect(edited.body.display).not.toBe('published');
    const detail = await detailOf(itemId);
    expect(detail.versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(detail.decisions.map(({ itemVersion }) => itemVersion)).toEqual([2, 1]);
  });

  it('gives edits that race a clear answer and loses none of them half-way', async () => {
    const { itemId } = await submit(platform, comment(texts.benign));
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        platform.request<ItemAnswer>(`/v1/items/${itemId}`, {
          method: 'PUT',
          body: comment(`Edit number ${n} of this harmless comment`),
        }),
      ),
    );
    const accepted = answers.filter(({ status }) => status === 200).length;
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    expect((await detailOf(itemId)).version).toBe(1 + accepted);
  });

  it('refuses to move an item to another account', async () => {
    const { itemId } = await submit(platform, comment(texts.benign));
    const moved = await platform.request<Problem>(`/v1/items/${itemId}`, {
      method: 'PUT',
      body: comment(texts.benign, { account: { id: 'somebody-else' } }),
    });
    expect(moved).toMatchObject({ status: 422, body: { errors: [{ path: 'account.id' }] } });
  });

  it('erases a cleared item and keeps what was removed as evidence', async () => {
    const { itemId } = await submit(
      platform,
      comment('A quiet morning by the river, mist on the water', { account: { id: 'early-riser' } }),
    );
    expect((await platform.request(`/v1/items/${itemId}`, { method: 'DELETE' })).status).toBe(204);
    const detail = await detailOf(itemId);
    expect(detail).toMatchObject({ content: null, excerpt: '' });
    expect(detail.deletedAt).not.toBeNull();
    expect((await platform.request(`/v1/items/${itemId}`, { method: 'DELETE' })).status).toBe(404);
    expect((await platform.request(`/v1/items/${itemId}`, { method: 'PUT', body: comment(texts.benign) })).status).toBe(
      404,
    );
  });
});

describe('A8: re-posts', () => {
  it('reuses the signal of an identical text and carries its evidence over', async () => {
    const text = `${texts.hateful} (posted twice)`;
    await submit(platform, comment(text));
    const { itemId } = await submit(
      platform,
      comment(text, { account: { id: 'user-2' }, parts: [{ id: 'caption', kind: 'text', text }] }),
    );
    const reused = (await detailOf(itemId)).decisions[0]?.trace.find(({ detector }) => detector === 'text-classifier');
    expect(reused).toMatchObject({ reused: true, partId: 'caption' });
    expect(reused?.evidence.every((evidence) => 'partId' in evidence && evidence.partId === 'caption')).toBe(true);
  });
});

describe('search and visibility', () => {
  it('finds items by word, account, outcome and page by page', async () => {
    const stranger = await app.keyClient();
    for (let n = 0; n < 5; n += 1)
      await submit(
        stranger,
        comment(`The heron stands in the reeds, picture ${n}`, {
          account: { id: 'birdwatcher' },
          externalId: `heron-${n}`,
        }),
      );
    const first = await stranger.request<{ entries: ItemSummary[]; nextCursor: string }>(
      '/v1/items?text=heron%20ree&limit=3',
    );
    expect(first.body.entries.map(({ externalId }) => externalId)).toEqual(['heron-4', 'heron-3', 'heron-2']);
    const rest = await stranger.request<{ entries: ItemSummary[]; nextCursor: string | null }>(
      `/v1/items?text=heron&limit=3&cursor=${encodeURIComponent(first.body.nextCursor)}`,
    );
    expect(rest.body).toMatchObject({ nextCursor: null });
    expect(rest.body.entries.map(({ externalId }) => externalId)).toEqual(['heron-1', 'heron-0']);
    expect(
      (await stranger.request<{ entries: ItemSummary[] }>('/v1/items?externalId=heron-2')).body.entries,
    ).toHaveLength(1);
    expect((await stranger.request<Problem>('/v1/items?cursor=nonsense')).status).toBe(422);
  });

  it('shows a key only its own items, and a person all of them', async () => {
    const stranger = await app.keyClient();
    const { itemId } = await submit(platform, comment(texts.benign));
    expect((await stranger.request(`/v1/items/${itemId}`)).status).toBe(404);
    expect((await stranger.request(`/v1/items/${itemId}`, { method: 'PUT', body: comment(texts.benign) })).status).toBe(
      404,
    );
    expect((await stranger.request(`/v1/items/${itemId}`, { method: 'DELETE' })).status).toBe(404);
    expect((await stranger.request<{ entries: ItemSummary[] }>('/v1/items')).body.entries).toHaveLength(0);
    const analyst = await app.personClient('analyst');
    expect((await detailOf(itemId, analyst)).itemId).toBe(itemId);
  });
});

describe('batches', () => {
  it('takes each item on its own: a faulty one fails alone, in its place', async () => {
    const { status, body } = await platform.request<{
      results: { status: number; item?: ItemAnswer; problem?: Problem }[];
    }>('/v1/items/batch', {
      body: { items: [comment(texts.benign), { surface: 'comment' }, comment(texts.spammy)] },
    });
    expect(status).toBe(200);
    expect(body.results.map((result) => result.status)).toEqual([200, 422, 200]);
    expect(body.results[1]?.problem?.errors?.map(({ path }) => path)).toContain('account');
  });
});

describe('/v1/try', () => {
  it('runs the layers and stores nothing', async () => {
    const before = (await platform.request<{ entries: ItemSummary[] }>('/v1/items?limit=1')).body.entries[0]?.itemId;
    const { status, body } = await platform.request<TrialAnswer>('/v1/try', {
      body: { item: { parts: [{ id: 'body', kind: 'text', text: texts.hateful }] } },
    });
    expect(status).toBe(200);
    expect(body.layers.map(({ layer }) => layer)).toEqual([1, 2]);
    expect(body.trace.some(({ evidence }) => evidence.some(({ kind }) => kind === 'span'))).toBe(true);
    expect((await platform.request<{ entries: ItemSummary[] }>('/v1/items?limit=1')).body.entries[0]?.itemId).toBe(
      before,
    );
  });

  it('streams signals and layers as they come', async () => {
    const { status, headers, body } = await platform.request<string>('/v1/try', {
      body: { item: { parts: [{ id: 'body', kind: 'text', text: texts.benign }] } },
      headers: { accept: 'text/event-stream' },
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/event-stream');
    const events = body
      .split('\n\n')
      .filter(Boolean)
      .map((block) => /^event: (\w+)/.exec(block)?.[1]);
    expect(events.filter((event) => event === 'layer')).toHaveLength(2);
    expect(events.at(-1)).toBe('answer');
    expect(events.indexOf('signal')).toBeLessThan(events.indexOf('layer'));
  });
});
