import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#contracts/access.ts';
import { systemClock } from '#platform/clock.ts';
import { createPerson, everyCaller, findAccessFaults, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld } from '#test/support/access-server.ts';
import { ListService } from './list-service.ts';
import { parsePolicyDocument } from './load-policy.ts';
import { registerPolicyRoutes } from './policy-routes.ts';
import { PolicyService } from './policy-service.ts';
import { seedPolicies } from './seed-policies.ts';
import { readStarterPolicies } from './starter-policies.ts';

let world: AccessWorld;
let headers: Record<string, string>;

const as = async (role: Role) => signInAs(world.server, world.database, await createPerson(world.database, role));
const get = (url: string) => world.server.inject({ method: 'GET', url, headers });
const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
  world.server.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });

beforeAll(async () => {
  world = await createAccessWorld(systemClock);
  const { database, server } = world;
  const starters = await readStarterPolicies(fileURLToPath(new URL('../../../policies', import.meta.url)));
  await seedPolicies(database, { defaultDocument: starters[0]!.document, termLists: [] });
  const policies = new PolicyService({ database });
  registerPolicyRoutes(server, { policies, lists: new ListService({ database, policies }), starters });
  headers = await as('policy');
});
afterAll(() => world.close());

describe('policy routes', () => {
  it('let in whom they declare, as every role, every scope and nobody', async () => {
    expect(await findAccessFaults(world.server, await everyCaller(world.server, world.database))).toEqual([]);
  });

  it('show the active policy, its versions and the starters', async () => {
    const active = (await get('/v1/policy')).json();
    expect(active).toMatchObject({ version: 1, active: true, publishedBy: null, document: { name: 'Default' } });
    expect((await get('/v1/policy/versions')).json()).toEqual({
      entries: [{ version: 1, active: true, publishedBy: null, note: active.note, publishedAt: active.publishedAt }],
      nextCursor: null,
    });
    expect((await get('/v1/policy/versions/1')).json()).toEqual(active);
    expect((await get('/v1/policy/versions/2')).statusCode).toBe(404);
    expect((await get('/v1/policy/versions/x')).statusCode).toBe(422);
    const starters = (await get('/v1/policy/starters')).json();
    expect(starters.entries.map(({ id }: { id: string }) => id)).toEqual([
      'default',
      'adult',
      'creator',
      'forum',
      'gaming',
      'social',
    ]);
  });

  it('check and publish a file as it was exported, page by page', async () => {
    const exported = await get('/v1/policy/export');
    expect(exported.headers).toMatchObject({
      'content-type': 'application/yaml; charset=utf-8',
      'content-disposition': 'attachment; filename="tidegate-policy-1.yaml"',
    });
    expect(parsePolicyDocument(exported.body)).toMatchObject({ document: { name: 'Default' } });
    const document = exported.body.replace('name: Default', 'name: Ours');
    expect((await send('POST', '/v1/policy/check', { document })).json()).toEqual({ valid: true, errors: [] });
    const published = await send('POST', '/v1/policy/versions', { document, basedOn: 1, note: 'ours' });
    expect(published.statusCode).toBe(201);
    expect(published.json()).toMatchObject({ version: 2, publishedBy: 'The policy', document: { name: 'Ours' } });
    const again = await send('POST', '/v1/policy/versions', { document, basedOn: 1 });
    expect(again.statusCode).toBe(409);
    expect(again.json()).toMatchObject({ type: 'urn:tidegate:problem:policy-changed', errors: [{ path: 'basedOn' }] });

    const first = (await get('/v1/policy/versions?limit=1')).json();
    expect(first).toMatchObject({ entries: [{ version: 2 }], nextCursor: '2' });
    expect((await get('/v1/policy/versions?limit=1&cursor=2')).json()).toMatchObject({
      entries: [{ version: 1 }],
      nextCursor: null,
    });
  });

  it('refuse an invalid policy with place, line and reason', async () => {
    const { body } = await get('/v1/policy/export');
    const document = body.replace('counters.account_posts_1m > 15', 'counters.account_posts_1m > "15"');
    const line = document.slice(0, document.indexOf('> "15"')).split('\n').length;
    const checked = (await send('POST', '/v1/policy/check', { document })).json();
    expect(checked).toMatchObject({ valid: false, errors: [{ path: 'rules[0].when', line }] });
    expect(checked.errors[0].message).toMatch(/overload/);
    const refused = await send('POST', '/v1/policy/versions', { document, basedOn: 2 });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors[0]).toMatchObject({
      path: 'rules[0].when',
      message: expect.stringMatching(`line ${line}: `),
    });
    const asObject = await send('POST', '/v1/policy/check', { document: { name: 'x', categories: {} } });
    expect(asObject.json()).toMatchObject({ valid: false, errors: [{ path: 'categories', line: null }] });
    expect((await send('POST', '/v1/policy/versions', { document, basedOn: 2, force: true })).statusCode).toBe(422);
  });

  it('check a rule', async () => {
    const check = async (when: string) => (await send('POST', '/v1/rules/check', { when })).json();
    expect(await check('scores.spam > 0.5')).toMatchObject({ valid: true, message: null, position: null });
    expect(await check('scores.spma > 0.5')).toMatchObject({ valid: false, position: 7, cost: null });
    expect(await check('text.matches("(a+)+")')).toMatchObject({
      valid: false,
      message: expect.stringContaining('re(text'),
    });
    expect((await send('POST', '/v1/rules/check', { when: 'x'.repeat(5_000) })).statusCode).toBe(422);
  });

  it('keep term lists', async () => {
    const terms = [{ id: 'a', term: 'cheap coins', category: 'spam', severity: 2 }];
    const list = { id: 'coins', name: 'Coins', kind: 'block', terms };
    const made = await send('PUT', '/v1/term-lists/coins', { list, revision: 0 });
    expect(made.json()).toMatchObject({
      revision: 1,
      origin: 'own',
      list: { enabled: true, terms: [{ mode: 'word' }] },
    });
    expect((await get('/v1/term-lists')).json()).toMatchObject({ entries: [{ id: 'coins', terms: 1, locale: null }] });
    expect((await get('/v1/term-lists/coins')).json()).toEqual(made.json());
    expect((await send('PUT', '/v1/term-lists/coins', { list, revision: 0 })).statusCode).toBe(409);
    expect((await send('PUT', '/v1/term-lists/other', { list, revision: 0 })).json()).toMatchObject({
      status: 422,
      errors: [{ path: 'list.id' }],
    });
    const faulty = { ...list, patterns: [{ id: 'p', source: '(', category: 'spam', severity: 1 }] };
    expect((await send('PUT', '/v1/term-lists/coins', { list: faulty, revision: 1 })).json()).toMatchObject({
      status: 422,
      errors: [{ path: 'list.patterns[0].source', message: expect.stringContaining('`p`') }],
    });
    expect((await send('DELETE', '/v1/term-lists/coins')).statusCode).toBe(204);
    expect((await get('/v1/term-lists/coins')).statusCode).toBe(404);
  });

  it('keep domain lists', async () => {
    const list = { id: 'shady', name: 'Shady', kind: 'block', domains: ['Shady.example'] };
    const made = await send('PUT', '/v1/domain-lists/shady', { list, revision: 0 });
    expect(made.json()).toMatchObject({ revision: 1, list: { domains: ['shady.example'], category: 'spam' } });
    expect((await get('/v1/domain-lists')).json()).toEqual({ entries: [made.json()], nextCursor: null });
    expect((await get('/v1/domain-lists/shady')).json()).toEqual(made.json());
    expect((await send('DELETE', '/v1/domain-lists/shady')).statusCode).toBe(204);
    expect((await send('DELETE', '/v1/domain-lists/shady')).statusCode).toBe(404);
  });

  it('take a list of ten thousand terms', async () => {
    const terms = Array.from({ length: 10_000 }, (_, index) => ({
      id: `t${index}`,
      term: `term number ${index}`,
      category: 'spam',
      severity: 1,
    }));
    const list = { id: 'large', name: 'Large', kind: 'block', terms };
    expect((await send('PUT', '/v1/term-lists/large', { list, revision: 0 })).statusCode).toBe(200);
    expect((await send('DELETE', '/v1/term-lists/large')).statusCode).toBe(204);
  });
});
