import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemActor } from '#features/audit/index.ts';
import { createPerson, signInAs } from '#test/support/access-matrix.ts';
import { type AccessWorld, createAccessWorld, createTestClock, type TestClock } from '#test/support/access-server.ts';
import { oneTimeSignInMs, sessionIdleMs } from './access.ts';
import { createConsoleAccount, updateConsoleAccount } from './console-account-service.ts';
import { findForSignIn } from './console-account-store.ts';
import { createOneTimeSignIn } from './session-service.ts';
import { insertSession } from './session-store.ts';

const password = 'correct horse battery';
let world: AccessWorld;
let clock: TestClock;
let number = 0;
let email: string;
let accountId: string;

beforeAll(async () => {
  clock = createTestClock('2026-03-01T12:00:00Z');
  world = await createAccessWorld(clock);
});
afterAll(() => world.close());

beforeEach(async () => {
  await world.database.query('DELETE FROM sign_in_attempts');
  number += 1;
  email = `person-${number}@example.org`;
  const account = await createConsoleAccount(
    world.database,
    { email, displayName: 'A Person', role: 'reviewer', password },
    systemActor,
    new Date(clock.now()),
  );
  accountId = account.id;
});

type Answer = Awaited<ReturnType<AccessWorld['server']['inject']>>;
type Headers = Record<string, string>;

const signIn = (with_: object = {}, headers: Headers = {}, remoteAddress = '203.0.113.1'): Promise<Answer> =>
  world.server.inject({
    method: 'POST',
    url: '/v1/session',
    headers,
    remoteAddress,
    payload: { email, password, ...with_ },
  });
const cookieOf = (answer: Answer): string => String(answer.headers['set-cookie']).split(';')[0]!;
const credentialsOf = (answer: Answer) => ({ cookie: cookieOf(answer), 'x-csrf-token': answer.json().csrfToken });
const read = async (headers: Headers): Promise<number> =>
  (await world.server.inject({ method: 'GET', url: '/v1/session', headers })).statusCode;
const auditOf = async (subject: string) =>
  world.database.query<{ action: string; actor_kind: string; details: string }>(
    'SELECT action, actor_kind, details FROM audit_entries WHERE subject_id = $1 ORDER BY sequence',
    [subject],
  );

describe('signing in', () => {
  test('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const answer = await signIn();
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ accountId, email, role: 'reviewer', mustChangePassword: true });
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^tidegate_session=[A-Za-z0-9_-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await read({ cookie: cookieOf(answer) })).toBe(200);
  });

  test('stores no token, only its hash', async () => {
    const token = cookieOf(await signIn()).split('=')[1]!;
    const [row] = await world.database.query<{ everything: string; hash: Buffer }>(
      'SELECT row_to_json(s)::text AS everything, token_hash AS hash FROM console_sessions AS s WHERE account_id = $1',
      [accountId],
    );
    expect(row!.everything).not.toContain(token);
    expect(row!.hash).toHaveLength(32);
  });

  test('the address may be written in any case', async () => {
    expect((await signIn({ email: email.toUpperCase() })).statusCode).toBe(200);
  });

  test('a wrong password, an unknown address and a disabled account get the very same answer', async () => {
    const admin = await createPerson(world.database, 'admin');
    const wrong = await signIn({ password: 'wrong horse battery' });
    const unknown = await signIn({ email: 'nobody@example.org' });
    await updateConsoleAccount(world.database, accountId, { disabled: true }, { kind: 'console', id: admin });
    const disabled = await signIn();
    const shown = (answer: Answer) => ({ ...answer.json(), instance: undefined });
    expect(wrong.statusCode).toBe(401);
    expect(shown(unknown)).toEqual(shown(wrong));
    expect(shown(disabled)).toEqual(shown(wrong));
    for (const answer of [wrong, unknown, disabled]) expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('is recorded, without the address', async () => {
    await signIn({ password: 'wrong horse battery' });
    const answer = await signIn();
    expect(answer.statusCode).toBe(200);
    expect((await auditOf(accountId)).map((entry) => entry.action)).toEqual([
      'console-account-created',
      'sign-in-failed',
    ]);
    const [session] = await world.database.query<{ id: string }>(
      'SELECT id FROM console_sessions WHERE account_id = $1',
      [accountId],
    );
    expect(await auditOf(session!.id)).toMatchObject([{ action: 'session-started', actor_kind: 'console' }]);
  });

  test('ends the session that the browser had, so that none can be planted', async () => {
    const first = credentialsOf(await signIn());
    const second = await signIn({}, { cookie: first.cookie });
    expect(cookieOf(second)).not.toBe(first.cookie);
    expect(await read(first)).toBe(401);
    expect(await read(credentialsOf(second))).toBe(200);
  });

  test('from a page of another origin is refused', async () => {
    expect((await signIn({}, { origin: 'https://elsewhere.example' })).statusCode).toBe(403);
    expect((await signIn({}, { host: 'tidegate.test:8420', origin: 'http://tidegate.test:8420' })).statusCode).toBe(
      200,
    );
  });

  test('a character typed in another way is the same password', async () => {
    const admin = { kind: 'console', id: await createPerson(world.database, 'admin') } as const;
    await updateConsoleAccount(world.database, accountId, { password: 'caf\u00e9 au lait, please' }, admin);
    expect((await signIn({ password: 'cafe\u0301 au lait, please' })).statusCode).toBe(200);
  });

  test('the cookie is marked secure where the request came by https', async () => {
    const { createServer } = await import('#platform/http/server.ts');
    const { silentLog } = await import('#platform/telemetry/log.ts');
    const { registerAccessRoutes } = await import('./access-routes.ts');
    const server = await createServer({ authenticator: world.authenticator, log: silentLog, trustProxy: true });
    registerAccessRoutes(server, world);
    const answer = await server.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { 'x-forwarded-proto': 'https' },
      payload: { email, password },
    });
    expect(String(answer.headers['set-cookie'])).toContain('; Secure');
    await server.close();
  });
});

test('a session does not begin if the password was changed, or the account disabled, while the old one was being checked', async () => {
  const begin = (passwordHash: string | null) =>
    world.database.transaction((tx) =>
      insertSession(tx, { accountId, openedBy: 'password', passwordHash, now: new Date(clock.now()) }),
    );
  const checked = (await findForSignIn(world.database, email))!;
  expect(await begin(checked.passwordHash)).not.toBeNull();
  const admin = { kind: 'console', id: await createPerson(world.database, 'admin') } as const;
  await updateConsoleAccount(world.database, accountId, { password: 'another long password' }, admin);
  expect(await begin(checked.passwordHash)).toBeNull();
  await updateConsoleAccount(world.database, accountId, { disabled: true }, admin);
  expect(await begin((await findForSignIn(world.database, email))!.passwordHash)).toBeNull();
  expect(await begin(null)).toBeNull();
  expect(await world.database.query('SELECT 1 FROM console_sessions WHERE account_id = $1', [accountId])).toEqual([]);
});

describe('guessing', () => {
  const guess = (address: string, of = email) =>
    signIn({ email: of, password: 'wrong horse battery' }, {}, address).then((answer) => answer.statusCode);

  test('at one account gets slower, from wherever, and also for the right password', async () => {
    for (let time = 0; time < 6; time += 1) expect(await guess(`198.51.100.${time}`)).toBe(401);
    const blocked = await signIn({}, {}, '198.51.100.99');
    expect(blocked.statusCode).toBe(429);
    expect(Number(blocked.headers['retry-after'])).toBe(1);
    clock.advance(1_000);
    expect(await guess('198.51.100.7')).toBe(401);
    clock.advance(1_000);
    expect(await guess('198.51.100.8')).toBe(429);
    clock.advance(1_000);
    expect((await signIn()).statusCode).toBe(200);
    // A success begins anew.
    for (let time = 0; time < 6; time += 1) expect(await guess('198.51.100.10')).toBe(401);
  });

  test('waits at most a quarter of an hour', async () => {
    for (let time = 0; time < 30; time += 1) {
      await guess('198.51.100.1');
      clock.advance(900_000);
    }
    expect(await guess('198.51.100.2')).toBe(401);
    const answer = await signIn();
    expect(Number(answer.headers['retry-after'])).toBe(900);
  });

  test('at an account that does not exist is slowed down in the same way', async () => {
    for (let time = 0; time < 6; time += 1) {
      expect(await guess(`198.51.100.${time}`, 'nobody@example.org')).toBe(401);
    }
    expect(await guess('198.51.100.9', 'nobody@example.org')).toBe(429);
  });

  test('at many accounts from one network gets slower, and others may go on', async () => {
    for (let time = 0; time < 21; time += 1) {
      expect(await guess(`2001:db8:7:7::${time.toString(16)}`, `guess-${time}@example.org`)).toBe(401);
    }
    expect(await guess('2001:db8:7:7:ffff::1', 'guess-99@example.org')).toBe(429);
    expect(await guess('2001:db8:7:8::1', 'guess-99@example.org')).toBe(401);
  });

  test('all at once counts as often as it was tried', async () => {
    const codes = await Promise.all(Array.from({ length: 15 }, (_, index) => guess(`192.0.2.${index}`)));
    expect(codes.filter((code) => code === 401)).toHaveLength(6);
    expect(codes.filter((code) => code === 429)).toHaveLength(9);
  });

  test('with an account of one’s own in between does not wipe the network’s slate', async () => {
    for (let time = 0; time < 20; time += 1) expect(await guess('192.0.2.77', `other-${time}@example.org`)).toBe(401);
    expect((await signIn({}, {}, '192.0.2.77')).statusCode).toBe(200);
    expect(await guess('192.0.2.77', 'other-20@example.org')).toBe(401);
    expect(await guess('192.0.2.77', 'other-21@example.org')).toBe(429);
  });
});

describe('one-time sign-in', () => {
  const redeem = (token: string) =>
    world.server.inject({ method: 'POST', url: '/v1/session/redeem', payload: { token } });

  test('works once', async () => {
    const { token } = await createOneTimeSignIn(world.database, accountId, new Date(clock.now()));
    const answer = await redeem(token);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ accountId });
    const again = await redeem(token);
    expect(again.statusCode).toBe(401);
    expect(again.json().remedy).toContain('Start Tidegate again');
    expect(await auditOf('not_valid')).toMatchObject([{ action: 'sign-in-failed', actor_kind: 'system' }]);
  });

  test('used by many at once, opens one session', async () => {
    const { token } = await createOneTimeSignIn(world.database, accountId, new Date(clock.now()));
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(token)));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, ...new Array(7).fill(401)]);
  });

  test('is over after 30 minutes, when the account is disabled, and when its password changes', async () => {
    const late = await createOneTimeSignIn(world.database, accountId, new Date(clock.now()));
    clock.advance(oneTimeSignInMs);
    expect((await redeem(late.token)).statusCode).toBe(401);
    const admin = { kind: 'console', id: await createPerson(world.database, 'admin') } as const;
    const pending = await createOneTimeSignIn(world.database, accountId, new Date(clock.now()));
    await updateConsoleAccount(world.database, accountId, { password: 'another long password' }, admin);
    expect((await redeem(pending.token)).statusCode).toBe(401);
    const other = await createOneTimeSignIn(world.database, accountId, new Date(clock.now()));
    await updateConsoleAccount(world.database, accountId, { disabled: true }, admin);
    expect((await redeem(other.token)).statusCode).toBe(401);
  });

  test('a token of any other shape is refused without harm', async () => {
    for (const token of ['x'.repeat(43), 'x'.repeat(200), "' OR true; --      "]) {
      expect((await redeem(token)).statusCode).toBe(401);
    }
  });
});

describe('a session', () => {
  test('ends after it was idle for too long, and lasts while it is used', async () => {
    const credentials = credentialsOf(await signIn());
    for (let time = 0; time < 3; time += 1) {
      clock.advance(sessionIdleMs - 60_000);
      expect(await read(credentials)).toBe(200);
    }
    await world.authenticator.flush();
    clock.advance(sessionIdleMs);
    expect(await read(credentials)).toBe(401);
  });

  test('ends with its lifetime even while it is used', async () => {
    const credentials = credentialsOf(await signIn());
    let hours = 0;
    while ((await read(credentials)) === 200) {
      clock.advance(6 * 3_600_000);
      hours += 6;
    }
    expect(hours).toBe(7 * 24);
  });

  test('ends at sign-out, everywhere', async () => {
    const credentials = credentialsOf(await signIn());
    const answer = await world.server.inject({ method: 'DELETE', url: '/v1/session', headers: credentials });
    expect(answer.statusCode).toBe(204);
    expect(answer.body).toBe('');
    expect(String(answer.headers['set-cookie'])).toMatch(/^tidegate_session=; .*1970/);
    expect(await read(credentials)).toBe(401);
  });

  test('a cookie that is none of ours is refused', async () => {
    for (const value of ['', 'x', 'x'.repeat(43), '%00', `"${'x'.repeat(43)}"`]) {
      expect(await read({ cookie: `other=1; tidegate_session=${value}` })).toBe(401);
    }
    expect(await read({ cookie: 'tidegate_session' })).toBe(401);
    expect(await read({ cookie: ';;=;' })).toBe(401);
  });
});

describe('changing the password', () => {
  const change = (headers: Headers, payload: object) =>
    world.server.inject({ method: 'POST', url: '/v1/session/password', headers, payload });

  test('ends every other session, renews this one, and the new password counts', async () => {
    const elsewhere = credentialsOf(await signIn());
    const here = credentialsOf(await signIn());
    const answer = await change(here, { current: password, next: 'a brand new password' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ accountId, mustChangePassword: false });
    expect(await read(elsewhere)).toBe(401);
    expect(await read(here)).toBe(401);
    expect(await read(credentialsOf(answer))).toBe(200);
    expect((await signIn()).statusCode).toBe(401);
    expect((await signIn({ password: 'a brand new password' })).statusCode).toBe(200);
    expect((await auditOf(accountId)).map((entry) => entry.action)).toContain('password-changed');
  });

  test('takes the current one, unless a one-time sign-in began the session', async () => {
    const here = credentialsOf(await signIn());
    for (const current of [undefined, 'not the current one']) {
      const answer = await change(here, { current, next: 'a brand new password' });
      expect(answer.statusCode).toBe(422);
      expect(answer.json().errors[0].path).toBe('current');
    }
    const byLink = await signInAs(world.server, world.database, accountId);
    clock.advance(1);
    expect((await change(byLink, { next: 'a brand new password' })).statusCode).toBe(200);
  });

  test('cannot be used to guess the current one', async () => {
    const here = credentialsOf(await signIn());
    const codes: number[] = [];
    for (let time = 0; time < 8; time += 1) {
      codes.push((await change(here, { current: `guess ${time}`, next: 'a brand new password' })).statusCode);
    }
    expect(codes).toEqual([422, 422, 422, 422, 422, 422, 429, 429]);
    const refused = (await auditOf(accountId)).filter(({ action }) => action === 'password-change-refused');
    expect(refused).toHaveLength(6);
  });

  test('done twice at once, one session holds and the other is over', async () => {
    const here = credentialsOf(await signIn());
    const answers = await Promise.all(
      ['first new password', 'second new password'].map((next) => change(here, { current: password, next })),
    );
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 401]);
    const won = answers.findIndex((answer) => answer.statusCode === 200);
    expect((await signIn({ password: ['first new password', 'second new password'][won] })).statusCode).toBe(200);
  });

  test('a short password is refused with the place', async () => {
    const here = credentialsOf(await signIn());
    const answer = await change(here, { current: password, next: 'short' });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors[0].path).toBe('next');
  });
});
