import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyVersion } from '#contracts/policies-api.ts';
import type { Problem } from '#contracts/problem.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { activePolicy, publishPlainPolicy, publishPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';
import { decisionOn } from './support/trace.ts';

/** Thresholds are tested with scores that are known beforehand. */
const model = createScriptedModel();
let app: TestApplication;
let platform: Client;
let maker: Client;

beforeAll(async () => {
  app = await startTestApplication({ models: model.models });
  platform = await app.keyClient();
  maker = await app.personClient('policy');
  await publishPlainPolicy(maker);
}, 60_000);
afterAll(() => app.stop());

let accounts = 0;
const decide = (scores: Record<string, number>, more: Record<string, unknown> = {}) => {
  model.script = async () => scores;
  accounts += 1;
  // Each says something of its own, so that none is a copy of another.
  return decisionOn(platform, `Remark ${accounts} about the weather in ${'abcdefghij'.repeat(accounts % 5)}`, {
    account: { id: `account-${accounts}` },
    ...more,
  });
};

describe('E1: two thresholds per category', () => {
  it('below `review` is clear, at or above `remove` is removed, between goes to a person', async () => {
    for (const [score, outcome, display] of [
      [0.49, 'approve', 'published'],
      [0.5, 'review', 'under_review'],
      [0.89, 'review', 'under_review'],
      [0.9, 'remove', 'removed'],
      [1, 'remove', 'removed'],
    ] as const)
      expect(await decide({ harassment: score }), String(score)).toMatchObject({ outcome, display });
  });

  it('any category removes, all must clear', async () => {
    expect(await decide({ harassment: 0.1, violence: 0.95, spam: 0.6 })).toMatchObject({
      outcome: 'remove',
      categories: ['violence'],
    });
    expect(await decide({ harassment: 0.1, violence: 0.1, spam: 0.6 })).toMatchObject({
      outcome: 'review',
      categories: ['spam'],
    });
    expect((await decide({})).notAssessed).toContain('copyright');
  });

  it('can require a person whatever the score, and ask for more than removal', async () => {
    await publishPolicy(maker, ({ categories }) => {
      categories.self_harm!.automation = { remove: 'person', approve: 'auto' };
      categories.violence!.removeActions = ['suspend_account'];
    });
    expect(await decide({ self_harm: 0.99 })).toMatchObject({ outcome: 'review', stopReason: 'person_required' });
    expect(await decide({ violence: 0.99 })).toMatchObject({
      outcome: 'remove',
      actions: ['remove', 'suspend_account'],
    });
  });

  it('is overridden per surface, trust tier and locale', async () => {
    await publishPolicy(maker, (document) => {
      document.overrides = [
        {
          name: 'Chat is rough',
          when: { surface: ['chat'] },
          categories: { harassment: { review: 0.8, remove: 0.99 } },
        },
        {
          name: 'German is strict',
          when: { locale: ['de'] },
          categories: { harassment: { review: 0.2, remove: 0.6 } },
        },
        {
          name: 'New profiles wait',
          when: { surface: ['profile'], tier: ['new'] },
          categories: {},
          reviewModel: 'post_flag',
        },
      ];
    });
    const scores = { harassment: 0.7 };
    expect((await decide(scores)).outcome).toBe('review');
    expect((await decide(scores, { surface: 'chat' })).outcome).toBe('approve');
    expect((await decide(scores, { locale: 'de-CH' })).outcome).toBe('remove');
    expect(await decide(scores, { surface: 'profile' })).toMatchObject({ outcome: 'review', display: 'published' });
  });
});

describe('E2: fusion by weights', () => {
  it('takes the weights from the policy, and keeps each share on record', async () => {
    const probability = async () => {
      const { assessments } = await decide(
        { spam: 0.4 },
        { account: { id: `new-${accounts}`, createdAt: new Date().toISOString() } },
      );
      return assessments.find(({ category }) => category === 'spam')!;
    };
    await publishPolicy(maker, ({ fusion }) => {
      fusion.spam!.terms.account = { weight: 0, midpoint: -2.5 };
    });
    const without = await probability();
    await publishPolicy(maker, ({ fusion }) => {
      fusion.spam!.terms.account = { weight: 1, midpoint: -2.5 };
    });
    const withAccount = await probability();
    expect(without.probability).toBeCloseTo(0.4);
    expect(withAccount.probability).toBeGreaterThan(0.4);
    expect(withAccount.contributions.map(({ detector }) => detector).sort()).toEqual(['account', 'text-classifier']);
    // logit p = bias + the sum of the terms (docs/adr/0004-fusion.md).
    const { document } = await activePolicy(maker);
    const sum = withAccount.contributions.reduce((total, { term }) => total + term, document.fusion.spam!.bias);
    expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(withAccount.probability!, 9);
  });
});

describe('E3: the cheapest layer that can decide', () => {
  it('asks the models only where they can change the outcome', async () => {
    await publishPolicy(maker, (document) => {
      document.rules = [
        {
          id: 'final',
          title: 'Final',
          after: 1,
          when: 'text.contains("final-4711")',
          effects: [{ kind: 'act', outcome: 'remove', category: 'spam' }],
          enabled: true,
        },
      ];
    });
    const calls = model.calls;
    const { itemId } = await submit(platform, comment('This is final-4711', { deadlineMs: 20_000 }));
    expect(itemId).toBeDefined();
    expect(model.calls).toBe(calls);
    await decide({});
    expect(model.calls).toBe(calls + 1);
  });
});

describe('H1: the policy’s own words beside the thresholds', () => {
  it('clause, text and borderline examples come with the policy, and to the reviewer with the item', async () => {
    const { document } = await activePolicy(maker);
    const { harassment } = document.categories;
    expect(harassment).toMatchObject({
      title: expect.any(String),
      clause: expect.any(String),
      severity: expect.any(Number),
    });
    expect(harassment!.text.length).toBeGreaterThan(100);
    expect(harassment!.examples.map(({ verdict }) => verdict)).toEqual(
      expect.arrayContaining(['violates', 'allowed', 'borderline']),
    );
    const { itemId } = await decide({ harassment: 0.8 });
    const reviewer = await app.personClient('reviewer');
    const { body: queue } = await reviewer.request<{ entries: { id: string; itemId: string }[] }>(
      '/v1/review/tasks?limit=200',
    );
    const task = queue.entries.find((entry) => entry.itemId === itemId)!;
    const { body } = await reviewer.request<ReviewTaskDetail>(`/v1/review/tasks/${task.id}`);
    expect(body.policy).toContainEqual(
      expect.objectContaining({ category: 'harassment', text: harassment!.text, examples: harassment!.examples }),
    );
  });
});

describe('H2: versions, files, starters', () => {
  const publishText = async (document: string, note = '') => {
    const { version } = await activePolicy(maker);
    return maker.request<PolicyVersion>('/v1/policy/versions', { body: { document, note, basedOn: version } });
  };

  it('every publication is a version with its author and note, and none is ever changed', async () => {
    const before = await activePolicy(maker);
    const published = await publishPolicy(maker, (document) => {
      document.description = 'Described anew';
    });
    expect(published).toMatchObject({
      version: before.version + 1,
      active: true,
      publishedBy: expect.stringContaining('policy'),
    });
    const { body } = await maker.request<{ entries: PolicyVersion[] }>('/v1/policy/versions');
    expect(body.entries.map(({ version }) => version)).toEqual(
      Array.from({ length: published.version }, (_, n) => published.version - n),
    );
    expect(body.entries.filter(({ active }) => active).map(({ version }) => version)).toEqual([published.version]);
    const { body: old } = await maker.request<PolicyVersion>(`/v1/policy/versions/${before.version}`);
    expect(old.document).toEqual(before.document);
  });

  it('goes out as a file and comes back the same; an older version is published again as the next', async () => {
    const { document, version } = await activePolicy(maker);
    const exported = await maker.request<string>('/v1/policy/export');
    expect(exported.headers.get('content-type')).toContain('yaml');
    const imported = await publishText(exported.body, 'from a file');
    expect(imported).toMatchObject({ status: 201, body: { version: version + 1, note: 'from a file', document } });
    const first = await maker.request<string>('/v1/policy/export?version=1');
    expect((await publishText(first.body, 'back to the first')).status).toBe(201);
    expect((await activePolicy(maker)).document).toEqual(
      (await maker.request<PolicyVersion>('/v1/policy/versions/1')).body.document,
    );
  });

  it('an invalid file is refused with line, path and reason, and the active version stays', async () => {
    const { version } = await activePolicy(maker);
    const { body: text } = await maker.request<string>('/v1/policy/export');
    const line = text.split('\n').findIndex((row) => /^ +review: /.test(row)) + 1;
    const broken = text.replace(/^( +)review: .*$/m, '$1review: 7');
    const answer = await publishText(broken);
    expect(answer.status).toBe(422);
    const { errors } = answer.body as unknown as Problem;
    expect(errors?.[0]).toMatchObject({
      path: expect.stringMatching(/^categories\.\w+\.review$/),
      message: expect.stringContaining(`line ${line}`),
    });
    expect((await activePolicy(maker)).version).toBe(version);
  });

  it('starter policies are there to begin with, each valid as it is', async () => {
    const { body } = await maker.request<{ entries: { id: string; source: string }[] }>('/v1/policy/starters');
    expect(body.entries.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['default', 'forum', 'social', 'gaming', 'creator', 'adult']),
    );
    for (const { id, source } of body.entries)
      expect(
        (await maker.request<{ valid: boolean }>('/v1/policy/check', { body: { document: source } })).body,
        id,
      ).toMatchObject({ valid: true });
  });
});
