import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLanguageModel } from '#connectors/llm/language-model.ts';
import type { JudgeWrite } from '#contracts/judge.ts';
import { probeJudge } from '#detectors/layer3-llm/probe-judge.ts';
import type { JudgeCallRecord } from '#engine/ports/language-model.ts';
import { readEpoch } from '#features/policies/index.ts';
import type { Database } from '#platform/database/database.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { createPerson, everyCaller, findAccessFaults, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld, createTestClock, type TestClock } from '#test/support/access-server.ts';
import { honestJudge, judgeReply, readJudgeRequest } from '#test/support/scripted-judges.ts';
import { type ScriptedLlm, startScriptedLlm } from '#test/support/scripted-llm.ts';
import { CallRecorder } from './call-recorder.ts';
import { DailyCap } from './daily-cap.ts';
import { registerJudgeRoutes } from './judge-routes.ts';
import { JudgeService, readJudges } from './judge-service.ts';

const unlimited = { take: async () => () => {} };

describe('D4 settings of the judges', () => {
  let world: AccessWorld;
  let clock: TestClock;
  let llm: ScriptedLlm;
  let headers: Record<string, string>;
  let refreshed: number[];

  beforeAll(async () => {
    clock = createTestClock(new Date().toISOString());
    world = await createAccessWorld(clock);
    llm = await startScriptedLlm(honestJudge());
    refreshed = [];
    const judges = new JudgeService({
      database: world.database,
      clock,
      secretKey: world.secretKey,
      probe: (endpoint, abort) =>
        probeJudge(createLanguageModel(endpoint, { clock, cap: unlimited }), endpoint.maximumOutputTokens, abort),
      stateOf: () => 'closed',
      refresh: async (epoch) => refreshed.push(epoch),
    });
    registerJudgeRoutes(world.server, { judges });
    headers = await signInAs(world.server, world.database, await createPerson(world.database, 'admin'));
  });
  afterAll(async () => {
    await world.close();
    await llm.close();
  });
  afterEach(async () => {
    llm.script = honestJudge();
    await world.server.inject({ method: 'DELETE', url: '/v1/judges/small', headers });
  });

  const settings = (changes: Partial<JudgeWrite> = {}) => ({
    name: 'Ours',
    baseUrl: llm.baseUrl,
    model: 'scripted-1',
    apiKey: 'key-of-the-server',
    timeoutMs: 1_000,
    revision: 0,
    ...changes,
  });
  const put = (payload: object, tier = 'small') =>
    world.server.inject({ method: 'PUT', url: `/v1/judges/${tier}`, headers, payload });
  const test = (payload: object) =>
    world.server.inject({ method: 'POST', url: '/v1/judges/small/test', headers, payload });

  const unread = (tier: string, problem: Error): void => {
    throw new Error(`${tier} cannot be read: ${problem.message}`);
  };

  it('let in whom they declare, as every role, every scope and nobody', async () => {
    expect(await findAccessFaults(world.server, await everyCaller(world.server, world.database))).toEqual([]);
  });

  it('are stored with the key sealed, and never show it', async () => {
    const saved = await put(settings());
    expect(saved.json()).toMatchObject({
      tier: 'small',
      revision: expect.any(Number),
      hasApiKey: true,
      breaker: 'closed',
    });
    const listed = await world.server.inject({ method: 'GET', url: '/v1/judges', headers });
    expect(listed.json().entries).toHaveLength(1);
    for (const { body } of [saved, listed]) expect(body).not.toContain('key-of-the-server');
    const [row] = await world.database.query<{ api_key: Buffer; settings: object }>('SELECT * FROM judges');
    expect(row!.api_key.toString('latin1') + JSON.stringify(row!.settings)).not.toContain('key-of-the-server');
    expect(await readJudges(world.database, world.secretKey, unread)).toMatchObject([
      { tier: 'small', apiKey: 'key-of-the-server', model: 'scripted-1' },
    ]);
  });

  it('change the configuration and the audit log in one go', async () => {
    const before = await readEpoch(world.database);
    const { revision } = (await put(settings())).json();
    expect(await readEpoch(world.database)).toBe(before + 1);
    expect(refreshed.at(-1)).toBe(before + 1);
    const entry = (
      await world.server.inject({ method: 'GET', url: '/v1/audit?action=judge-saved&limit=1', headers })
    ).json().entries[0];
    expect(entry).toMatchObject({ subject: { kind: 'judge', id: 'small' }, details: { revision, hasApiKey: true } });
    expect(JSON.stringify(entry)).not.toContain('key-of-the-server');
  });

  it('keep the key where none is sent, take it away for null, and read no disabled judge', async () => {
    const { revision } = (await put(settings())).json();
    const { apiKey: _, ...without } = settings({ revision });
    expect((await put(without)).json()).toMatchObject({ hasApiKey: true, revision: revision + 1 });
    expect((await put({ ...without, apiKey: null, revision: revision + 1 })).json()).toMatchObject({
      hasApiKey: false,
    });
    await put({ ...without, enabled: false, revision: revision + 2 });
    expect(await readJudges(world.database, world.secretKey, unread)).toEqual([]);
  });

  it('are left out one by one where the secret key is another one', async () => {
    await put(settings());
    await put({ ...settings(), apiKey: null }, 'large');
    const left: string[] = [];
    const read = await readJudges(world.database, 'another secret key, long enough', (tier) => left.push(tier));
    expect(left).toEqual(['small']);
    expect(read).toMatchObject([{ tier: 'large', apiKey: null }]);
    await world.server.inject({ method: 'DELETE', url: '/v1/judges/large', headers });
  });

  it('send a stored key to no other server', async () => {
    const { revision } = (await put(settings())).json();
    const { apiKey: _, ...elsewhere } = settings({ revision, baseUrl: 'http://127.0.0.1:9/v1' });
    for (const answer of [await put(elsewhere), await test(elsewhere)]) {
      expect(answer.statusCode).toBe(422);
      expect(answer.json()).toMatchObject({ errors: [{ path: 'apiKey' }] });
    }
  });

  it('say what is wrong with them, and where', async () => {
    const wrong: [object, number, string][] = [
      [settings({ dailyCostUsd: 5 }), 422, 'dailyCostUsd'],
      [settings({ baseUrl: 'http://user:password@127.0.0.1/v1' }), 422, 'baseUrl'],
      [settings({ baseUrl: 'ftp://127.0.0.1/v1' }), 422, 'baseUrl'],
      [settings({ baseUrl: 'http://127.0.0.1/v1?key=1' }), 422, 'baseUrl'],
      [settings({ baseUrl: 'http://127.0.0.1/v1?' }), 422, 'baseUrl'],
      [settings({ apiKey: 'schl\u00fcssel' }), 422, 'apiKey'],
      [settings({ apiKey: 'one two' }), 422, 'apiKey'],
      [settings({ revision: 7 }), 409, 'revision'],
      [{ ...settings(), concurrency: 0 }, 422, 'concurrency'],
      [{ ...settings(), secret: 1 }, 422, 'secret'],
    ];
    for (const [payload, status, path] of wrong) {
      const answer = await put(payload);
      expect([answer.statusCode, answer.json().errors[0].path]).toEqual([status, path]);
    }
    expect((await put(settings(), 'huge')).statusCode).toBe(422);
    expect((await world.server.inject({ method: 'DELETE', url: '/v1/judges/large', headers })).statusCode).toBe(404);
  });

  it('say that the key has to be sent again where it was stored under another secret key', async () => {
    const { revision } = (await put(settings())).json();
    await world.database.query("UPDATE judges SET api_key = api_key || '\\x00'::bytea WHERE tier = 'small'");
    const { apiKey: _, ...without } = settings({ revision });
    const answer = await test(without);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      errors: [{ path: 'apiKey' }],
      remedy: expect.stringContaining('TIDEGATE_SECRET_KEY'),
    });
  });

  it('never repeat a revision, also after a removal', async () => {
    const { revision } = (await put(settings())).json();
    await world.server.inject({ method: 'DELETE', url: '/v1/judges/small', headers });
    expect((await put(settings())).json().revision).toBe(revision + 2);
  });

  it('are tried for real, with a sentence on what came of it', async () => {
    const good = (await test(settings())).json();
    expect(good).toMatchObject({
      ok: true,
      model: 'scripted-1',
      inputTokens: 800,
      message: expect.stringContaining('can clear items'),
    });
    llm.script = (request) => judgeReply(readJudgeRequest(request), () => 'clear');
    expect((await test(settings())).json()).toMatchObject({
      ok: true,
      message: expect.stringContaining('not be believed'),
    });
    llm.script = () => ({ content: 'Hello!' });
    expect((await test(settings())).json()).toMatchObject({ ok: false, message: expect.stringContaining('structure') });
    llm.script = () => ({ status: 401, body: '{"error":{"message":"bad key key-of-the-server"}}' });
    const refused = (await test(settings())).json();
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('refused the key (HTTP 401)') });
    expect(refused.message).not.toContain('key-of-the-server');
    expect((await test(settings({ baseUrl: 'http://127.0.0.1:9/v1' }))).json()).toMatchObject({
      ok: false,
      message: expect.stringContaining('No connection'),
    });
  });
});

describe('D4 what judges cost', () => {
  let world: AccessWorld;
  let database: Database;
  let clock: TestClock;
  let caps: DailyCap[];
  beforeAll(async () => {
    clock = createTestClock('2026-11-23T12:00:00Z');
    world = await createAccessWorld(clock);
    database = world.database;
  });
  afterAll(() => world.close());
  beforeEach(() => {
    caps = [];
    clock.advance(86_400_000);
  });
  const capIn = (of: Pick<Database, 'query' | 'prepared'>): DailyCap => {
    const cap = new DailyCap('small', { database: of, clock, log: silentLog });
    caps.push(cap);
    return cap;
  };

  it('never passes the cap, however many processes spend at once', async () => {
    const processes = [capIn(database), capIn(database), capIn(database)];
    let spent = 0;
    await Promise.all(
      processes.flatMap((cap) =>
        Array.from({ length: 100 }, async () => {
          const settle = await cap.take(0.01, 1);
          if (settle === undefined) return;
          spent += 0.008;
          settle(0.008);
        }),
      ),
    );
    expect(spent).toBeLessThanOrEqual(1);
    expect(spent).toBeGreaterThan(0.9);
    expect(await capIn(database).take(0.02, 1)).toBeUndefined();
  });

  it('pays afterwards for an answer that cost more than was set aside', async () => {
    const cap = capIn(database);
    const settle = await cap.take(0.1, 1);
    settle!(0.95);
    expect(await cap.take(0.1, 1)).toBeUndefined();
  });

  it('starts afresh at midnight, and gives back what was not spent', async () => {
    const cap = capIn(database);
    expect(await cap.take(1, 1)).toBeDefined();
    expect(await cap.take(1, 1)).toBeUndefined();
    clock.advance(86_400_000);
    const settle = await cap.take(1, 1);
    settle!(0);
    await cap.close();
    expect(await capIn(database).take(1, 1)).toBeDefined();
  });

  it('does not spend what was over yesterday', async () => {
    const cap = capIn(database);
    const yesterday = await cap.take(1, 1);
    clock.advance(86_400_000);
    expect(await cap.take(1, 1)).toBeDefined();
    yesterday!(0);
    expect(await cap.take(1, 1)).toBeUndefined();
  });

  it('counts a cap that cannot be read as reached', async () => {
    const broken = {
      query: () => Promise.reject(new Error('away')),
      prepared: () => Promise.reject(new Error('away')),
    };
    expect(await capIn(broken).take(0.01, 100)).toBeUndefined();
  });

  it('writes questions down in batches, sums them by day, and keeps those that could not be written', async () => {
    const call: JudgeCallRecord = {
      tier: 'large',
      model: 'm',
      status: 'ok',
      durationMs: 5,
      costUsd: 0.5,
      inputTokens: 10,
      outputTokens: 2,
    };
    const recorder = new CallRecorder({ database, clock, log: silentLog });
    for (const status of ['ok', 'cached', 'timeout', 'abstained'] as const) recorder.record({ ...call, status });
    await recorder.flush();
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const [usage] = await database.query('SELECT * FROM judge_usage WHERE tier = $1 AND day = $2', ['large', day]);
    expect(usage).toMatchObject({
      requests: 3,
      failures: 1,
      cached: 1,
      input_tokens: 40,
      output_tokens: 8,
      cost_usd: 2,
    });

    let away = true;
    const flaky = new CallRecorder({
      database: {
        ...database,
        transaction: (work) => (away ? Promise.reject(new Error('away')) : database.transaction(work)),
      },
      clock,
      log: silentLog,
    });
    flaky.record(call);
    await flaky.flush();
    away = false;
    await flaky.flush();
    const count = await database.query<{ n: number }>("SELECT count(*) AS n FROM judge_calls WHERE tier = 'large'");
    expect(count[0]!.n).toBe(5);
  });

  it('keeps the last thousand questions of a tier', async () => {
    const recorder = new CallRecorder({ database, clock, log: silentLog });
    for (let n = 0; n < 1_250; n += 1) {
      clock.advance(1);
      recorder.record({
        tier: 'small',
        model: 'm',
        status: 'ok',
        durationMs: n,
        costUsd: 0,
        inputTokens: 0,
        outputTokens: 0,
      });
    }
    await recorder.flush();
    const [row] = await database.query<{ n: number; oldest: number }>(
      "SELECT count(*) AS n, min(duration_ms) AS oldest FROM judge_calls WHERE tier = 'small'",
    );
    expect(row).toEqual({ n: 1_000, oldest: 250 });
  });
});
