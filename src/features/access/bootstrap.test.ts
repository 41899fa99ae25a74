import { afterEach, beforeEach, expect, test } from 'vitest';
import { scopes } from '#contracts/access.ts';
import { noEvidence, verifyAudit } from '#features/audit/index.ts';
import { systemClock } from '#platform/clock.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { type AccessWorld, createAccessWorld } from '#test/support/access-server.ts';
import { bootstrapAccess } from './bootstrap.ts';
import { updateConsoleAccount } from './console-account-service.ts';
import { findFirstAdmin } from './console-account-store.ts';

let world: AccessWorld;

beforeEach(async () => {
  world = await createAccessWorld(systemClock);
});
afterEach(() => world.close());

const signIn = async (password: string) =>
  world.server.inject({ method: 'POST', url: '/v1/session', payload: { email: 'admin@localhost', password } });
const auditWith = async (key: string) =>
  (await world.server.inject({ method: 'GET', url: '/v1/audit', headers: { authorization: `Bearer ${key}` } }))
    .statusCode;

test('the first start makes an administrator and a key, random and shown once; the next makes nothing', async () => {
  const made = await bootstrapAccess(world.database, {}, silentLog);
  expect(made.admin).toMatchObject({ email: 'admin@localhost', isRandom: true });
  expect(made.apiKey).toMatchObject({ isRandom: true });
  expect((await signIn(made.admin!.password)).statusCode).toBe(200);
  expect(await auditWith(made.apiKey!.key)).toBe(200);
  const [row] = await world.database.query<{ scopes: string[] }>('SELECT scopes FROM api_keys');
  expect(row!.scopes).toEqual([...scopes]);
  expect((await findFirstAdmin(world.database))?.id).toBe(made.admin!.accountId);
  expect(await bootstrapAccess(world.database, { adminPassword: 'something else' }, silentLog)).toEqual({
    admin: null,
    apiKey: null,
  });
  expect(await verifyAudit(world.database, noEvidence)).toMatchObject({ valid: true });
});

test('what the configuration chose is used', async () => {
  const given = { apiKey: 'chosen-key', adminPassword: 'chosen-password' };
  const made = await bootstrapAccess(world.database, given, silentLog);
  expect(made).toMatchObject({ admin: { isRandom: false }, apiKey: { isRandom: false, key: 'chosen-key' } });
  expect((await signIn('chosen-password')).statusCode).toBe(200);
  expect(await auditWith('chosen-key')).toBe(200);
});

test('processes that start at once make one of each between them', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => bootstrapAccess(world.database, {}, silentLog)));
  expect(all.filter((made) => made.admin !== null)).toHaveLength(1);
  expect(all.filter((made) => made.apiKey !== null)).toHaveLength(1);
  const counts = await world.database.query(
    'SELECT (SELECT count(*) FROM console_accounts) AS accounts, (SELECT count(*) FROM api_keys) AS keys',
  );
  expect(counts).toEqual([{ accounts: 1, keys: 1 }]);
});

test('an administrator who left is not made again, and the first who can act is found', async () => {
  const made = await bootstrapAccess(world.database, {}, silentLog);
  const { createPerson } = await import('#test/support/access-matrix.ts');
  const next = await createPerson(world.database, 'admin');
  await updateConsoleAccount(world.database, made.admin!.accountId, { disabled: true }, { kind: 'console', id: next });
  expect((await bootstrapAccess(world.database, {}, silentLog)).admin).toBeNull();
  expect((await findFirstAdmin(world.database))?.id).toBe(next);
});
