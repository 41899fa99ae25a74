import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { openAsOwner } from '#test/support/database.ts';
import { decided, detailOf, eventually } from './support/items.ts';
import { publishPlainPolicy, publishPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const model = createScriptedModel();
const hastyModel = createScriptedModel({ timeoutMs: 50 });
let app: TestApplication;
let hasty: TestApplication;
let platform: Client;
let hastyPlatform: Client;
let policyMaker: Client;
let reviewer: Client;

beforeAll(async () => {
  app = await startTestApplication({ models: model.models });
  hasty = await startTestApplication({ models: hastyModel.models });
  platform = await app.keyClient();
  hastyPlatform = await hasty.keyClient();
  policyMaker = await app.personClient('policy');
  reviewer = await app.personClient('reviewer');
  await publishPlainPolicy(policyMaker);
  await publishPlainPolicy(await hasty.personClient('policy'));
}, 60_000);
afterEach(() => {
  model.release();
  hastyModel.release();
});
afterAll(async () => {
  await app.stop();
  await hasty.stop();
});

const hurried = (text: string, more: Record<string, unknown> = {}) => comment(text, { deadlineMs: 1, ...more });

/** Long enough for layer 1 on a busy machine; the model is held until it has passed. */
const afterLayer1 = { deadlineMs: 1_500 };

describe('A2 E3: the deadline passes', () => {
  it('holds the item, and decides it with what comes in later', async () => {
    model.hold();
    const answer = await submit(platform, hurried('Nothing to see here'));
    expect(answer).toMatchObject({
      display: 'held',
      messageKey: 'moderation.held',
      decision: { outcome: 'hold', layer: 1 },
    });
    expect(answer.decision.rationale).toContain('deadline');
    const calls = model.calls;
    model.release();
    const detail = await decided(platform, answer.itemId);
    expect(detail).toMatchObject({ outcome: 'approve', display: 'published' });
    expect(detail.decisions.map(({ stopReason }) => stopReason)).toEqual(['all_clear', 'deadline']);
    expect(detail.decisions[0]?.supersedes).toBe(answer.decision.id);
    // What was under way went on; the model was not asked again.
    expect(model.calls).toBe(calls);
  });

  it('publishes meanwhile where the policy says so, and takes it back where it must', async () => {
    await publishPolicy(policyMaker, (document) => {
      document.onDeadline = 'publish';
      document.rules.push({
        id: 'suspicious_word',
        title: 'A word that this test finds suspicious',
        after: 1,
        when: 'text.contains("suspicious")',
        effects: [{ kind: 'score', category: 'spam', score: 0.8 }],
        enabled: true,
      });
    });
    model.hold();
    const [harmless, suspicious] = await Promise.all([
      submit(platform, hurried('First shown, then found out', { account: { id: 'one' }, ...afterLayer1 })),
      submit(platform, hurried('This is suspicious from the start', { account: { id: 'two' }, ...afterLayer1 })),
    ]);
    expect(harmless).toMatchObject({ display: 'published', decision: { outcome: 'hold' } });
    // What layer 1 already has doubts about is not shown first and checked afterwards.
    expect(suspicious).toMatchObject({ display: 'held', decision: { outcome: 'hold', categories: ['spam'] } });
    model.release({ hate_speech: 0.99 });
    expect(await decided(platform, harmless.itemId)).toMatchObject({ outcome: 'remove', display: 'removed' });
    await publishPolicy(policyMaker, (document) => {
      document.onDeadline = 'hold';
    });
  });

  it('gives a batch its answers one by one', async () => {
    model.hold();
    const items = ['a', 'b'].map((id) => hurried('In a batch', { account: { id } }));
    const { body } = await platform.request<{ results: { item: { display: string } }[] }>('/v1/items/batch', {
      body: { items },
    });
    expect(body.results.map(({ item }) => item.display)).toEqual(['held', 'held']);
  });

  it('edits that overtake a slow decision win: the late result is about an older version', async () => {
    model.hold();
    const arrived = model.waiting(1);
    const { itemId } = await submit(platform, hurried('The first version'));
    await arrived;
    model.script = async () => ({});
    const edited = await platform.request(`/v1/items/${itemId}`, {
      method: 'PUT',
      body: comment('The second version', { deadlineMs: 20_000 }),
    });
    expect(edited.status).toBe(200);
    const late = app.application.items.continueDeciding(itemId, 1, 0);
    model.release({ hate_speech: 0.99 });
    await late;
    expect(await detailOf(platform, itemId)).toMatchObject({ version: 2, outcome: 'approve', display: 'published' });
  });
});

describe('E4: nothing is decided twice, and nothing over a person’s head', () => {
  it('two runs of the same continuation record one decision', async () => {
    model.hold();
    const { itemId } = await submit(platform, hurried('Continued by two processes at once'));
    const runs = Promise.all([1, 2, 3].map(() => app.application.items.continueDeciding(itemId, 1, 0)));
    await model.waiting(2);
    model.release();
    await runs;
    const detail = await decided(platform, itemId);
    expect(detail.decisions.map(({ sequence, outcome }) => [sequence, outcome])).toEqual([
      [2, 'approve'],
      [1, 'hold'],
    ]);
    await app.application.items.continueDeciding(itemId, 1, 0);
    expect((await detailOf(platform, itemId)).decisions).toHaveLength(2);
  });

  it('a late machine result never supersedes what a person has decided meanwhile', async () => {
    model.hold();
    const arrived = model.waiting(1);
    const { itemId } = await submit(platform, hurried('A person decides while the machine still thinks'));
    // One run of the continuation waits with the model ...
    const late = app.application.items.continueDeciding(itemId, 1, 0);
    await arrived;
    // ... another, as of a second process, is quicker, and asks for a person.
    model.script = async () => ({ spam: 0.8 });
    await app.application.items.continueDeciding(itemId, 1, 0);
    const next = await reviewer.request<ReviewTaskDetail>('/v1/review/next', { method: 'POST' });
    expect(next.body.itemId).toBe(itemId);
    const { status } = await reviewer.request(`/v1/review/tasks/${next.body.id}/decide`, {
      body: { outcome: 'approve' },
    });
    expect(status).toBe(200);
    model.release({ hate_speech: 0.99 });
    await late;
    const detail = await detailOf(platform, itemId);
    expect(detail).toMatchObject({ outcome: 'approve', display: 'published', layer: 5 });
    expect(detail.decisions.map(({ decidedBy }) => decidedBy.kind)).toEqual(['reviewer', 'machine', 'machine']);
  });
});

describe('E5: a detector that cannot answer', () => {
  const fail: Record<string, typeof hastyModel.script> = {
    'does not answer in time': () => new Promise(() => {}),
    throws: () => Promise.reject(new RangeError('about quokka-7c1f')),
    'answers nonsense': async () => ({ spam: Number.NaN }),
    'answers beyond its range': async () => ({ spam: 1.5 }),
    'answers below zero': async () => ({ hate_speech: -0.1 }),
  };
  const onUnavailable = async (value: 'hold' | 'escalate' | 'pass') => {
    const maker = await hasty.personClient('policy');
    await publishPolicy(maker, (document) => {
      document.onUnavailable = value;
    });
  };

  it.each(Object.keys(fail))('that %s is unavailable, never zero', async (how) => {
    await onUnavailable('escalate');
    hastyModel.script = fail[how]!;
    const answer = await submit(hastyPlatform, comment('A harmless remark', { deadlineMs: 20_000 }));
    expect(answer).toMatchObject({ display: 'under_review', decision: { outcome: 'review' } });
    expect(answer.scores).toEqual({});
    const [decision] = (await detailOf(hastyPlatform, answer.itemId)).decisions;
    const signal = decision?.trace.find(({ detector }) => detector === 'text-classifier');
    expect(signal).toMatchObject({
      status: 'unavailable',
      scores: {},
      reason: expect.stringMatching(/^(timeout|error)/),
    });
    expect(JSON.stringify(decision)).not.toContain('quokka');
    const hate = decision?.assessments.find(({ category }) => category === 'hate_speech');
    expect(hate).toMatchObject({ status: 'unavailable', probability: null, missing: ['text-classifier@body'] });
    expect(decision?.stopReason).toBe('signal_unavailable');
  });

  it('passes where the policy says so, and says so itself', async () => {
    await onUnavailable('pass');
    hastyModel.script = fail.throws!;
    const answer = await submit(hastyPlatform, comment('A harmless remark', { deadlineMs: 20_000 }));
    expect(answer).toMatchObject({ display: 'published', decision: { outcome: 'approve' } });
    const [decision] = (await detailOf(hastyPlatform, answer.itemId)).decisions;
    expect(decision).toMatchObject({
      stopReason: 'signal_unavailable',
      rationale: expect.stringContaining('text-classifier@body'),
    });
  });

  it('holds where the policy says so, tries again, and in the end asks a person', async () => {
    await onUnavailable('hold');
    hastyModel.script = fail.throws!;
    const owner = openAsOwner(hasty.database);
    const hurryRetries = () =>
      owner.query('UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL');
    const answer = await submit(hastyPlatform, comment('Looked at again and again', { deadlineMs: 20_000 }));
    expect(answer).toMatchObject({ display: 'held', decision: { outcome: 'hold' } });
    const detail = await eventually(
      async () => {
        await hurryRetries();
        return detailOf(hastyPlatform, answer.itemId);
      },
      ({ outcome }) => outcome !== 'hold',
    );
    expect(detail.decisions.map(({ outcome }) => outcome)).toEqual(['review', 'hold', 'hold', 'hold']);
    expect(detail.decisions.map(({ facts }) => facts.lastAttempt)).toEqual([true, false, false, false]);

    const recovering = await submit(hastyPlatform, comment('Looked at once it works again', { deadlineMs: 20_000 }));
    hastyModel.script = async () => ({});
    const recovered = await eventually(
      async () => {
        await hurryRetries();
        return detailOf(hastyPlatform, recovering.itemId);
      },
      ({ outcome }) => outcome !== 'hold',
    );
    expect(recovered).toMatchObject({ outcome: 'approve', display: 'published' });
    await owner.close();
  });
});
