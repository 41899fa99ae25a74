import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Principal, type Role, roles, scopes } from '#contracts/access.ts';
import { page } from '#contracts/primitives.ts';
import { problemSchema } from '#contracts/problem.ts';
import { reviewNoteSchema, reviewSummarySchema, reviewTaskDetailSchema, reviewTaskSchema } from '#contracts/review.ts';
import type { Database } from '#platform/database/database.ts';
import { unauthenticated } from '#platform/http/problem-error.ts';
import { createServer, type Server } from '#platform/http/server.ts';
import { newId } from '#platform/ids.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { TestClock } from '#test/support/review.ts';
import { createReviewWorld, type ReviewWorld } from '#test/support/review-world.ts';
import { registerReviewRoutes } from './review-routes.ts';

let test: TestDatabase;
let database: Database;
let server: Server;
let world: ReviewWorld;

const accounts = new Map(roles.map((role) => [role, newId()] as const));
const key: Principal = { kind: 'api_key', keyId: newId(), name: 'everything', scopes };
const principalFor = (who: string): Principal | undefined => {
  if (who === 'key') return key;
  const accountId = accounts.get(who as Role);
  if (accountId === undefined) return undefined;
  return { kind: 'console', accountId, sessionId: newId(), displayName: `The ${who}`, role: who as Role };
};

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  // Who signs in how is tested with access; here each request says who it is.
  server = await createServer({
    log: silentLog,
    authenticator: {
      async authenticate(request) {
        const principal = principalFor(String(request.headers['x-test-who']));
        if (principal === undefined) throw unauthenticated({ detail: 'Nobody is signed in.', remedy: 'Sign in.' });
        return principal;
      },
    },
  });
  world = createReviewWorld(database, new TestClock('2026-03-01T10:00:00Z'));
  registerReviewRoutes(server, { review: world.review });
  await server.ready();
});
afterAll(async () => {
  await server.close();
  await test.drop();
});
beforeEach(async () => {
  await database.query('DELETE FROM review_tasks');
});

type Method = 'GET' | 'POST';
const ask = async (method: Method, url: string, { who = 'reviewer', body }: { who?: string; body?: unknown } = {}) => {
  const response = await server.inject({
    method,
    url,
    headers: { 'x-test-who': who, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return {
    status: response.statusCode,
    body: response.body === '' ? null : response.json(),
    type: response.headers['content-type'],
  };
};

const removal = { outcome: 'remove', categories: ['harassment'], machineCall: 'right' };
const routes: readonly { method: Method; pattern: string; body?: object }[] = [
  { method: 'GET', pattern: '/v1/review/summary' },
  { method: 'GET', pattern: '/v1/review/tasks' },
  { method: 'POST', pattern: '/v1/review/next' },
  { method: 'GET', pattern: '/v1/review/tasks/:id' },
  { method: 'POST', pattern: '/v1/review/tasks/:id/claim' },
  { method: 'POST', pattern: '/v1/review/tasks/:id/extend' },
  { method: 'POST', pattern: '/v1/review/tasks/:id/skip', body: { reason: 'unsure' } },
  { method: 'POST', pattern: '/v1/review/tasks/:id/release' },
  { method: 'POST', pattern: '/v1/review/tasks/:id/notes', body: { text: 'A note.' } },
  { method: 'POST', pattern: '/v1/review/tasks/:id/reveal' },
  { method: 'POST', pattern: '/v1/review/tasks/:id/decide', body: removal },
];

describe('who may use the routes', () => {
  it.each(routes)('$method $pattern', async ({ method, pattern, body }) => {
    const { taskId } = await world.addItem();
    const url = pattern.replace(':id', taskId);
    const open = pattern === '/v1/review/summary';
    for (const who of [...roles, 'key', 'nobody']) {
      const { status, body: answer } = await ask(method, url, { who, body });
      const allowed =
        ['reviewer', 'lead', 'admin', 'legal'].includes(who) || (open && ['policy', 'analyst'].includes(who));
      if (who === 'nobody') expect(status, who).toBe(401);
      else if (!allowed) expect(status, who).toBe(403);
      // For the legal role a task of the common queue is not there.
      else if (who === 'legal' && url.includes(taskId)) expect(status, who).toBe(404);
      // What is allowed may still be refused for the task's state, never for who asks.
      else expect([200, 201, 204, 409], who).toContain(status);
      if (status >= 400) expect(problemSchema.parse(answer).remedy).not.toBe('');
    }
  });
});

describe('a review from end to end', () => {
  it('answers as the contract says', async () => {
    const { taskId, itemId } = await world.addItem();
    expect(reviewSummarySchema.parse((await ask('GET', '/v1/review/summary', { who: 'analyst' })).body).open).toBe(1);
    const list = page(reviewTaskSchema).parse((await ask('GET', '/v1/review/tasks?limit=10&surface=comment')).body);
    expect(list).toMatchObject({ entries: [{ id: taskId, itemId, status: 'open' }], nextCursor: null });
    expect(JSON.stringify(list)).not.toContain('You know what you are');

    const next = await ask('POST', '/v1/review/next?bucket=immediate');
    expect(next.status).toBe(200);
    expect(reviewTaskDetailSchema.parse(next.body)).toMatchObject({ id: taskId, status: 'claimed' });
    expect(await ask('POST', '/v1/review/next', { who: 'lead' })).toMatchObject({ status: 204, body: null });

    expect((await ask('POST', `/v1/review/tasks/${taskId}/reveal`)).status).toBe(204);
    const noted = await ask('POST', `/v1/review/tasks/${taskId}/notes`, { body: { text: 'Not banter.' } });
    expect(noted.status).toBe(201);
    expect(reviewNoteSchema.parse(noted.body)).toMatchObject({ text: 'Not banter.', displayName: 'The reviewer' });

    const taken = await ask('POST', `/v1/review/tasks/${taskId}/claim`, { who: 'lead' });
    expect(taken).toMatchObject({ status: 409, type: expect.stringContaining('application/problem+json') });
    expect(taken.body.detail).toBe('The reviewer has claimed this task until 2026-03-01T10:10:00.000Z.');

    const decided = await ask('POST', `/v1/review/tasks/${taskId}/decide`, { body: removal });
    expect(decided.status).toBe(200);
    expect(reviewTaskSchema.parse(decided.body.task).status).toBe('decided');
    const detail = reviewTaskDetailSchema.parse((await ask('GET', `/v1/review/tasks/${taskId}`)).body);
    expect(detail).toMatchObject({ decision: { id: decided.body.decisionId, outcome: 'remove' }, notes: [{}] });
  });

  it('reads mine=false as false', async () => {
    await world.addItem();
    const entriesOf = async (query: string) => (await ask('GET', `/v1/review/tasks?${query}`)).body.entries;
    expect(await entriesOf('mine=false')).toHaveLength(1);
    expect(await entriesOf('mine=true')).toHaveLength(0);
  });
});

describe('bad input', () => {
  it.each([
    ['a removal without a category', { outcome: 'remove' }, 'categories'],
    ['an unknown field', { ...removal, priority: 1 }, 'priority'],
    ['an outcome that is not a person’s', { outcome: 'hold' }, 'outcome'],
    ['an unknown action', { ...removal, actions: ['explode'] }, 'actions[0]'],
    ['a contradiction', { outcome: 'approve', actions: ['remove'] }, 'actions[0]'],
    ['a note with U+0000', { ...removal, note: 'a\u0000b' }, 'note'],
    ['a lone surrogate', { ...removal, note: '\ud800' }, 'note'],
  ])('refuses %s, with the place', async (_name, body, path) => {
    const { taskId } = await world.addItem();
    await ask('POST', `/v1/review/tasks/${taskId}/claim`);
    const answer = await ask('POST', `/v1/review/tasks/${taskId}/decide`, { body });
    expect(answer.status).toBe(422);
    expect(problemSchema.parse(answer.body).errors?.map((error) => error.path)).toContain(path);
    expect((await ask('GET', `/v1/review/tasks/${taskId}`)).body.status).toBe('claimed');
  });

  it.each([
    ['GET', '/v1/review/tasks/not-a-uuid', 422],
    ['GET', '/v1/review/tasks?status=lost', 422],
    ['GET', '/v1/review/tasks?limit=0', 422],
    ['GET', '/v1/review/tasks?sort=asc', 422],
    ['GET', '/v1/review/tasks?cursor=nonsense', 422],
    ['POST', '/v1/review/next?mine=true', 422],
    ['GET', `/v1/review/tasks/${newId()}`, 404],
    ['POST', `/v1/review/tasks/${newId()}/claim`, 404],
    ['POST', `/v1/review/tasks/${newId()}/reveal`, 404],
  ] as const)('%s %s is %i', async (method, url, status) => {
    const answer = await ask(method, url);
    expect(answer.status).toBe(status);
    expect(problemSchema.parse(answer.body).status).toBe(status);
  });
});
