import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JudgeEndpoint, ModelRequest, SpendingCap } from '#engine/ports/language-model.ts';
import { systemClock } from '#platform/clock.ts';
import { TokenBucket } from '#platform/token-bucket.ts';
import { type LlmScript, type ScriptedLlm, startScriptedLlm } from '#test/support/scripted-llm.ts';
import { createLanguageModel } from './language-model.ts';
import { ModelPool } from './model-pool.ts';

const unlimited: SpendingCap = { take: async () => () => {} };
const request: ModelRequest = {
  messages: [
    { role: 'system', content: [{ kind: 'text', text: 'Answer in JSON.' }] },
    { role: 'user', content: [{ kind: 'text', text: 'What is it?' }] },
  ],
  schema: { name: 'verdict', schema: { type: 'object', properties: {}, required: [], additionalProperties: false } },
  maximumOutputTokens: 100,
};
const never = new AbortController().signal;

describe('D4 a language model behind an endpoint', () => {
  let llm: ScriptedLlm;
  const start = async (script: LlmScript): Promise<ScriptedLlm> => {
    llm = await startScriptedLlm(script);
    return llm;
  };
  const endpointWith = (changes: Partial<JudgeEndpoint> = {}): JudgeEndpoint => ({
    tier: 'small',
    name: 'Scripted',
    baseUrl: llm.baseUrl,
    model: 'scripted-1',
    apiKey: 'secret-key-12345',
    enabled: true,
    images: false,
    structure: 'json_schema',
    timeoutMs: 3_000,
    concurrency: 4,
    requestsPerMinute: 6_000,
    dailyCostUsd: null,
    inputCostPerMillion: 1,
    outputCostPerMillion: 10,
    minimumConfidence: 0.7,
    maximumOutputTokens: 600,
    revision: 1,
    ...changes,
  });
  const modelWith = (changes: Partial<JudgeEndpoint> = {}, cap = unlimited, options = {}) =>
    createLanguageModel(endpointWith(changes), { clock: systemClock, cap, ...options });

  beforeEach(() => start(() => ({ content: { fine: true } })));
  afterEach(() => llm.close());

  it('asks in the protocol, with a strict schema, and counts what it costs', async () => {
    const result = await modelWith().complete(request, never);
    expect(result).toEqual({
      ok: true,
      text: '{"fine":true}',
      model: 'scripted-1',
      usage: { inputTokens: 400, outputTokens: 40, costUsd: (400 + 400) / 1e6 },
    });
    const [{ body, authorization }] = llm.requests as [(typeof llm.requests)[number]];
    expect(authorization).toBe('Bearer secret-key-12345');
    expect(body).toMatchObject({
      model: 'scripted-1',
      max_tokens: 100,
      temperature: 0,
      response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true } },
    });
  });

  it('asks for no schema where the server knows none, and sends pictures as data', async () => {
    await modelWith({ structure: 'none' }).complete(
      {
        ...request,
        messages: [
          ...request.messages,
          { role: 'user', content: [{ kind: 'image', type: 'image/jpeg', data: new Uint8Array([255, 216, 255]) }] },
        ],
      },
      never,
    );
    expect(llm.requests[0]!.body).not.toHaveProperty('response_format');
    expect(llm.requests[0]!.images).toEqual(['data:image/jpeg;base64,/9j/']);
  });

  it('counts the most that an answer can have cost where the server does not say', async () => {
    llm.script = () => ({ content: 'x', usage: null });
    const result = await modelWith().complete(request, never);
    expect(result.usage.inputTokens).toBeNull();
    expect(result.usage.costUsd).toBeGreaterThan((100 * 10) / 1e6);
  });

  it.each([
    [-1_000_000_000, 40],
    [400, 1e300],
    [1.5, 40],
  ])('does not believe a server that counts %d and %d tokens: the most is assumed', async (prompt, completion) => {
    llm.script = () => ({ content: 'x', usage: { prompt_tokens: prompt, completion_tokens: completion } });
    const taken: number[] = [];
    const settled: number[] = [];
    const cap: SpendingCap = {
      take: async (usd) => {
        taken.push(usd);
        return (spent) => void settled.push(spent);
      },
    };
    const { usage } = await modelWith({ dailyCostUsd: 1 }, cap).complete(request, never);
    expect(usage.costUsd).toBeCloseTo(taken[0]!);
    expect(settled).toEqual(taken);
    for (const tokens of [usage.inputTokens, usage.outputTokens]) expect(tokens ?? 0).toBeOneOf([0, 40, 400]);
  });

  it('tries again what passes, as long as there is time', async () => {
    llm.script = ({ number }) => (number < 3 ? { status: number === 1 ? 503 : 429 } : { content: 'there' });
    const result = await modelWith().complete(request, never);
    expect(result).toMatchObject({ ok: true, text: 'there' });
    expect(llm.requests).toHaveLength(3);
  });

  it('waits as long as the server asks for, where that is soon', async () => {
    const times: number[] = [];
    llm.script = ({ number }) => {
      times.push(Date.now());
      return number === 1 ? { status: 429, headers: { 'retry-after': '1' } } : { content: 'there' };
    };
    expect(await modelWith().complete(request, never)).toMatchObject({ ok: true });
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  });

  it('leaves a server alone that wants an hour, without a single further request', async () => {
    llm.script = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    const model = modelWith();
    for (let n = 0; n < 20; n += 1)
      expect(await model.complete(request, never)).toMatchObject({ ok: false, failure: 'rate_limited' });
    expect(llm.requests).toHaveLength(1);
  });

  it('asks again where the clock is set back a day', async () => {
    let now = Date.now();
    const model = createLanguageModel(endpointWith(), { clock: { now: () => now }, cap: unlimited });
    llm.script = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await model.complete(request, never)).toMatchObject({ ok: false, failure: 'rate_limited' });
    now -= 86_400_000;
    llm.script = () => ({ content: 'there' });
    expect(await model.complete(request, never)).toMatchObject({ ok: true });

    const bucket = new TokenBucket(10, now);
    expect(bucket.take(now, 0)).toBe(0);
    expect(bucket.take(now, 0)).toBe('too_long');
    now -= 86_400_000;
    expect(bucket.take(now, 0)).toBe('too_long');
    expect(bucket.take(now + 6_000, 0)).toBe(0);
  });

  it('does not hammer a server that says 429 without saying how long', async () => {
    llm.script = () => ({ status: 429 });
    const model = modelWith();
    for (let n = 0; n < 20; n += 1) await model.complete(request, never);
    expect(llm.requests.length).toBeLessThanOrEqual(3);
  });

  it('opens its breaker after failures in a row, and closes it when the server is back', async () => {
    llm.script = () => ({ status: 401, body: '{"error":{"message":"Incorrect API key: secret-key-12345"}}' });
    const model = modelWith({}, unlimited, { breakAfter: 3, halfOpenAfterMs: 50 });
    for (let n = 0; n < 3; n += 1) expect(await model.complete(request, never)).toMatchObject({ failure: 'refused' });
    expect(model.state).toBe('open');
    expect(await model.complete(request, never)).toMatchObject({ failure: 'breaker_open' });
    expect(llm.requests).toHaveLength(3);
    llm.script = () => ({ content: 'back' });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await model.complete(request, never)).toMatchObject({ ok: true });
    expect(model.state).toBe('closed');
  });

  it('never shows the key, also where the server does', async () => {
    llm.script = () => ({ status: 401, body: '{"error":{"message":"Incorrect API key: secret-key-12345"}}' });
    const result = await modelWith().complete(request, never);
    expect(JSON.stringify(result)).not.toContain('secret-key-12345');
    expect(result).toMatchObject({ serverSaid: 'Incorrect API key: [key]' });
  });

  it.each([
    ['hangs', { misbehave: 'hang' }, 'timeout'],
    ['never ends', { misbehave: 'endless' }, 'invalid'],
    ['breaks off in the middle', { misbehave: 'half' }, 'invalid'],
    ['says nonsense', { raw: '<html>welcome</html>' }, 'invalid'],
    ['has no choices', { raw: '{"choices":[]}' }, 'invalid'],
    ['was cut off', { content: '{"a', finishReason: 'length' }, 'invalid'],
    ['was filtered', { content: '', finishReason: 'content_filter' }, 'invalid'],
    ['redirects', { status: 307, headers: { location: 'http://127.0.0.1:1/v1/chat/completions' } }, 'redirected'],
    ['does not know the model', { status: 404, body: '{"error":{"message":"model not found"}}' }, 'refused'],
    ['fails', { status: 500 }, 'failed'],
  ] as const)('says what is wrong where the server %s', async (_, reply, failure) => {
    llm.script = () => reply;
    const result = await modelWith({ timeoutMs: 600 }).complete(request, never);
    expect(result).toMatchObject({ ok: false, failure });
  });

  it('says so where nobody listens', async () => {
    const endpoint = endpointWith({ timeoutMs: 700 });
    await llm.close();
    const model = createLanguageModel(endpoint, { clock: systemClock, cap: unlimited });
    expect(await model.complete(request, never)).toMatchObject({ failure: 'unreachable', serverSaid: 'ECONNREFUSED' });
  });

  it('gives up when told to', async () => {
    llm.script = () => ({ misbehave: 'hang' });
    expect(await modelWith().complete(request, AbortSignal.abort())).toMatchObject({ failure: 'aborted' });
    expect(await modelWith().complete(request, AbortSignal.timeout(100))).toMatchObject({ failure: 'aborted' });
  });

  it('keeps to its concurrency, lets some wait and turns the rest away', async () => {
    let inside = 0;
    let most = 0;
    llm.script = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
      return { content: 'x' };
    };
    const model = modelWith({ concurrency: 2 });
    const results = await Promise.all(Array.from({ length: 40 }, () => model.complete(request, never)));
    expect(most).toBe(2);
    expect(results.filter(({ ok }) => ok)).toHaveLength(34);
    expect(results.filter((result) => !result.ok && result.failure === 'overloaded')).toHaveLength(6);
  });

  it('keeps to its requests a minute', async () => {
    const model = modelWith({ requestsPerMinute: 30, timeoutMs: 500 });
    const results = await Promise.all(Array.from({ length: 8 }, () => model.complete(request, never)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(3);
    expect(llm.requests).toHaveLength(3);
  });

  it('asks nothing that there is no money for, and settles what was spent', async () => {
    let left = 0.003;
    const settled: number[] = [];
    const cap: SpendingCap = {
      take: async (usd) => {
        if (usd > left) return undefined;
        left -= usd;
        return (spent) => {
          left += usd - spent;
          settled.push(spent);
        };
      },
    };
    const model = modelWith({ dailyCostUsd: 0.003 }, cap);
    let asked = 0;
    for (; asked < 50; asked += 1) {
      const result = await model.complete(request, never);
      if (result.ok) continue;
      expect(result.failure).toBe('capped');
      break;
    }
    expect(llm.requests).toHaveLength(asked);
    expect(asked).toBeGreaterThan(0);
    expect(settled.reduce((sum, spent) => sum + spent, 0)).toBeLessThanOrEqual(0.003);
  });

  it('a pool keeps the model of the same settings, and makes another for changed ones', () => {
    const pool = new ModelPool({ clock: systemClock, capFor: () => unlimited });
    const first = pool.modelFor(endpointWith());
    expect(pool.modelFor(endpointWith())).toBe(first);
    expect(pool.modelFor(endpointWith({ model: 'other' }))).not.toBe(first);
    expect(pool.stateOf('small')).toBe('closed');
  });
});
