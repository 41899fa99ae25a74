import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#contracts/access.ts';
import { noEvidence, verifyAudit } from '#features/audit/index.ts';
import { systemClock } from '#platform/clock.ts';
import { registeredRoutes } from '#platform/http/registered-routes.ts';
import {
  createPerson,
  everyCaller,
  findAccessFaults,
  findForgeableRoutes,
  signInAs,
} from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld } from '#test/support/access-server.ts';
import { updateConsoleAccount } from './console-account-service.ts';
import { lockAccountAndAdmins, saveAccount } from './console-account-store.ts';

let world: AccessWorld;

beforeAll(async () => {
  world = await createAccessWorld(systemClock);
});
afterAll(() => world.close());

const asPerson = async (role: Role) => {
  const id = await createPerson(world.database, role);
  const headers = await signInAs(world.server, world.database, id);
  return { id, headers };
};

/** Whether any statement on this database waits for a lock. */
const isSomebodyWaiting = async (): Promise<boolean> => {
  const rows = await world.database.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
};

const actionsOn = async (id: string): Promise<string[]> => {
  const rows = await world.database.query<{ action: string }>(
    'SELECT action FROM audit_entries WHERE subject_id = $1 ORDER BY sequence',
    [id],
  );
  return rows.map((row) => row.action);
};

describe('every route as everybody', () => {
  test('does what it declares, as every role, every scope and nobody', async () => {
    expect(registeredRoutes(world.server).length).toBeGreaterThan(12);
    const callers = await everyCaller(world.server, world.database);
    expect(await findAccessFaults(world.server, callers)).toEqual([]);
  });

  test('cannot be forged from another page', async () => {
    const callers = await everyCaller(world.server, world.database);
    const admin = callers.find((caller) => caller.role === 'admin')!;
    expect(await findForgeableRoutes(world.server, admin)).toEqual([]);
  });

  test('accounts and keys are for administrators, the audit log not for reviewers', () => {
    const allowed = (url: string) =>
      registeredRoutes(world.server)
        .filter((route) => route.url.startsWith(url))
        .map(({ access }) => (access.public ? 'everybody' : (access.roles ?? []).join(' ')));
    expect(new Set(allowed('/v1/console-accounts'))).toEqual(new Set(['admin']));
    expect(new Set(allowed('/v1/api-keys'))).toEqual(new Set(['admin']));
    expect(new Set(allowed('/v1/audit'))).toEqual(new Set(['admin policy lead analyst']));
  });
});

describe('API keys over HTTP', () => {
  test('are shown once, listed without the key, changed, revoked', async () => {
    const { headers } = await asPerson('admin');
    const created = await world.server.inject({
      method: 'POST',
      url: '/v1/api-keys',
      headers,
      payload: { name: 'Forum', scopes: ['items:write', 'audit:read', 'audit:read'] },
    });
    expect(created.statusCode).toBe(201);
    const { key, id, ...shown } = created.json();
    expect(key).toMatch(/^tg_[A-Za-z0-9_-]{43}$/);
    expect(shown).toMatchObject({
      name: 'Forum',
      prefix: key.slice(0, 8),
      scopes: ['items:write', 'audit:read'],
      ratePerMinute: null,
      revokedAt: null,
    });

    const listed = await world.server.inject({ method: 'GET', url: '/v1/api-keys?limit=200', headers });
    expect(listed.body).not.toContain(key);
    expect(listed.json().entries).toContainEqual({ id, ...shown });
    const stored = await world.database.query<{ everything: string }>(
      `SELECT row_to_json(k)::text AS everything FROM api_keys AS k WHERE id = $1`,
      [id],
    );
    expect(stored[0]!.everything).not.toContain(key.slice(9));

    const used = () =>
      world.server.inject({ method: 'GET', url: '/v1/audit', headers: { authorization: `Bearer ${key}` } });
    expect((await used()).statusCode).toBe(200);
    const changed = await world.server.inject({
      method: 'PATCH',
      url: `/v1/api-keys/${id}`,
      headers,
      payload: { name: 'Old forum', ratePerMinute: 1_000 },
    });
    expect(changed.json()).toMatchObject({ name: 'Old forum', ratePerMinute: 1_000 });

    for (let time = 0; time < 2; time += 1) {
      const revoked = await world.server.inject({ method: 'DELETE', url: `/v1/api-keys/${id}`, headers });
      expect(revoked.statusCode).toBe(200);
      expect(revoked.json().revokedAt).not.toBeNull();
    }
    const refused = await used();
    expect(refused.statusCode).toBe(401);
    expect(refused.json()).toMatchObject({ detail: 'This API key was revoked.' });
    const late = await world.server.inject({
      method: 'PATCH',
      url: `/v1/api-keys/${id}`,
      headers,
      payload: { name: 'Back again' },
    });
    expect(late.statusCode).toBe(409);
    expect(await actionsOn(id)).toEqual(['api-key-created', 'api-key-updated', 'api-key-revoked']);
  });

  test.each([
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['everything'] }, 'scopes[0]'],
    [{ name: 'x', scopes: ['try'], ratePerMinute: 0 }, 'ratePerMinute'],
    [{ name: 'x', scopes: ['try'], expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
    [{ name: 'a\u0000b', scopes: ['try'] }, 'name'],
    [{ name: 'x', scopes: ['try'], colour: 'red' }, 'colour'],
  ])('that make no sense are refused with the place: %j', async (payload, path) => {
    const { headers } = await asPerson('admin');
    const response = await world.server.inject({ method: 'POST', url: '/v1/api-keys', headers, payload });
    expect(response.statusCode).toBe(422);
    expect(response.json().errors[0].path).toBe(path);
  });

  test('pages lead through all of them, each once', async () => {
    const { headers } = await asPerson('admin');
    for (let number = 0; number < 5; number += 1) {
      await world.server.inject({
        method: 'POST',
        url: '/v1/api-keys',
        headers,
        payload: { name: `Key ${number}`, scopes: ['try'] },
      });
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const url: string = `/v1/api-keys?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = (await world.server.inject({ method: 'GET', url, headers })).json();
      seen.push(...page.entries.map((entry: { id: string }) => entry.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    const [{ count }] = (await world.database.query<{ count: number }>('SELECT count(*) FROM api_keys')) as [
      { count: number },
    ];
    expect(seen).toHaveLength(count);
    expect(new Set(seen).size).toBe(count);
  });
});

describe('console accounts over HTTP', () => {
  const create = (headers: Record<string, string>, email: string, role: Role = 'reviewer') =>
    world.server.inject({
      method: 'POST',
      url: '/v1/console-accounts',
      headers,
      payload: { email, displayName: 'Somebody', role, password: 'correct horse battery' },
    });

  test('one address has one account, however it is written', async () => {
    const { headers } = await asPerson('admin');
    const first = await create(headers, 'Someone@Example.org');
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({ email: 'Someone@Example.org', role: 'reviewer', disabled: false });
    expect(first.body).not.toContain('password');
    const second = await create(headers, 'someone@example.ORG');
    expect(second.statusCode).toBe(409);
    expect(await actionsOn(first.json().id)).toEqual(['console-account-created']);
  });

  test('another role, disabling and a new password end every session at once', async () => {
    const { headers } = await asPerson('admin');
    for (const payload of [{ role: 'analyst' }, { disabled: true }, { password: 'another long password' }]) {
      const person = await asPerson('lead');
      const read = () => world.server.inject({ method: 'GET', url: '/v1/session', headers: person.headers });
      expect((await read()).statusCode).toBe(200);
      const response = await world.server.inject({
        method: 'PATCH',
        url: `/v1/console-accounts/${person.id}`,
        headers,
        payload,
      });
      expect(response.statusCode).toBe(200);
      expect((await read()).statusCode).toBe(401);
    }
  });

  test("an administrator's own password takes the current one", async () => {
    const { id, headers } = await asPerson('admin');
    const response = await world.server.inject({
      method: 'PATCH',
      url: `/v1/console-accounts/${id}`,
      headers,
      payload: { password: 'another long password' },
    });
    expect(response.statusCode).toBe(422);
    expect(response.json().remedy).toContain('/v1/session/password');
    const read = await world.server.inject({ method: 'GET', url: '/v1/session', headers });
    expect(read.statusCode).toBe(200);
  });

  test('a new name leaves the sessions be and shows at once', async () => {
    const { headers } = await asPerson('admin');
    const person = await asPerson('lead');
    await world.server.inject({
      method: 'PATCH',
      url: `/v1/console-accounts/${person.id}`,
      headers,
      payload: { displayName: 'New Name' },
    });
    const read = await world.server.inject({ method: 'GET', url: '/v1/session', headers: person.headers });
    expect(read.json()).toMatchObject({ displayName: 'New Name' });
  });

  test('the last administrator cannot be locked out, not even by two at the same moment', async () => {
    const one = await asPerson('admin');
    const other = await asPerson('admin');
    await world.database.query(
      `UPDATE console_accounts SET disabled = true WHERE role = 'admin' AND NOT id = ANY($1::uuid[])`,
      [[one.id, other.id]],
    );
    const patch = (by: typeof one, id: string, payload: object) =>
      world.server.inject({ method: 'PATCH', url: `/v1/console-accounts/${id}`, headers: by.headers, payload });
    // Each takes away the other's rights; the second begins while the first is not committed yet.
    let second: Promise<unknown> = Promise.resolve();
    await world.database.transaction(async (tx) => {
      const { account } = await lockAccountAndAdmins(tx, other.id);
      second = updateConsoleAccount(world.database, one.id, { disabled: true }, { kind: 'console', id: other.id });
      let isSettled = false;
      second.then(
        () => (isSettled = true),
        () => (isSettled = true),
      );
      await expect.poll(async () => isSettled || (await isSomebodyWaiting())).toBe(true);
      await saveAccount(tx, { ...account!, role: 'analyst' });
    });
    await expect(second).rejects.toMatchObject({ status: 409 });
    const left = one;
    for (const payload of [{ role: 'lead' }, { disabled: true }]) {
      const response = await patch(left, left.id, payload);
      expect(response.statusCode).toBe(409);
      expect(response.json().detail).toContain('last administrator');
    }
    expect((await patch(left, left.id, { displayName: 'The last one' })).statusCode).toBe(200);
  });

  test('an id that no account has, and one that is no id', async () => {
    const { headers } = await asPerson('admin');
    const patch = (id: string) =>
      world.server.inject({ method: 'PATCH', url: `/v1/console-accounts/${id}`, headers, payload: { disabled: true } });
    expect((await patch('00000000-0000-7000-8000-000000000000')).statusCode).toBe(404);
    expect((await patch('first')).statusCode).toBe(422);
  });
});

describe('the audit log over HTTP', () => {
  test('is paged, filtered and verified; what was done above is in it', async () => {
    const { headers } = await asPerson('analyst');
    const get = async (query: string) =>
      (await world.server.inject({ method: 'GET', url: `/v1/audit?${query}`, headers })).json();
    const first = await get('limit=3');
    expect(first.entries).toHaveLength(3);
    const second = await get(`limit=3&cursor=${first.nextCursor}`);
    expect(second.entries[0].sequence).toBe(first.entries[2].sequence - 1);
    const created = await get('action=console-account-created&limit=200');
    expect(new Set(created.entries.map((entry: { action: string }) => entry.action))).toEqual(
      new Set(['console-account-created']),
    );
    const subject = created.entries[0].subject.id;
    expect((await get(`subjectId=${subject}`)).entries.length).toBeGreaterThan(0);
    expect((await get('actorId=nobody')).entries).toEqual([]);

    const verified = await world.server.inject({ method: 'POST', url: '/v1/audit/verify', headers });
    expect(verified.json()).toMatchObject({ valid: true, fault: null });
  });

  test('refuses a cursor that is none', async () => {
    const { headers } = await asPerson('analyst');
    const response = await world.server.inject({ method: 'GET', url: '/v1/audit?cursor=1e9', headers });
    expect(response.statusCode).toBe(422);
  });

  test('holds no e-mail address, password, key or token', async () => {
    const [{ everything }] = (await world.database.query<{ everything: string }>(
      `SELECT string_agg(row_to_json(e)::text, '') AS everything FROM audit_entries AS e`,
    )) as [{ everything: string }];
    expect(everything).not.toMatch(/@|tg_|\$argon2|horse/);
    expect(await verifyAudit(world.database, noEvidence)).toMatchObject({ valid: true });
  });
});
