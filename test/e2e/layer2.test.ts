import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { type Client, comment, startTestApplication, type TestApplication } from '#test/support/application.ts';
import { decisionOn, quoted, signalOf } from './support/trace.ts';

const texts = JSON.parse(readFileSync(new URL('../fixtures/texts.json', import.meta.url), 'utf8')) as Record<
  'benign' | 'hateful' | 'spammy' | 'ambiguous',
  string
>;

let app: TestApplication;
let platform: Client;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

const heads = ['harassment', 'hate_speech', 'self_harm', 'sexual', 'spam', 'violence'];

describe('C1: the text classifier that ships', () => {
  it('scores every category that it judges, and toxicity beside them', async () => {
    const signal = signalOf(await decisionOn(platform, texts.benign), 'text-classifier');
    expect(signal).toMatchObject({ status: 'ok', layer: 2, partId: 'body' });
    expect(Object.keys(signal.scores).sort()).toEqual(heads);
    expect(signal.attributes).toMatchObject({ language: 'en', toxicity: expect.any(Number) });
  });

  it('finds what is hateful hateful and what is spam spam, and shows where', async () => {
    const hateful = signalOf(await decisionOn(platform, texts.hateful, { account: { id: 'c1-a' } }), 'text-classifier');
    expect(hateful.scores.hate_speech).toBeGreaterThan(0.5);
    expect(quoted(hateful, texts.hateful).join(' ')).toMatch(/vermin|subhuman|trash|filthy|immigrants/i);
    const spammy = signalOf(await decisionOn(platform, texts.spammy, { account: { id: 'c1-b' } }), 'text-classifier');
    expect(spammy.scores.spam).toBeGreaterThan(0.5);
    const benign = signalOf(await decisionOn(platform, texts.benign, { account: { id: 'c1-c' } }), 'text-classifier');
    for (const category of heads) expect(benign.scores[category], category).toBeLessThan(0.5);
  });

  it('is calibrated once, in the engine: the record has the raw score and the probability', async () => {
    const decision = await decisionOn(platform, texts.hateful, { account: { id: 'c1-d' } });
    const raw = signalOf(decision, 'text-classifier').scores.hate_speech!;
    const contribution = decision.assessments
      .find(({ category }) => category === 'hate_speech')
      ?.contributions.find(({ detector }) => detector === 'text-classifier');
    expect(contribution?.raw).toBe(raw);
    const map = app.application.calibrations('text-classifier', signalOf(decision, 'text-classifier').version);
    expect(map?.categories.hate_speech?.points.length).toBeGreaterThan(1);
    expect(contribution?.calibrated).toBeGreaterThan(0);
    expect(contribution?.calibrated).toBeLessThanOrEqual(1);
  });

  it('says when a text is outside its languages, and that clears nothing', async () => {
    const text =
      'Ich habe heute mit meiner Gro\u00dfmutter einen wunderbaren Spaziergang am Fluss gemacht, es war sehr sch\u00f6n.';
    const decision = await decisionOn(platform, text, { account: { id: 'c1-e' } });
    const signal = signalOf(decision, 'text-classifier');
    expect(signal).toMatchObject({ status: 'not_applicable', scores: {}, attributes: { language: 'de' } });
    expect(signal.reason).toContain('language');
    expect(decision).toMatchObject({ outcome: 'review', stopReason: 'signal_unavailable' });
    expect(decision.assessments.find(({ category }) => category === 'hate_speech')).toMatchObject({
      status: 'unavailable',
      probability: null,
    });
  });

  it('judges each part by itself', async () => {
    const parts = [
      { id: 'title', kind: 'text', text: texts.benign },
      { id: 'body', kind: 'text', text: texts.hateful },
    ];
    const decision = await decisionOn(platform, '', { parts, account: { id: 'c1-f' } });
    const signals = decision.trace.filter(({ detector }) => detector === 'text-classifier');
    expect(signals.map(({ partId }) => partId)).toEqual(['title', 'body']);
    expect(signals[1]!.scores.hate_speech!).toBeGreaterThan(signals[0]!.scores.hate_speech!);
    expect(signals[1]!.evidence.every((evidence) => 'partId' in evidence && evidence.partId === 'body')).toBe(true);
  });
});

describe('C8: inference in batches, off the event loop', () => {
  it('a hundred long texts at once do not keep others from being answered', async () => {
    const words = texts.benign.repeat(60);
    const items = Array.from({ length: 60 }, (_, n) =>
      comment(`${n} ${words}`, { account: { id: `c8-${n}` }, deadlineMs: 60_000 }),
    );
    let done = false;
    const batch = platform
      .request<{ results: { status: number; item: { decision: { outcome: string } } }[] }>('/v1/items/batch', {
        body: { items },
      })
      .finally(() => {
        done = true;
      });
    let answeredMeanwhile = 0;
    while (!done) {
      expect((await app.nobody.request('/healthz')).status).toBe(200);
      if (!done) answeredMeanwhile += 1;
    }
    const { results } = (await batch).body;
    expect(results.map(({ status }) => status)).toEqual(items.map(() => 200));
    expect(results.every(({ item }) => item.decision.outcome !== 'hold')).toBe(true);
    expect(answeredMeanwhile).toBeGreaterThan(0);
  });

  it('gives in a batch what it gives alone', async () => {
    const trial = async (text: string): Promise<TrialAnswer> =>
      (
        await platform.request<TrialAnswer>('/v1/try', {
          body: { item: { parts: [{ id: 'body', kind: 'text', text }] } },
        })
      ).body;
    const several = Object.values(texts).map((text) => `${text} (once more)`);
    const together = await Promise.all(several.map(trial));
    for (const [index, text] of several.entries()) {
      const alone = await trial(text);
      const [one, other] = [alone, together[index]!].map(
        ({ trace }) => trace.find(({ detector }) => detector === 'text-classifier')?.scores,
      );
      expect(other).toEqual(one);
    }
  });
});
