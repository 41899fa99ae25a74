import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '#contracts/explanation.ts';
import type { Problem } from '#contracts/problem.ts';
import { type Client, startTestApplication, type TestApplication } from '#test/support/application.ts';
import { captureLog } from './support/captured-log.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const path = '/v1/explanations';
const insult = 'What a lovely garden, and the gate is nice too. You are a pathetic idiot.';
const log = captureLog();

let app: TestApplication;
let platform: Client;
beforeAll(async () => {
  app = await startTestApplication({ log: log.log });
  platform = await app.keyClient(['try']);
}, 60_000);
afterAll(() => app.stop());

const explain = async (text: string, labels?: readonly string[]): Promise<Explanation> => {
  const { status, body } = await platform.request<Explanation>(path, { body: { text, ...(labels && { labels }) } });
  expect(status).toBe(200);
  return body;
};
const quotedFor = ({ labels }: Explanation, label: string, text: string): string[] =>
  labels.find((known) => known.label === label)?.spans.map(({ start, end }) => text.slice(start, end)) ?? [];

describe('C1: the words that move the score', () => {
  it('quotes the insult and not what is said beside it', async () => {
    const answer = await explain(insult);
    expect(answer).toMatchObject({ status: 'ok', detector: 'text-classifier', language: 'en' });
    expect(answer.labels.length).toBeGreaterThan(0);
    expect(answer.labels.length).toBeLessThanOrEqual(4);
    for (const { score, spans } of answer.labels) {
      expect(score).toBeGreaterThanOrEqual(0.3);
      expect(spans.map(({ weight }) => weight)).toEqual(spans.map(({ weight }) => weight).toSorted((a, b) => b - a));
    }
    const heaviest = quotedFor(answer, 'insult', insult)[0];
    expect(heaviest).toMatch(/idiot|pathetic/);
    expect(heaviest).not.toMatch(/garden|gate/);
  });

  it('counts in UTF-16 units of the text as it was sent', async () => {
    const text = `\u{1F600}\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u{1F1E9}\u{1F1EA} e\u0301 ${insult}`;
    expect(quotedFor(await explain(text, ['insult']), 'insult', text)[0]).toMatch(/^[a-z A-Z]*(idiot|pathetic)/);
  });

  it('quotes a disguised word as it was written', async () => {
    const text = 'You are such an 1d10t, really.';
    expect(quotedFor(await explain(text, ['insult']), 'insult', text).join(' ')).toContain('1d10t');
  });

  it('explains the labels that are asked for, whatever their score', async () => {
    const answer = await explain('The train leaves at nine.', ['spam', 'threat']);
    expect(answer.labels.map(({ label, kind }) => [label, kind]).toSorted()).toEqual([
      ['spam', 'category'],
      ['threat', 'attribute'],
    ]);
  });

  it('explains nothing of a text in which nothing was found', async () => {
    expect((await explain('The train leaves at nine.')).labels).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t\u00a0\u3000'],
    ['an emoji', '\u{1F595}'],
    ['a combining mark', '\u0301'],
    ['invisible characters', '\u200b\u200d\ufeff'],
  ])('finds no words in %s', async (_what, text) => {
    const { status, labels } = await explain(text, ['insult', 'harassment']);
    expect(status).toBe('ok');
    for (const { spans } of labels)
      for (const { start, end } of spans) expect(start < end && end <= text.length).toBe(true);
  });

  it('says that a language is not known', async () => {
    const text =
      'Ich habe heute mit meiner Großmutter einen wunderbaren Spaziergang am Fluss gemacht, es war sehr schön.';
    expect(await explain(text)).toMatchObject({ status: 'not_applicable', language: 'de', labels: [] });
  });

  it('takes a long text whole, up to the limit', { timeout: 90_000 }, async () => {
    const filler = 'The garden has roses and a pond. '.repeat(700).slice(0, 20_000 - insult.length - 1);
    const text = `${filler} ${insult}`;
    expect(text).toHaveLength(20_000);
    expect(quotedFor(await explain(text, ['insult']), 'insult', text).join(' ')).toMatch(/idiot|pathetic/);
    const { status, body } = await platform.request<Problem>(path, { body: { text: `${text}!` } });
    expect(status).toBe(422);
    expect(body.errors?.[0]?.path).toBe('text');
  });

  it.each([
    ['an unknown label', { text: 'a', labels: ['insult', 'copyright'] }, 'labels[1]'],
    ['no label', { text: 'a', labels: [] }, 'labels'],
    ['a name that objects have', { text: 'a', labels: ['constructor'] }, 'labels[0]'],
    ['a lone surrogate', { text: 'a\ud83d' }, 'text'],
    ['no text', {}, 'text'],
    ['a text that is none', { text: ['a'] }, 'text'],
  ])('refuses %s and names the place', async (_what, body, where) => {
    const answer = await platform.request<Problem>(path, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map(({ path: place }) => place)).toContain(where);
  });

  it('turns people away with a time to come back when many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        platform.request<Problem>(path, { body: { text: `${insult} ${index}`, labels: ['insult'] } }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(answers.length - refused.length).toBeGreaterThan(1);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers } of refused) {
      expect([429, 503]).toContain(status);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('keeps nothing and logs no content', async () => {
    await explain(insult);
    expect(await app.database.database.query('SELECT 1 FROM items')).toEqual([]);
    expect(log.text()).not.toMatch(/pathetic/);
  });
});

describe('a text model that cannot explain', () => {
  it('is a problem with a time to come back, and not an empty explanation', async () => {
    const other = await startTestApplication({ models: createScriptedModel().models });
    try {
      const answer = await (await other.keyClient(['try'])).request<Problem>(path, { body: { text: insult } });
      expect(answer.status).toBe(503);
      expect(answer.body.type).toBe('urn:tidegate:problem:unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await other.stop();
    }
  });
});
