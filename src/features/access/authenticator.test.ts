import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '#contracts/access.ts';
import { systemActor } from '#features/audit/index.ts';
import { createServer, type Server } from '#platform/http/server.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { createPerson, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld, createTestClock, type TestClock } from '#test/support/access-server.ts';
import { createApiKey, revokeApiKey, updateApiKey } from './api-key-service.ts';
import { findUnusableKeys } from './api-key-store.ts';
import { type AccessAuthenticator, createAuthenticator } from './authenticator.ts';
import { updateConsoleAccount } from './console-account-service.ts';

let world: AccessWorld;
let clock: TestClock;
/** A second process on the same database. */
let otherServer: Server;
let otherAuthenticator: AccessAuthenticator;

const addProbe = (server: Server) =>
  server.get(
    '/probe',
    { config: { access: { scope: 'try', roles: ['admin', 'analyst'] } } },
    (request) => request.principal,
  );

/** What a handler sees of the address, on a route that takes the key there and on one that does not. */
const addQueryProbes = (server: Server): void => {
  const seen = (request: { url: string; query: unknown }) => ({ url: request.url, query: request.query });
  server.get('/with-key', { config: { access: { scope: 'try', keyInQuery: true } } }, seen);
  server.get('/without-key', { config: { access: { scope: 'try' } } }, seen);
};

beforeAll(async () => {
  clock = createTestClock('2026-03-01T12:00:00Z');
  world = await createAccessWorld(clock);
  addProbe(world.server);
  addQueryProbes(world.server);
  const { database, secretKey } = world;
  otherAuthenticator = createAuthenticator({ database, secretKey, clock, log: silentLog });
  otherServer = await createServer({ authenticator: otherAuthenticator, log: silentLog });
  addProbe(otherServer);
});
afterAll(async () => {
  await otherServer.close();
  await otherAuthenticator.close();
  await world.close();
});

const makeKey = (options: { scopes?: Scope[]; ratePerMinute?: number | null; expiresAt?: string | null } = {}) =>
  createApiKey(
    world.database,
    { name: 'A key', scopes: ['try'], ratePerMinute: null, expiresAt: null, ...options },
    systemActor,
    new Date(clock.now()),
  );
const probe = (authorization: string, server: Server = world.server) =>
  server.inject({ method: 'GET', url: '/probe', headers: { authorization } });

describe('API keys', () => {
  test('a good one says who makes the request', async () => {
    const { id, key } = await makeKey();
    for (const header of [`Bearer ${key}`, `bearer  ${key} `]) {
      const answer = await probe(header);
      expect(answer.json()).toEqual({ kind: 'api_key', keyId: id, name: 'A key', scopes: ['try'] });
    }
  });

  test.each([
    ['Basic dXNlcjpwYXNz', 'not of the form'],
    ['Bearer', 'not of the form'],
    ['', 'not of the form'],
    ['Bearer one two', 'not of the form'],
    ['Bearer short', 'not an API key'],
    [`Bearer ${'x'.repeat(201)}`, 'not an API key'],
    ['Bearer schl\u00fcssel-schl\u00fcssel', 'not an API key'],
    [`Bearer tg_${'x'.repeat(43)}`, 'not known'],
  ])('%s is refused with a reason', async (header, reason) => {
    const answer = await probe(header);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().detail).toContain(reason);
    expect(answer.json().remedy.length).toBeGreaterThan(10);
  });

  describe('in the query', () => {
    const ask = (url: string, headers: Record<string, string> = {}) =>
      world.server.inject({ method: 'GET', url, headers });

    test('counts where the route takes it there, and nobody sees it afterwards', async () => {
      const { key } = await makeKey();
      for (const [query, left] of [
        [`?key=${key}`, ''],
        [`?a=1&key=${key}&b=2`, '?a=1&b=2'],
        [`?%6Be%79=${key}&monkey=3`, '?monkey=3'],
      ] as const) {
        const answer = await ask(`/with-key${query}`);
        expect(answer.statusCode).toBe(200);
        expect(answer.json().url).toBe(`/with-key${left}`);
        expect(answer.json().query.key).toBe('redacted');
        expect(answer.body).not.toContain(key);
      }
    });

    test('gives way to the header, and is taken out all the same', async () => {
      const [one, other] = [await makeKey(), await makeKey()];
      const answer = await ask(`/with-key?key=${one.key}`, { authorization: `Bearer ${other.key}` });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).not.toContain(one.key);
      const wrong = await ask(`/with-key?key=${one.key}`, { authorization: 'Bearer not-the-right-one' });
      expect(wrong.statusCode).toBe(401);
    });

    test('is refused when it is given twice, empty, or no key', async () => {
      const { key } = await makeKey();
      for (const query of [`?key=${key}&key=${key}`, '?key=', '?key=short', '', '?Key=1', `?key[]=${key}`]) {
        const answer = await ask(`/with-key${query}`);
        expect(answer.statusCode, query).toBe(401);
        expect(answer.body).not.toContain(key);
      }
    });

    test('counts for nothing on any other route', async () => {
      const { key } = await makeKey();
      expect((await ask(`/without-key?key=${key}`)).statusCode).toBe(401);
    });

    test('is held to the same rules', async () => {
      const limited = await makeKey({ ratePerMinute: 1 });
      expect((await ask(`/with-key?key=${limited.key}`)).statusCode).toBe(200);
      expect((await ask(`/with-key?key=${limited.key}`)).statusCode).toBe(429);
      const other = await makeKey({ scopes: ['items:read'] });
      expect((await ask(`/with-key?key=${other.key}`)).statusCode).toBe(403);
    });
  });

  test('no credentials at all', async () => {
    const answer = await world.server.inject({ method: 'GET', url: '/probe' });
    expect(answer.statusCode).toBe(401);
    expect(answer.json().remedy).toContain('Bearer');
  });

  test('a wrong key is not helped by a good cookie', async () => {
    const { cookie } = await signInAs(world.server, world.database, await createPerson(world.database, 'analyst'));
    const headers = { cookie, authorization: 'Bearer wrong-key-wrong-key' };
    expect((await world.server.inject({ method: 'GET', url: '/probe', headers: { cookie } })).statusCode).toBe(200);
    expect((await world.server.inject({ method: 'GET', url: '/probe', headers })).statusCode).toBe(401);
  });

  test('one that expires stops at that moment, also when it was used just before', async () => {
    const { key } = await makeKey({ expiresAt: new Date(clock.now() + 500).toISOString() });
    expect((await probe(`Bearer ${key}`)).statusCode).toBe(200);
    clock.advance(500);
    const answer = await probe(`Bearer ${key}`);
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toBe('This API key has expired.');
  });

  test('a revoked one stops at once where it was revoked and, without any notification, within a second elsewhere', async () => {
    const { id, key } = await makeKey();
    expect((await probe(`Bearer ${key}`)).statusCode).toBe(200);
    expect((await probe(`Bearer ${key}`, otherServer)).statusCode).toBe(200);
    await revokeApiKey(world.database, id, systemActor, new Date(clock.now()));
    world.authenticator.forget({ kind: 'key', id });
    expect((await probe(`Bearer ${key}`)).statusCode).toBe(401);
    // The other process does not listen yet: it relies on what it read for one second at most.
    clock.advance(1_000);
    expect((await probe(`Bearer ${key}`, otherServer)).statusCode).toBe(401);
  });

  test('a revoked one stops in other processes as soon as they are notified', async () => {
    await otherAuthenticator.start();
    const { id, key } = await makeKey();
    expect((await probe(`Bearer ${key}`, otherServer)).statusCode).toBe(200);
    await revokeApiKey(world.database, id, systemActor, new Date(clock.now()));
    await expect.poll(async () => (await probe(`Bearer ${key}`, otherServer)).statusCode).toBe(401);
  });

  test('one that is revoked while a request is under way is found by the transaction that would write', async () => {
    const good = await makeKey();
    const revoked = await makeKey();
    const expired = await makeKey({ expiresAt: new Date(clock.now() + 1_000).toISOString() });
    await revokeApiKey(world.database, revoked.id, systemActor, new Date(clock.now()));
    const unknown = '00000000-0000-7000-8000-000000000000';
    const unusable = await findUnusableKeys(
      world.database,
      [good.id, revoked.id, expired.id, unknown],
      new Date(clock.now() + 1_000),
    );
    expect(unusable).toEqual(new Set([revoked.id, expired.id, unknown]));
  });

  test('the time of last use is written in batches and never goes back', async () => {
    const { id, key } = await makeKey();
    const lastUsed = async () =>
      (
        await world.database.query<{ at: Date | null }>('SELECT last_used_at AS at FROM api_keys WHERE id = $1', [id])
      )[0]!.at;
    await probe(`Bearer ${key}`);
    const used = new Date(clock.now());
    expect(await lastUsed()).toBeNull();
    await world.authenticator.flush();
    expect(await lastUsed()).toEqual(used);
    await world.database.query('UPDATE api_keys SET last_used_at = $2 WHERE id = $1', [
      id,
      new Date(used.getTime() + 5),
    ]);
    await probe(`Bearer ${key}`);
    await world.authenticator.flush();
    expect(await lastUsed()).toEqual(new Date(used.getTime() + 5));
  });
});

describe('the rate of a key', () => {
  test('is unlimited unless set', async () => {
    const { key } = await makeKey();
    const answers = await Promise.all(Array.from({ length: 300 }, () => probe(`Bearer ${key}`)));
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200]));
  });

  test('over it, 429 says when to come back; a higher one counts at once', async () => {
    const { id, key } = await makeKey({ ratePerMinute: 5 });
    const codes: number[] = [];
    for (let time = 0; time < 6; time += 1) codes.push((await probe(`Bearer ${key}`)).statusCode);
    expect(codes).toEqual([200, 200, 200, 200, 200, 429]);
    clock.advance(20_000);
    const refused = await probe(`Bearer ${key}`);
    expect(refused.headers['retry-after']).toBe('40');
    expect(refused.json().remedy).toContain('40 seconds');
    await updateApiKey(world.database, id, { ratePerMinute: 6 }, systemActor);
    world.authenticator.forget({ kind: 'key', id });
    expect((await probe(`Bearer ${key}`)).statusCode).toBe(200);
    expect((await probe(`Bearer ${key}`)).statusCode).toBe(429);
    clock.advance(40_000);
    expect((await probe(`Bearer ${key}`)).statusCode).toBe(200);
  });
});

describe('sessions in other processes', () => {
  test('end there as soon as the account loses its role', async () => {
    const accountId = await createPerson(world.database, 'analyst');
    const headers = await signInAs(world.server, world.database, accountId);
    const read = async () => (await otherServer.inject({ method: 'GET', url: '/probe', headers })).statusCode;
    expect(await read()).toBe(200);
    await updateConsoleAccount(world.database, accountId, { role: 'reviewer' }, systemActor);
    await expect.poll(read).toBe(401);
  });
});
