import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, startTestApplication, type TestApplication } from '#test/support/application.ts';
import { type ScriptedScorer, startScriptedScorer } from '#test/support/scripted-scorer.ts';
import { publishPlainPolicy, publishPolicy } from './support/policies.ts';
import { createScriptedModel } from './support/scripted-model.ts';
import { decisionOn, signalOf } from './support/trace.ts';

const fileFor = (address: string): string => `
scorers:
  - id: openai-moderation
    kind: openai_moderation
    baseUrl: ${address}/v1
    apiKeyFrom: SCORER_TEST_KEY
    timeoutMs: 500
    requestsPerMinute: 100000
    costUsd: 0.001
  - id: house-scorer
    kind: http
    url: ${address}/score
    headers: { x-api-key: "\${env:SCORER_TEST_KEY}" }
    request: { text: "{{text}}" }
    response: { categories: { spam: /scores/spam } }
    timeoutMs: 500
    requestsPerMinute: 100000
    calibration: { spam: [[0, 0], [0.5, 0.2], [1, 0.99]] }
`;

describe('C7 E5: external scorers as detectors', () => {
  let app: TestApplication;
  let platform: Client;
  let admin: Client;
  let scorer: ScriptedScorer;
  let folder: string;
  let number = 0;

  beforeAll(async () => {
    scorer = await startScriptedScorer(() => ({ scores: {} }));
    folder = mkdtempSync(join(tmpdir(), 'tidegate-scorers-'));
    writeFileSync(join(folder, 'scorers.yaml'), fileFor(scorer.address));
    app = await startTestApplication({
      models: createScriptedModel().models,
      env: {
        TIDEGATE_SCORERS: join(folder, 'scorers.yaml'),
        TIDEGATE_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
        SCORER_TEST_KEY: 'scorer-secret-1',
      },
    });
    platform = await app.keyClient();
    admin = await app.personClient('admin');
    await publishPlainPolicy(admin);
    await publishPolicy(admin, ({ categories }) => {
      categories.harassment!.requires = { text: ['openai-moderation'] };
      categories.spam!.requires = { text: ['house-scorer'] };
    });
  }, 60_000);
  afterAll(async () => {
    await app.stop();
    await scorer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    scorer.requests.length = 0;
    scorer.script = ({ path }) => ({ scores: path === '/score' ? { spam: 0.02 } : {} });
  });

  // Another text each time, so that neither re-posts nor remembered answers decide.
  const decide = (text: string) => {
    number += 1;
    return decisionOn(platform, `${text} (${number})`, { account: { id: `scored-${number}` } });
  };

  it('they are listed beside the detectors that ship, and asked with the key of the environment', async () => {
    const { body } = await admin.request<{ detectors: { id: string; layer: number; judges: string[] }[] }>(
      '/v1/system',
    );
    expect(body.detectors.find(({ id }) => id === 'openai-moderation')).toMatchObject({
      layer: 2,
      judges: ['hate_speech', 'harassment', 'sexual', 'violence', 'self_harm'],
    });
    const decision = await decide('See you at the match on Sunday!');
    expect(decision).toMatchObject({ outcome: 'approve', layer: 2 });
    expect(signalOf(decision, 'openai-moderation')).toMatchObject({
      status: 'ok',
      costUsd: 0.001,
      attributes: { scorer_model: 'omni-moderation-latest' },
    });
    expect(scorer.requests.map(({ path }) => path).sort()).toEqual(['/score', '/v1/moderations']);
    for (const { path, headers, content } of scorer.requests) {
      expect(content).toContain('See you at the match');
      expect(path === '/score' ? headers['x-api-key'] : headers.authorization).toMatch(/^(Bearer )?scorer-secret-1$/);
    }
    const stored = await app.database.database.query<{ trace: string }>('SELECT trace::text AS trace FROM decisions');
    expect(stored.map(({ trace }) => trace).join()).not.toContain('scorer-secret');
  });

  it('what they score decides like any other score, calibrated', async () => {
    scorer.script = ({ path }) => ({ scores: path === '/score' ? { spam: 0.02 } : { 'harassment/threatening': 0.99 } });
    expect(await decide('Words that the scorer knows')).toMatchObject({
      outcome: 'remove',
      categories: ['harassment'],
    });
    scorer.script = ({ path }) => ({ scores: path === '/score' ? { spam: 0.5 } : {} });
    const decision = await decide('An offer');
    const spam = decision.assessments.find(({ category }) => category === 'spam');
    expect(spam?.contributions.find(({ detector }) => detector === 'house-scorer')).toMatchObject({
      raw: 0.5,
      calibrated: 0.2,
    });
  });

  it.each([
    ['fails', { status: 500 }, 'failed'],
    ['hangs', { misbehave: 'hang' }, 'timeout'],
    ['never ends', { misbehave: 'endless' }, 'invalid'],
    ['says nonsense', { raw: '<html>' }, 'invalid'],
    ['leaves the score out', { scores: { other: 0.1 } }, 'invalid'],
    ['scores beyond 1', { scores: { spam: 1.5 } }, 'invalid'],
    ['points elsewhere', { status: 302, headers: { location: 'http://169.254.169.254/' } }, 'redirected'],
    // The last one: it is then left alone for as long as it wants.
    ['wants fewer requests', { status: 429, headers: { 'retry-after': '60' } }, 'rate_limited'],
  ] as const)(
    'a required scorer that %s means that a person decides: never approved, never a zero',
    async (_, reply, failure) => {
      scorer.script = ({ path }) => (path === '/score' ? reply : { scores: {} });
      const decision = await decide('See you at the match on Sunday!');
      const signal = signalOf(decision, 'house-scorer');
      expect(signal).toMatchObject({ status: 'unavailable', scores: {} });
      expect(signal.reason).toMatch(new RegExp(`^(${failure}|breaker_open):`));
      expect(decision.outcome).toBe('review');
      expect(decision.assessments.find(({ category }) => category === 'spam')).toMatchObject({ status: 'unavailable' });
    },
  );

  it('a file that cannot be used stops the start and says where it is wrong', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'scorers:\n  - id: terms\n    kind: openai_moderation\n    apiKeyFrom: NOT_SET_AT_ALL\n');
    const env = { TIDEGATE_SCORERS: file };
    const { database } = app;
    await expect(startTestApplication({ env, database })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /wrong\.yaml is not usable: line 4, scorers\[0\]\.apiKeyFrom: needs .*NOT_SET_AT_ALL/,
      ),
    });
    const set = { ...env, NOT_SET_AT_ALL: 'a-key' };
    await expect(startTestApplication({ env: set, database })).rejects.toThrow(
      '`terms`, which is the name of another detector',
    );
    await expect(
      startTestApplication({ env: { TIDEGATE_SCORERS: join(folder, 'none.yaml') }, database }),
    ).rejects.toThrow('cannot be read');
  });
});

describe('C7: a Tidegate as the scorer of another', () => {
  it('its drop-in for OpenAI speaks the protocol that is asked for', async () => {
    const scoring = await startTestApplication();
    const folder = mkdtempSync(join(tmpdir(), 'tidegate-scorers-'));
    try {
      const { key } = await scoring.keyClient(['score']);
      const baseUrl = `${scoring.address}/v1`;
      const scorers = [
        { id: 'other-tidegate', kind: 'openai_moderation', baseUrl, apiKeyFrom: 'OTHER_KEY', timeoutMs: 15_000 },
      ];
      writeFileSync(join(folder, 'scorers.yaml'), JSON.stringify({ scorers }));
      const asking = await startTestApplication({
        models: createScriptedModel().models,
        env: {
          TIDEGATE_SCORERS: join(folder, 'scorers.yaml'),
          TIDEGATE_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
          OTHER_KEY: key,
        },
      });
      try {
        const platform = await asking.keyClient();
        const scoresOf = async (text: string) => {
          const signal = signalOf(await decisionOn(platform, text), 'other-tidegate');
          expect(signal).toMatchObject({ status: 'ok', attributes: { scorer_model: 'omni-moderation-latest' } });
          return signal.scores;
        };
        const harmless = await scoresOf('Good morning, is this seat taken?');
        const threat = await scoresOf('I know where you live and I will kill you tonight');
        expect(Object.keys(threat).sort()).toEqual(['harassment', 'hate_speech', 'self_harm', 'sexual', 'violence']);
        expect(threat.violence).toBeGreaterThan(0.5);
        expect(harmless.violence).toBeLessThan(0.5);
      } finally {
        await asking.stop();
      }
    } finally {
      await scoring.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
