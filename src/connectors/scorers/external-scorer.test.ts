import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScorerContent } from '#engine/ports/external-scorer.ts';
import { systemClock } from '#platform/clock.ts';
import { Secret } from '#platform/config-secret.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import { type ScorerScript, type ScriptedScorer, startScriptedScorer } from '#test/support/scripted-scorer.ts';
import { createExternalScorer, type ExternalScorerDependencies } from './external-scorer.ts';
import { readScorers } from './read-scorers.ts';

const never = new AbortController().signal;
const text = (words: string): ScorerContent => ({ kind: 'text', text: words });
const picture: ScorerContent = {
  kind: 'image',
  image: { type: 'image/jpeg', width: 2, height: 2, data: Uint8Array.from([0xff, 0xd8, 0xff]) },
};

describe('C7 an external scorer', () => {
  let server: ScriptedScorer;
  const start = async (script: ScorerScript): Promise<void> => {
    server = await startScriptedScorer(script);
  };
  beforeEach(() => start(() => ({ scores: { spam: 0.25 } })));
  afterEach(() => server.close());

  const scorerOf = (settings: object, dependencies: Partial<ExternalScorerDependencies> = {}) => {
    const read = readScorers(JSON.stringify({ scorers: [{ id: 'one', ...settings }] }), () => new Secret('key-1'));
    if ('faults' in read) throw new Error(JSON.stringify(read.faults));
    const [{ settings: limits, protocol }] = read.scorers as [(typeof read.scorers)[number]];
    const fetch = createGuardedFetch({ allowedPrivateHosts: ['127.0.0.1'] });
    return createExternalScorer(protocol, limits, { fetch, clock: systemClock, ...dependencies });
  };
  const house = (settings: object = {}, dependencies: Partial<ExternalScorerDependencies> = {}) =>
    scorerOf(
      {
        kind: 'http',
        url: `${server.address}/score`,
        request: { text: '{{text}}', options: { depth: [1, '{{text}}'] } },
        response: { categories: { spam: '/scores/spam' } },
        timeoutMs: 1_000,
        requestsPerMinute: 100_000,
        costUsd: 0.01,
        ...settings,
      },
      dependencies,
    );

  it('asks with the content as a JSON value wherever it is wanted, whatever the content', async () => {
    const words = 'a "quoted" \\ {{text}} ","spam":0} \ud800 \u0000';
    expect(await house().score(text(words), never)).toEqual({
      status: 'ok',
      scores: { spam: 0.25 },
      attributes: {},
      costUsd: 0.01,
    });
    const sent = words.toWellFormed();
    expect(server.requests[0]?.body).toEqual({ text: sent, options: { depth: [1, sent] } });
  });

  it('reads scores by scale, inverted, the highest of several, and attributes', async () => {
    server.script = () => ({ scores: { safe: 90, rude: 0.2, coarse: 0.4, loud: 1 } });
    const scorer = house({
      response: {
        categories: {
          harassment: ['/scores/rude', '/scores/coarse'],
          spam: { at: '/scores/safe', scale: 0.01, invert: true },
        },
        attributes: { loudness: '/scores/loud' },
      },
    });
    const result = await scorer.score(text('words'), never);
    expect(result).toMatchObject({ status: 'ok', scores: { harassment: 0.4 }, attributes: { loudness: 1 } });
    expect(result.status === 'ok' && result.scores.spam).toBeCloseTo(0.1, 9);
  });

  it('sends pictures as they are wanted', async () => {
    const scorer = house({
      input: 'image',
      request: { image: '{{image.dataUrl}}', raw: '{{image.base64}}', type: '{{image.type}}' },
    });
    await scorer.score(picture, never);
    expect(server.requests[0]?.body).toEqual({ image: 'data:image/jpeg;base64,/9j/', raw: '/9j/', type: 'image/jpeg' });
  });

  describe('of OpenAI', () => {
    const openAi = (settings: object = {}) =>
      scorerOf({ kind: 'openai_moderation', baseUrl: `${server.address}/v1`, apiKeyFrom: 'KEY', ...settings });

    it('takes the highest of the categories that are one of ours', async () => {
      server.script = () => ({ scores: { hate: 0.3, 'hate/threatening': 0.7, 'sexual/minors': 0.6, violence: 0.1 } });
      const result = await openAi().score(text('words'), never);
      expect(result).toMatchObject({ status: 'ok', scores: { hate_speech: 0.7, sexual: 0.6, violence: 0.1 } });
      expect(server.requests[0]).toMatchObject({
        body: { model: 'omni-moderation-latest', input: 'words' },
        headers: { authorization: 'Bearer key-1' },
      });
    });

    it('of pictures takes only what the model looks for in them', async () => {
      server.script = () => ({ scores: { sexual: 0.8 } });
      const result = await openAi({ input: 'image' }).score(picture, never);
      expect(result).toMatchObject({ status: 'ok', scores: { sexual: 0.8, violence: 0.00001 } });
      // It answers 0 for what it did not look for.
      expect(
        await openAi({ input: 'image', categories: { hate_speech: ['hate'] } }).score(picture, never),
      ).toMatchObject({
        status: 'unavailable',
        failure: 'invalid',
        message: expect.stringContaining('did not look for `hate`'),
      });
    });

    it('of pictures takes nothing where it is not said what was looked for', async () => {
      server.script = () => ({
        status: 200,
        body: { results: [{ category_scores: { sexual: 0, violence: 0, 'self-harm': 0 } }] },
      });
      expect(await openAi({ input: 'image' }).score(picture, never)).toMatchObject({
        status: 'unavailable',
        failure: 'invalid',
      });
    });

    it.each([
      ['no result', { results: [] }],
      ['two results', { results: [{ category_scores: {} }, { category_scores: {} }] }],
      ['a score that is missing', { results: [{ category_scores: { hate: 0.1 } }] }],
      ['a score that is a text', { results: [{ category_scores: { hate: '0.1', 'hate/threatening': 0.1 } }] }],
    ])('%s is no answer', async (_, body) => {
      server.script = () => ({ status: 200, body });
      const result = await openAi({ categories: { hate_speech: ['hate', 'hate/threatening'] } }).score(
        text('words'),
        never,
      );
      expect(result).toMatchObject({ status: 'unavailable', failure: 'invalid' });
    });
  });

  it('reads an ML backend of Label Studio by the choice that it makes', async () => {
    const backend = scorerOf({
      kind: 'label_studio_ml',
      url: server.address,
      categories: { spam: 'Spam', harassment: 'Rude' },
      labelConfig: '<View/>',
    });
    server.script = () => ({ scores: { Spam: 0.9, Rude: 0.05 } });
    const result = await backend.score(text('words'), never);
    expect(result).toMatchObject({ status: 'ok', scores: { spam: 0.9 }, attributes: { scorer_model: 'scripted-1' } });
    expect(result.status === 'ok' && result.scores.harassment).toBeCloseTo(0.1, 9);
    expect(server.requests[0]?.body).toMatchObject({ tasks: [{ data: { text: 'words' } }], label_config: '<View/>' });
    server.script = () => ({ status: 200, body: { results: [{ score: 0.5, result: [] }] } });
    expect(await backend.score(text('words'), never)).toMatchObject({ status: 'unavailable', failure: 'invalid' });
  });

  it('a choice of a later question counts as much as one of the first', async () => {
    const categories = { spam: 'Spam', harassment: 'Rude' };
    const backend = scorerOf({ kind: 'label_studio_ml', url: server.address, categories });
    const choice = (name: string, score: number) => ({ type: 'choices', score, value: { choices: [name] } });
    server.script = () => ({
      status: 200,
      body: { results: [{ result: [choice('No spam', 0.99), choice('Rude', 0.9)] }] },
    });
    const result = await backend.score(text('words'), never);
    expect(result).toMatchObject({ status: 'ok', scores: { harassment: 0.9 } });
    expect(result.status === 'ok' && result.scores.spam).toBeCloseTo(0.1, 9);
    const halfAnswered = { type: 'choices', score: 0.9, value: { choices: [] } };
    server.script = () => ({ status: 200, body: { results: [{ result: [choice('No spam', 0.99), halfAnswered] }] } });
    expect(await backend.score(text('words'), never)).toMatchObject({ status: 'unavailable', failure: 'invalid' });
  });

  it('content that the scorer does not know is not applicable, also where it says so by a refusal', async () => {
    const scorer = house({
      response: { categories: { spam: '/scores/spam' }, notApplicableWhen: { at: '/error/kind', equals: 'LANGUAGE' } },
    });
    server.script = () => ({ status: 400, body: { error: { kind: 'LANGUAGE' } } });
    expect(await scorer.score(text('palabras'), never)).toMatchObject({ status: 'not_applicable' });
    server.script = () => ({ status: 400, body: { error: { kind: 'OTHER' } } });
    expect(await scorer.score(text('words'), never)).toMatchObject({ status: 'unavailable', failure: 'refused' });
    const flagged = house({ response: { categories: { spam: '/spam' }, notApplicableWhen: '/unsupported' } });
    server.script = () => ({ status: 200, body: { unsupported: true } });
    expect(await flagged.score(text('words'), never)).toMatchObject({ status: 'not_applicable' });
    server.script = () => ({ status: 200, body: { unsupported: false, spam: 0.5 } });
    expect(await flagged.score(text('words'), never)).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['fails', { status: 500 }, 'failed'],
    ['hangs', { misbehave: 'hang' }, 'timeout'],
    ['never ends', { misbehave: 'endless' }, 'invalid'],
    ['hangs up', { misbehave: 'drop' }, 'unreachable'],
    ['stops half-way', { misbehave: 'half' }, 'unreachable'],
    ['wants fewer requests', { status: 429, headers: { 'retry-after': '30' } }, 'rate_limited'],
    ['refuses the key', { status: 401 }, 'refused'],
    ['points elsewhere', { status: 302, headers: { location: 'http://169.254.169.254/' } }, 'redirected'],
    ['points nowhere', { status: 304 }, 'redirected'],
    ['says nonsense', { raw: '<html>' }, 'invalid'],
    ['says nothing', { raw: '' }, 'invalid'],
    ['is not in UTF-8 or JSON', { raw: '{"scores":{"spam":NaN}}' }, 'invalid'],
    ['leaves the score out', { scores: { ham: 0.1 } }, 'invalid'],
    ['scores null', { status: 200, body: { scores: { spam: null } } }, 'invalid'],
    ['scores in words', { status: 200, body: { scores: { spam: '0.1' } } }, 'invalid'],
    ['scores below 0', { scores: { spam: -0.1 } }, 'invalid'],
    ['scores beyond 1', { scores: { spam: 1.01 } }, 'invalid'],
    ['scores beyond numbers', { raw: '{"scores":{"spam":1e999}}' }, 'invalid'],
  ] as const)('a server that %s gives no score', async (_, reply, failure) => {
    server.script = () => reply;
    const result = await house({ timeoutMs: 400 }).score(text('the words of the item'), never);
    expect(result).toMatchObject({ status: 'unavailable', failure, message: expect.stringMatching(/\w{4}/) });
    expect(JSON.stringify(result)).not.toContain('words of the item');
  });

  it('tries once more what passes, and waits as long as the server asks for where there is time', async () => {
    server.script = ({ number }) =>
      number === 1 ? { status: 503, headers: { 'retry-after': '1' } } : { scores: { spam: 0.1 } };
    expect(await house({ timeoutMs: 5_000 }).score(text('words'), never)).toMatchObject({
      status: 'ok',
      costUsd: 0.01,
    });
    expect(server.requests).toHaveLength(2);
    // No time for that: not asked a second time.
    server.script = () => ({ status: 503, headers: { 'retry-after': '1' } });
    expect(await house({ timeoutMs: 900 }).score(text('words'), never)).toMatchObject({ failure: 'failed' });
    expect(server.requests).toHaveLength(3);
    server.script = () => ({ status: 500 });
    await house().score(text('words'), never);
    expect(server.requests).toHaveLength(5);
  });

  it('leaves a server alone that asks for it', async () => {
    server.script = () => ({ status: 429, headers: { 'retry-after': '30' } });
    const scorer = house();
    await scorer.score(text('one'), never);
    server.script = () => ({ scores: { spam: 0.1 } });
    expect(await scorer.score(text('two'), never)).toMatchObject({ failure: 'rate_limited', costUsd: 0 });
    expect(server.requests).toHaveLength(1);
  });

  it('leaves a server alone that keeps failing, and tries it again later', async () => {
    server.script = () => ({ status: 401 });
    const scorer = house({}, { breakAfter: 2, halfOpenAfterMs: 200 });
    for (let n = 0; n < 2; n += 1) await scorer.score(text('words'), never);
    expect(await scorer.score(text('words'), never)).toMatchObject({ failure: 'breaker_open' });
    expect(server.requests).toHaveLength(2);
    server.script = () => ({ scores: { spam: 0.1 } });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await scorer.score(text('words'), never)).toMatchObject({ status: 'ok' });
  });

  it('content that the server refuses does not cost others their scorer', async () => {
    server.script = ({ content }) => (content === 'odd' ? { status: 422 } : { scores: { spam: 0.1 } });
    const scorer = house({}, { breakAfter: 2 });
    for (let n = 0; n < 4; n += 1) expect(await scorer.score(text('odd'), never)).toMatchObject({ failure: 'refused' });
    expect(await scorer.score(text('even'), never)).toMatchObject({ status: 'ok' });
  });

  it('asks so many at once, and so many a minute', async () => {
    let inside = 0;
    let most = 0;
    server.script = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
      return { scores: { spam: 0.1 } };
    };
    const scorer = house({ concurrency: 2 });
    const results = await Promise.all(Array.from({ length: 8 }, (_, n) => scorer.score(text(`${n}`), never)));
    expect(results.every(({ status }) => status === 'ok')).toBe(true);
    expect(most).toBe(2);
    const slow = house({ requestsPerMinute: 10 });
    expect(await slow.score(text('first'), never)).toMatchObject({ status: 'ok' });
    expect(await slow.score(text('second'), never)).toMatchObject({ failure: 'rate_limited' });
  });

  it('gives up when told to', async () => {
    server.script = () => ({ misbehave: 'hang' });
    const abort = new AbortController();
    const scorer = house({ timeoutMs: 5_000 }, { breakAfter: 1 });
    const asked = scorer.score(text('words'), abort.signal);
    setTimeout(() => abort.abort(), 30);
    expect(await asked).toMatchObject({ failure: 'aborted' });
    expect(await scorer.score(text('words'), AbortSignal.abort())).toMatchObject({ failure: 'aborted' });
    // Nobody's fault: the server is still asked.
    server.script = () => ({ scores: { spam: 0.1 } });
    expect(await scorer.score(text('words'), never)).toMatchObject({ status: 'ok' });
  });

  it('reaches nothing private that is not allowed', async () => {
    const fetch = createGuardedFetch({ allowedPrivateHosts: [] });
    expect(await house({}, { fetch }).score(text('words'), never)).toMatchObject({
      failure: 'refused',
      message: expect.stringContaining('TIDEGATE_ALLOWED_PRIVATE_HOSTS'),
    });
    expect(server.requests).toHaveLength(0);
  });
});
