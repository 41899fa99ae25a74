import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiKey } from '#contracts/access.ts';
import type { ItemAnswer } from '#contracts/items-api.ts';
import type { Problem } from '#contracts/problem.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import {
  type Client,
  comment,
  type RequestOptions,
  startTestApplication,
  submit,
  type TestApplication,
} from '#test/support/application.ts';
import { captureLog } from './support/captured-log.ts';
import { detailOf } from './support/items.ts';
import { publishPlainPolicy } from './support/policies.ts';
import { countRows, expectProblem, marker } from './support/refusal.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const captured = captureLog();
const model = createScriptedModel();
let now = Date.now();
let app: TestApplication;
let admin: Client & { cookie: string; csrfToken: string };

beforeAll(async () => {
  app = await startTestApplication({ log: captured.log, models: model.models, clock: { now: () => now } });
  admin = await app.personClient('admin');
  await publishPlainPolicy(admin);
}, 60_000);
afterAll(() => app.stop());
beforeEach(() => {
  model.release();
});

const hour = 3_600_000;
interface Made extends Client {
  readonly id: string;
  readonly key: string;
}
/** A key made over HTTP, as an administrator does. */
const makeKey = async (more: Record<string, unknown> = {}): Promise<Made> => {
  const { status, body } = await admin.request<ApiKey & { key: string }>('/v1/api-keys', {
    body: { name: 'A platform', scopes: ['items:write', 'items:read'], ...more },
  });
  expect(status).toBe(201);
  const request = <Body>(path: string, options: RequestOptions = {}) =>
    app.nobody.request<Body>(path, {
      ...options,
      headers: { authorization: `Bearer ${body.key}`, ...options.headers },
    });
  return { id: body.id, key: body.key, request };
};
const revoke = (id: string) => admin.request(`/v1/api-keys/${id}`, { method: 'DELETE' });

describe('K1: keys that are over', () => {
  it('what was acknowledged before goes on: an asynchronous item is decided after its key is gone', async () => {
    const key = await makeKey();
    model.hold();
    const { body } = await key.request<ItemAnswer>('/v1/items', {
      body: comment('Taken in already', { deadlineMs: 0 }),
    });
    await model.waiting(1);
    await revoke(key.id);
    model.release();
    const reader = await app.personClient('analyst');
    await expect.poll(async () => (await detailOf(reader, body.itemId)).outcome, { timeout: 20_000 }).toBe('approve');
  });

  it('an expired key is refused from the very moment', async () => {
    const key = await makeKey({ expiresAt: new Date(now + hour).toISOString() });
    expect((await submit(key, comment('In time'))).version).toBe(1);
    now += hour;
    const rows = await countRows(app.database);
    expectProblem(await key.request('/v1/items', { body: comment(marker) }), { status: 401 });
    expectProblem(await key.request('/v1/items'), { status: 401 });
    expect(await countRows(app.database)).toEqual(rows);
  });

  it('a revoked key is refused at once, and revoking it again changes nothing', async () => {
    const key = await makeKey();
    await submit(key, comment('In time'));
    expect((await revoke(key.id)).status).toBeLessThan(300);
    const problem = expectProblem(await key.request('/v1/items', { body: comment(marker) }), { status: 401 });
    expect(problem.detail).toContain('revoked');
    expect(JSON.stringify(problem)).not.toContain(key.key);
  });

  it.each(['revoked', 'expired'] as const)(
    'a key that is %s while its item is decided: nothing is kept',
    async (how) => {
      const key = await makeKey(how === 'expired' ? { expiresAt: new Date(now + hour).toISOString() } : {});
      const { itemId } = await submit(key, comment('An item to edit'));
      const rows = await countRows(app.database);
      model.hold();
      const body = comment(marker, { deadlineMs: 20_000 });
      const inFlight = [
        key.request('/v1/items', { body }),
        key.request('/v1/items', { body: { ...body, idempotencyKey: 'in-flight' } }),
        key.request(`/v1/items/${itemId}`, { method: 'PUT', body }),
      ];
      const batch = key.request<{ results: { status: number; problem: Problem }[] }>('/v1/items/batch', {
        body: { items: [body, body] },
      });
      await model.waiting(5);
      if (how === 'revoked') await revoke(key.id);
      else now += hour;
      model.release();
      for (const answer of await Promise.all(inFlight)) expectProblem(answer, { status: 401 });
      expect((await batch).body.results.map(({ status, problem }) => [status, problem.type])).toEqual([
        [401, 'urn:tidegate:problem:unauthenticated'],
        [401, 'urn:tidegate:problem:unauthenticated'],
      ]);
      // One entry in the audit log: the revocation.
      expect(await countRows(app.database)).toEqual({
        ...rows,
        audit_entries: rows.audit_entries! + (how === 'revoked' ? 1 : 0),
      });
    },
  );
});

describe('K1: keys see only their own', () => {
  it('another key’s item is not there: not to read, edit, delete or find', async () => {
    const [owner, stranger] = [await makeKey(), await makeKey()];
    const { itemId } = await submit(owner, comment(`The owner’s own words ${marker}`, { externalId: 'owned' }));
    const rows = await countRows(app.database);
    for (const options of [{}, { method: 'PUT', body: comment('Mine now') }, { method: 'DELETE' }]) {
      const taken = await stranger.request(`/v1/items/${itemId}`, options);
      const absent = await stranger.request('/v1/items/00000000-0000-7000-8000-000000000000', options);
      const problem = expectProblem(taken, { status: 404 });
      // Nothing tells the one from the other.
      expect({ ...problem, instance: '', detail: '' }).toEqual({
        ...(absent.body as Problem),
        instance: '',
        detail: '',
      });
    }
    for (const query of ['', '?externalId=owned', `?text=${marker}`, '?accountId=user-1'])
      expect((await stranger.request<{ entries: unknown[] }>(`/v1/items${query}`)).body.entries).toEqual([]);
    expect(await countRows(app.database)).toEqual(rows);
  });

  it('a cursor of another key’s search shows nothing of it', async () => {
    const [owner, stranger] = [await makeKey(), await makeKey()];
    for (let n = 0; n < 3; n += 1) await submit(owner, comment(`Page ${n}`));
    const { nextCursor } = (await owner.request<{ nextCursor: string }>('/v1/items?limit=1')).body;
    expect((await stranger.request<{ entries: unknown[] }>(`/v1/items?cursor=${nextCursor}`)).body.entries).toEqual([]);
  });

  it('a key does only what its scopes say', async () => {
    const reads = await makeKey({ scopes: ['items:read'] });
    const problem = expectProblem(await reads.request('/v1/items', { body: comment(marker) }), { status: 403 });
    expect(problem.detail).toContain('items:write');
    for (const path of ['/v1/audit', '/v1/policy', '/v1/api-keys', '/v1/review/tasks', '/v1/console-accounts'])
      expectProblem(await reads.request(path), { status: 403 });
  });

  it('a key over its rate is told when to come again', async () => {
    const slow = await makeKey({ ratePerMinute: 2 });
    await submit(slow, comment('One'));
    await submit(slow, comment('Two'));
    const answer = await slow.request('/v1/items', { body: comment(marker) });
    expectProblem(answer, { status: 429 });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('K1: people', () => {
  const forgery = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    app.nobody.request(path, { method, headers, ...(body === undefined ? {} : { body }) });

  it('a session without the CSRF token, or from elsewhere, changes nothing', async () => {
    const { cookie, csrfToken } = admin;
    const rows = await countRows(app.database);
    const body = { name: marker, scopes: ['items:read'] };
    for (const headers of [
      { cookie },
      { cookie, 'x-csrf-token': '' },
      { cookie, 'x-csrf-token': 'x'.repeat(csrfToken.length) },
      { cookie, 'x-csrf-token': csrfToken, origin: 'https://evil.example' },
      { cookie, 'x-csrf-token': csrfToken, origin: 'null' },
    ])
      expectProblem(await forgery('POST', '/v1/api-keys', headers as Record<string, string>, body), { status: 403 });
    expect(await countRows(app.database)).toEqual(rows);
  });

  it('the token of another session does not do', async () => {
    const other = await app.personClient('admin');
    const headers = { cookie: admin.cookie, 'x-csrf-token': other.csrfToken };
    expectProblem(await forgery('POST', '/v1/audit/verify', headers), { status: 403 });
  });

  it('the wrong role is told which one it takes', async () => {
    const analyst = await app.personClient('analyst');
    const problem = expectProblem(
      await analyst.request('/v1/policy/versions', { body: { document: {}, basedOn: 1 } }),
      { status: 403 },
    );
    expect(problem.detail).toContain('policy');
    expectProblem(await analyst.request('/v1/review/next', { method: 'POST' }), { status: 403 });
  });

  it('whoever is not signed in sees nothing', async () => {
    for (const path of ['/v1/items', '/v1/review/tasks', '/v1/audit', '/v1/policy', '/v1/system', '/metrics'])
      expectProblem(await app.nobody.request(path), { status: 401 });
  });

  it('a signed-out session is over', async () => {
    const person = await app.personClient('reviewer');
    expect((await person.request('/v1/session', { method: 'DELETE' })).status).toBe(204);
    expectProblem(await person.request('/v1/session'), { status: 401 });
  });

  it('a role that was taken away is gone with the next request', async () => {
    const reviewer = await app.personClient('reviewer');
    expect((await reviewer.request('/v1/review/tasks')).status).toBe(200);
    await admin.request(`/v1/console-accounts/${reviewer.accountId}`, { method: 'PATCH', body: { role: 'analyst' } });
    // Whoever signs in again does so in the new role.
    expectProblem(await reviewer.request('/v1/review/tasks'), { status: 401 });
  });

  it('hostile sign-ins: no hint whether the address exists, nothing quoted, nothing broken', async () => {
    const attempts = [
      { email: 'admin-1@example.test', password: 'wrong' },
      { email: `${marker}@example.test`, password: 'wrong' },
      { email: `' OR '1'='1`, password: `' OR '1'='1` },
      { email: 'a\u0000b@example.test', password: 'x\u0000y' },
      { email: 'a@example.test', password: 'p'.repeat(1_024) },
    ];
    const problems = [];
    for (const body of attempts) {
      const answer = await app.nobody.request<Problem>('/v1/session', { body });
      expect([401, 422]).toContain(answer.status);
      problems.push(expectProblem(answer, { status: answer.status }));
    }
    expect(problems[0]?.detail).toBe(problems[1]?.detail);
    expectProblem(await app.nobody.request('/v1/session', { body: { email: 'a@b.c', password: 'p'.repeat(2_000) } }), {
      status: 422,
      path: 'password',
    });
    expectProblem(await app.nobody.request('/v1/session', { body: { email: ['a'], password: {} } }), {
      status: 422,
      path: 'email',
    });
  });
});

describe('F2: review requests that do not fit', () => {
  it('get the place and the remedy, and change nothing', async () => {
    const key = await makeKey();
    model.script = async () => ({ spam: 0.8 });
    await submit(key, comment(`For review ${marker}`, { deadlineMs: 20_000 }));
    const reviewer = await app.personClient('reviewer');
    const other = await app.personClient('reviewer');
    const { status, body: task } = await reviewer.request<ReviewTaskDetail>('/v1/review/next', { method: 'POST' });
    expect(status, JSON.stringify(task)).toBe(200);
    const at = `/v1/review/tasks/${task.id}`;
    const rows = await countRows(app.database);
    expectProblem(await other.request(`${at}/claim`, { method: 'POST' }), { status: 409 });
    expectProblem(await other.request(`${at}/decide`, { body: { outcome: 'approve' } }), { status: 409 });
    expectProblem(await reviewer.request(`${at}/decide`, { body: { outcome: 'remove' } }), {
      status: 422,
      path: 'categories',
    });
    expectProblem(await reviewer.request(`${at}/decide`, { body: { outcome: 'perhaps' } }), {
      status: 422,
      path: 'outcome',
    });
    expectProblem(await reviewer.request(`${at}/decide`, { body: { outcome: 'approve', actions: ['remove'] } }), {
      status: 422,
    });
    expectProblem(
      await reviewer.request(`${at}/decide`, { body: { outcome: 'remove', categories: ['spam', 'no_such_category'] } }),
      { status: 422, path: 'categories[1]' },
    );
    expectProblem(
      await reviewer.request(`${at}/decide`, { body: { outcome: 'remove', categories: ['constructor'] } }),
      { status: 422 },
    );
    expectProblem(await reviewer.request(`${at}/notes`, { body: { text: 'a\u0000b' } }), { status: 422, path: 'text' });
    expectProblem(await reviewer.request(`${at}/skip`, { body: { reason: marker } }), { status: 422, path: 'reason' });
    expectProblem(
      await reviewer.request('/v1/review/tasks/00000000-0000-7000-8000-000000000000/claim', { method: 'POST' }),
      { status: 404 },
    );
    expect(await countRows(app.database)).toEqual(rows);
  });
});

describe('logs', () => {
  it('hold neither keys, passwords, cookies nor content', () => {
    for (const secret of [marker, admin.cookie.split('=')[1]!, 'Bearer', 'a long password for tests'])
      expect(captured.text()).not.toContain(secret);
    expect(captured.text()).not.toContain('request failed');
  });
});
