import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '#contracts/problem.ts';
import { type Client, comment, startTestApplication, type TestApplication } from '#test/support/application.ts';
import { openAsOwner } from '#test/support/database.ts';
import { captureLog } from './support/captured-log.ts';
import { countRows, expectProblem, marker, type Refusal } from './support/refusal.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const captured = captureLog();
let app: TestApplication;
let platform: Client & { keyId: string };
let analyst: Client;
let before: Record<string, number>;

beforeAll(async () => {
  app = await startTestApplication({ log: captured.log, models: createScriptedModel().models });
  platform = await app.keyClient();
  analyst = await app.personClient('analyst');
}, 60_000);
afterAll(() => app.stop());

const part = (text: unknown, id = 'body') => ({ id, kind: 'text', text });
const withPart = (text: unknown) => comment('', { parts: [part(text)] });
/** A submission as JSON, with one value put in as it stands. */
const jsonWith = (raw: string): string => JSON.stringify(withPart('@@')).replace('"@@"', raw);
const nested = (levels: number): string => `${'['.repeat(levels)}"${marker}"${']'.repeat(levels)}`;

const refuse = async (rawBody: string | Uint8Array<ArrayBuffer>, refusal: Refusal): Promise<Problem> =>
  expectProblem(await platform.request('/v1/items', { rawBody }), refusal);
const refuseItem = (item: unknown, refusal: Refusal): Promise<Problem> => refuse(JSON.stringify(item), refusal);
const isRefused = async (item: unknown, refusal: Refusal): Promise<void> => void (await refuseItem(item, refusal));
const isRefusedRaw = async (rawBody: string, refusal: Refusal): Promise<void> => void (await refuse(rawBody, refusal));

describe('A1 bad input: what is refused leaves no trace', () => {
  beforeEach(async () => {
    before = await countRows(app.database);
  });
  afterEach(async () => {
    expect(await countRows(app.database)).toEqual(before);
  });

  describe('bodies that cannot be read', () => {
    it.each([
      ['cut off', `{"account": {"id": "${marker}"`],
      ['with a stray comma', `{"surface": "comment",, "x": "${marker}"}`],
      ['with a comment', `{ // ${marker}\n}`],
      ['two documents', `{}{"x": "${marker}"}`],
      ['not JSON at all', `surface=${marker}`],
    ])('JSON that is %s: 400 with the place', async (_what, body) => {
      const problem = await refuse(body, { status: 400, type: 'malformed-request' });
      expect(problem.errors?.[0]?.path).toMatch(/^body/);
    });

    it('names line and column of a fault far down', async () => {
      const problem = await refuse(`{\n  "surface": "comment",\n  "account": ${marker}\n}`, { status: 400 });
      expect(problem.errors?.[0]?.path).toBe('body, line 3, column 14');
    });

    it('an empty body', () => isRefusedRaw('', { status: 400 }));

    it('bytes that are no UTF-8', async () => {
      const text = Buffer.from(JSON.stringify(withPart(`${marker} caf\u00e9`)), 'latin1');
      await refuse(new Uint8Array(text), { status: 400, path: 'body' });
    });

    it('JSON nested more than 64 deep, at the very character; 64 is not too deep to read', async () => {
      const problem = await refuse(`{"x":${nested(64)}}`, { status: 400 });
      expect(problem.errors?.[0]?.path).toBe(`body, character ${'{"x":'.length + 63}`);
      expect(await refuse(`{"x":${nested(63)}}`, { status: 422, path: 'x' })).toBeDefined();
      await refuse(`{"x":${nested(100_000)}}`, { status: 400 });
      // Brackets inside texts do not nest.
      await refuse(JSON.stringify({ x: '['.repeat(1_000) }), { status: 422, path: 'x' });
    });

    it.each(['null', '[]', '"text"', '7', 'true'])('%s instead of an object', (body) =>
      isRefusedRaw(body, { status: 422 }),
    );

    it('10 MB of text', () => isRefused(withPart(marker.repeat(1_000_000)), { status: 413, type: 'too-large' }));

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      '',
    ])('content type "%s"', async (type) => {
      const answer = await platform.request('/v1/items', {
        rawBody: JSON.stringify(comment(marker)),
        headers: { 'content-type': type },
      });
      expectProblem(answer, { status: 415 });
    });

    it('a compressed body', async () => {
      const rawBody = new Uint8Array(gzipSync(JSON.stringify(comment(marker))));
      const answer = await platform.request('/v1/items', { rawBody, headers: { 'content-encoding': 'gzip' } });
      expectProblem(answer, { status: 400 });
    });
  });

  describe('fields that are not right: 422 with each place', () => {
    it.each([
      ['an unknown field', comment(marker, { colour: marker }), 'colour'],
      ['an unknown field inside', comment(marker, { account: { id: 'a', shoeSize: marker } }), 'account.shoeSize'],
      ['no account', { surface: 'comment', parts: [part(marker)] }, 'account'],
      ['no parts', comment('', { parts: [] }), 'parts'],
      ['too many parts', comment('', { parts: Array.from({ length: 33 }, (_, n) => part(marker, `p${n}`)) }), 'parts'],
      ['an empty part', withPart(''), 'parts[0].text'],
      ['a text that is no text', withPart({ [marker]: marker }), 'parts[0].text'],
      ['a text over the limit', withPart('x'.repeat(200_001)), 'parts[0].text'],
      ['an unknown kind of part', comment('', { parts: [{ id: 'a', kind: 'smell', text: marker }] }), 'parts[0].kind'],
      ['part ids used twice', comment('', { parts: [part(marker), part(marker)] }), 'parts'],
      ['a control character in a part id', comment('', { parts: [part(marker, 'a\u0007b')] }), 'parts[0].id'],
      ['a control character in the account id', comment(marker, { account: { id: 'a\nb' } }), 'account.id'],
      ['a direction override in the account id', comment(marker, { account: { id: 'a\u202eb' } }), 'account.id'],
      ['a zero byte in the external id', comment(marker, { externalId: 'a\u0000b' }), 'externalId'],
      ['an overlong id', comment(marker, { account: { id: 'a'.repeat(201) } }), 'account.id'],
      ['an overlong locale', comment(marker, { locale: `en${'-abcdefgh'.repeat(30_000)}` }), 'locale'],
      ['a wrong date', comment(marker, { account: { id: 'a', createdAt: 'yesterday' } }), 'account.createdAt'],
      [
        'a year that no database has',
        comment(marker, { account: { id: 'a', createdAt: '0000-01-01T00:00:00Z' } }),
        'account.createdAt',
      ],
      [
        'an offset that no clock has',
        comment(marker, { account: { id: 'a', createdAt: '2024-01-01T00:00:00+23:59' } }),
        'account.createdAt',
      ],
      ['a number beyond its range', comment(marker, { account: { id: 'a', followers: 1e300 } }), 'account.followers'],
      ['a negative deadline', comment(marker, { deadlineMs: -1 }), 'deadlineMs'],
      ['nested metadata', comment(marker, { metadata: { nested: { deep: marker } } }), 'metadata.nested'],
      ['a metadata key that is none', comment(marker, { metadata: { 'a b': 1 } }), 'metadata.a b'],
    ])('%s', (_what, item, path) => isRefused(item, { status: 422, path, type: 'invalid-request' }));

    it('numbers that are none', async () => {
      await refuse(JSON.stringify(comment(marker, { deadlineMs: '@@' })).replace('"@@"', '1e999'), {
        status: 422,
        path: 'deadlineMs',
      });
    });

    it.each([
      ['a lone high surrogate', `"${marker} \\ud800 end"`],
      ['a lone low surrogate', `"${marker} \\udc00"`],
      ['surrogates in the wrong order', `"${marker} \\udc00\\ud800"`],
      ['U+0000', `"${marker} \\u0000 end"`],
    ])('%s in a text', (_what, raw) => isRefusedRaw(jsonWith(raw), { status: 422, path: 'parts[0].text' }));

    it.each(['title', 'externalId', 'idempotencyKey'])('a lone surrogate in %s', (field) =>
      isRefusedRaw(JSON.stringify(comment(marker, { [field]: '@@' })).replace('@@', '\\ud83d'), {
        status: 422,
        path: field,
      }),
    );

    it('names every fault at once, and at most fifty', async () => {
      const problem = await refuseItem({ ...comment(''), surface: 'No Such!', deadlineMs: 'soon' }, { status: 422 });
      expect(problem.errors?.map(({ path }) => path).sort()).toEqual(['deadlineMs', 'parts[0].text', 'surface']);
      const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field_${n}`, marker]));
      expect((await refuseItem({ ...comment(marker), ...many }, { status: 422 })).errors).toHaveLength(50);
    });
  });

  describe('keys that objects have by themselves', () => {
    it.each(['__proto__', 'constructor', 'prototype', 'toString'])('%s as a field', async (key) => {
      const body = JSON.stringify(comment(marker)).replace('{', `{"${key}":{"polluted":true},`);
      await refuse(body, { status: 422, path: key });
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });

    it('__proto__ inside account and metadata', async () => {
      const inAccount = JSON.stringify(comment(marker)).replace(
        '"id":"user-1"',
        '"id":"user-1","__proto__":{"polluted":true}',
      );
      await refuse(inAccount, { status: 422, path: 'account.__proto__' });
      const inMetadata = JSON.stringify(comment(marker, { metadata: { ok: 1 } })).replace(
        '"ok":1',
        '"ok":1,"__proto__":1',
      );
      await refuse(inMetadata, { status: 422, path: 'metadata.__proto__' });
    });
  });

  describe('addresses and queries', () => {
    it.each([
      ['a made-up cursor', 'cursor=made-up', 'cursor'],
      [
        'a cursor with a date that is none',
        `cursor=${Buffer.from('["1","00000000-0000-7000-8000-000000000000"]').toString('base64url')}`,
        'cursor',
      ],
      [
        'a cursor with an id that is none',
        `cursor=${Buffer.from(JSON.stringify(['2024-01-01T00:00:00.000Z', '-'.repeat(36)])).toString('base64url')}`,
        'cursor',
      ],
      [
        'a cursor of SQL',
        `cursor=${Buffer.from(`["2024-01-01T00:00:00.000Z","'; DROP TABLE items"]`).toString('base64url')}`,
        'cursor',
      ],
      ['a limit of zero', 'limit=0', 'limit'],
      ['a limit that is no number', 'limit=all', 'limit'],
      ['a limit given twice', 'limit=1&limit=2', 'limit'],
      ['an outcome that there is not', 'outcome=maybe', 'outcome'],
      ['an unknown filter', 'outcom=approve', 'outcom'],
      ['a zero byte in the account', 'accountId=a%00b', 'accountId'],
      ['a zero byte in the external id', 'externalId=%00', 'externalId'],
      ['a zero byte in the text', `text=${marker}%00`, 'text'],
      ['an overlong text', `text=${'x'.repeat(201)}`, 'text'],
    ])('search with %s', async (_what, query, path) => {
      for (const client of [platform, analyst])
        expectProblem(await client.request(`/v1/items?${query}`), { status: 422, path });
    });

    it.each([
      ['audit', '/v1/audit?action=%00', 'action'],
      ['audit', '/v1/audit?actorId=%00', 'actorId'],
      ['audit', '/v1/audit?subjectId=%00', 'subjectId'],
      ['audit', '/v1/audit?cursor=-1', 'cursor'],
      ['policy versions', '/v1/policy/versions?cursor=0', 'cursor'],
      ['a version', '/v1/policy/versions/99999999999999999999', 'version'],
    ])('%s: %s', async (_what, path, place) => {
      expectProblem(await analyst.request(path), { status: 422, path: place });
    });

    it('review cursors that are made up', async () => {
      const reviewer = await app.personClient('reviewer');
      before = await countRows(app.database);
      const forge = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const id = '00000000-0000-7000-8000-000000000000';
      for (const cursor of [
        'x',
        '',
        forge(null),
        forge(['risk', 'NaN', id]),
        forge({ order: 'risk', value: 'NaN; DROP', id }),
        forge({ order: 'decided', value: 'now()', id }),
      ])
        expectProblem(await reviewer.request(`/v1/review/tasks?cursor=${cursor}`), { status: 422, path: 'cursor' });
    });

    it('ids that are none, and addresses that cannot be read', async () => {
      expectProblem(await platform.request('/v1/items/1%27%20OR%201%3D1'), { status: 422, path: 'id' });
      expectProblem(await platform.request('/v1/items/%00'), { status: 422, path: 'id' });
      expectProblem(await platform.request('/v1/items/%ff'), { status: 400 });
      expectProblem(await platform.request(`/v1/items/${'x'.repeat(3_000)}`), { status: 414 });
      expectProblem(await analyst.request('/v1/term-lists/%00'), { status: 422, path: 'id' });
      expectProblem(await analyst.request('/v1/domain-lists/%00'), { status: 422, path: 'id' });
      expectProblem(await platform.request('/v1/nothing-here'), { status: 404 });
      expectProblem(await platform.request('/v1/items', { method: 'PATCH', body: {} }), { status: 404 });
    });
  });

  describe('batches', () => {
    it('over a hundred items', async () => {
      const items = Array.from({ length: 101 }, () => comment(marker));
      expectProblem(await platform.request('/v1/items/batch', { body: { items } }), { status: 422, path: 'items' });
      expectProblem(await platform.request('/v1/items/batch', { body: { items: [] } }), { status: 422, path: 'items' });
    });

    it('over eight megabytes', async () => {
      const items = Array.from({ length: 50 }, () => withPart(marker.repeat(18_000)));
      expectProblem(await platform.request('/v1/items/batch', { body: { items } }), { status: 413 });
    });

    it('of nothing but faulty items: each in its place', async () => {
      const items = [null, 7, [], { parts: marker }, withPart(''), comment(marker, { surface: `${marker}!` })];
      const { status, body } = await platform.request<{ results: { status: number; problem: Problem }[] }>(
        '/v1/items/batch',
        { body: { items } },
      );
      expect(status).toBe(200);
      expect(body.results.map((result) => result.status)).toEqual(items.map(() => 422));
      expect(body.results[4]?.problem.errors?.map(({ path }) => path)).toEqual(['parts[0].text']);
      expect(JSON.stringify(body)).not.toContain(marker);
    });
  });
});

describe('logs', () => {
  it('quote nothing of what was sent', () => {
    expect(captured.text()).not.toContain(marker);
    expect(captured.text()).not.toContain('request failed');
  });

  it('quote nothing even where the database refuses the content, and nothing half-done stays', async () => {
    const owner = openAsOwner(app.database);
    const rows = await countRows(app.database);
    await owner.query(`ALTER TABLE items ADD CONSTRAINT no_marker CHECK (excerpt NOT LIKE '%${marker}%')`);
    const answer = await platform.request('/v1/items', { body: comment(marker, { idempotencyKey: 'kept?' }) });
    await owner.query('ALTER TABLE items DROP CONSTRAINT no_marker');
    await owner.close();
    expectProblem(answer, { status: 500, type: 'internal' });
    expect(captured.text()).toContain('request failed');
    expect(captured.text()).toContain('no_marker');
    expect(captured.text()).not.toContain(marker);
    expect(await countRows(app.database)).toEqual(rows);
    expect((await platform.request('/v1/items', { body: comment(marker, { idempotencyKey: 'kept?' }) })).status).toBe(
      200,
    );
  });
});
