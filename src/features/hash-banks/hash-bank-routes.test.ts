import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role, Scope } from '#contracts/access.ts';
import { createApiKey } from '#features/access/index.ts';
import { systemActor } from '#features/audit/index.ts';
import { systemClock } from '#platform/clock.ts';
import { createPerson, everyCaller, findAccessFaults, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld } from '#test/support/access-server.ts';
import { createBankWorld, createRandom, md5Of, randomHex, sha256Of, turnBits } from '#test/support/hash-banks.ts';
import { registerHashBankRoutes } from './index.ts';

let world: AccessWorld;
let policy: Record<string, string>;
const random = createRandom(9);
const pdq = randomHex(random, 64);

const as = async (role: Role) => signInAs(world.server, world.database, await createPerson(world.database, role));
const withKey = async (...scopes: Scope[]) => {
  const request = { name: 'test', scopes, ratePerMinute: null, expiresAt: null };
  const { key } = await createApiKey(world.database, request, systemActor, new Date());
  return { authorization: `Bearer ${key}` };
};
const get = (url: string, headers = policy) => world.server.inject({ method: 'GET', url, headers });
const send = (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object, headers = policy) =>
  world.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
const importList = (url: string, list: string, contentType = 'text/plain', headers = policy) =>
  world.server.inject({ method: 'POST', url, headers: { ...headers, 'content-type': contentType }, payload: list });

beforeAll(async () => {
  world = await createAccessWorld(systemClock);
  const { banks, entries } = createBankWorld(world.database);
  registerHashBankRoutes(world.server, { banks, entries });
  policy = await as('policy');
});
afterAll(() => world.close());

describe('B7: hash bank routes', () => {
  it('let in whom they declare, as every role, every scope and nobody', async () => {
    expect(await findAccessFaults(world.server, await everyCaller(world.server, world.database))).toEqual([]);
  }, 60_000);

  it('make, list, change and remove banks', async () => {
    const made = await send('POST', '/v1/hash-banks', { id: 'first', kind: 'ncii', name: 'First' });
    expect([made.statusCode, made.json()]).toEqual([
      201,
      expect.objectContaining({ id: 'first', exact: 'hold', revision: 1 }),
    ]);
    expect((await send('POST', '/v1/hash-banks', { id: 'first', kind: 'ncii', name: 'First' })).statusCode).toBe(409);
    expect(
      (await send('POST', '/v1/hash-banks', { id: 'c', kind: 'custom', name: 'No category' })).json(),
    ).toMatchObject({
      status: 422,
      errors: [{ path: 'category' }],
    });
    expect((await get('/v1/hash-banks')).json().entries).toEqual([made.json()]);
    const changed = await send('PATCH', '/v1/hash-banks/first', { revision: 1, share: 0.5 });
    expect(changed.json()).toMatchObject({ share: 0.5, revision: 2, exact: 'hold' });
    expect((await send('PATCH', '/v1/hash-banks/first', { revision: 1, share: 1 })).statusCode).toBe(409);
    expect((await send('PATCH', '/v1/hash-banks/first', { revision: 2, kind: 'allow' })).statusCode).toBe(422);
    expect((await send('DELETE', '/v1/hash-banks/first')).statusCode).toBe(204);
    expect((await get('/v1/hash-banks/first')).statusCode).toBe(404);
  });

  it('add, list and remove entries', async () => {
    await send('POST', '/v1/hash-banks', { id: 'second', kind: 'custom', category: 'spam', name: 'Second' });
    const hashes = [{ algorithm: 'pdq', hash: pdq, sourceId: 'x', note: 'y' }];
    expect((await send('POST', '/v1/hash-banks/second/entries', { hashes })).json()).toEqual({ added: 1, known: 0 });
    const faulty = await send('POST', '/v1/hash-banks/second/entries', {
      hashes: [{ algorithm: 'pdq', hash: 'z'.repeat(64) }],
    });
    expect(faulty.json()).toMatchObject({ status: 422, errors: [{ path: 'hashes.0.hash' }] });
    const [entry] = (await get('/v1/hash-banks/second/entries?algorithm=pdq')).json().entries;
    expect(entry).toMatchObject({ algorithm: 'pdq', hash: pdq, sourceId: 'x', note: 'y' });
    expect((await send('DELETE', `/v1/hash-banks/second/entries/${entry.id}`)).statusCode).toBe(204);
    expect((await get('/v1/hash-banks/second/entries')).json().entries).toEqual([]);
    expect((await send('POST', '/v1/hash-banks/none/entries', { hashes })).statusCode).toBe(404);
    expect((await get('/v1/hash-banks/none/entries')).statusCode).toBe(404);
  });

  it('import a list that is sent as it is', async () => {
    const url = '/v1/hash-banks/second/import';
    const list = `algorithm,hash\nsha256,${sha256Of('a')}\nmd5,nonsense\n`;
    expect((await importList(`${url}?format=csv&atomic=true`, list)).json()).toMatchObject({
      written: false,
      faulty: 1,
    });
    expect((await importList(`${url}?format=csv`, list, 'text/csv; charset=utf-8')).json()).toMatchObject({
      written: true,
      added: 1,
      faults: [{ line: 3 }],
    });
    const page = JSON.stringify({ data: [{ id: '1', type: 'HASH_MD5', indicator: md5Of('a') }] });
    expect((await importList(`${url}?format=threatexchange`, page, 'application/octet-stream')).json()).toMatchObject({
      added: 1,
    });
    const asJson = await importList(`${url}?format=threatexchange`, page, 'application/json');
    expect([asJson.statusCode, asJson.json().remedy]).toEqual([400, expect.stringContaining('text/plain')]);
    expect((await importList(`${url}?format=excel`, list)).statusCode).toBe(422);
    expect((await importList(url, list)).statusCode).toBe(422);
    expect((await importList('/v1/hash-banks/none/import?format=csv', list)).statusCode).toBe(404);
    expect((await world.server.inject({ method: 'POST', url: `${url}?format=csv`, headers: policy })).statusCode).toBe(
      400,
    );
  });

  it('keep the hashes of CSAM banks to administrators and the legal role', async () => {
    await send('POST', '/v1/hash-banks', { id: 'grave', kind: 'csam', name: 'Grave' });
    await send('POST', '/v1/hash-banks/grave/entries', { hashes: [{ algorithm: 'pdq', hash: pdq }] });
    const ask = { pdq: turnBits(pdq, 5, random) };
    for (const role of ['admin', 'legal'] as const) {
      const headers = await as(role);
      expect((await get('/v1/hash-banks/grave/entries', headers)).json().entries).toHaveLength(1);
      expect((await send('POST', '/v1/hash-banks/match', ask, headers)).json().matches).toMatchObject([{ hash: pdq }]);
    }
    for (const headers of [policy, await as('lead'), await withKey('banks:read', 'banks:write')]) {
      expect((await get('/v1/hash-banks/grave/entries', headers)).statusCode).toBe(403);
      const answer = await send('POST', '/v1/hash-banks/match', ask, headers);
      expect(answer.json().matches).toMatchObject([
        { bankId: 'grave', distance: 5, hash: 'withheld', behaviour: 'hold' },
      ]);
      expect(answer.body).not.toContain(pdq);
    }
  });

  it('show matches and reports, and refuse cursors of other lists', async () => {
    expect((await get('/v1/hash-banks/second/matches')).json()).toEqual({ entries: [], nextCursor: null });
    expect((await get('/v1/hash-banks/second/matches?cursor=zzz')).statusCode).toBe(422);
    expect((await get('/v1/authority-reports', await as('legal'))).json()).toEqual({ entries: [], nextCursor: null });
    expect((await get('/v1/authority-reports')).statusCode).toBe(403);
  });
});
