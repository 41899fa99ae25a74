import { describe, expect, test } from 'vitest';
import {
  emailKey,
  isSessionOpen,
  keyState,
  locksOutLastAdmin,
  parseAccessChange,
  sessionEndsAt,
  sessionIdleMs,
  sessionLifetimeMs,
} from './access.ts';
import { createApiKeyText, createCsrfTokens, isKeyShaped, prefixOf } from './credentials.ts';
import { networkOf } from './sign-in-limit-store.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const at = (offsetMs: number) => new Date(now + offsetMs);

describe('the state of an API key', () => {
  test.each([
    [null, null, 'usable'],
    [at(1), null, 'usable'],
    [at(0), null, 'expired'],
    [at(-1), null, 'expired'],
    [null, at(-1), 'revoked'],
    [at(-1), at(-1), 'revoked'],
    [at(1), at(-1), 'revoked'],
  ] as const)('expires %s, revoked %s: %s', (expiresAt, revokedAt, state) => {
    expect(keyState({ expiresAt, revokedAt }, now)).toBe(state);
  });
});

describe('a session', () => {
  const begun = { lastSeenAt: at(0), expiresAt: at(sessionLifetimeMs), disabled: false };

  test('is open until it has been idle for too long', () => {
    expect(isSessionOpen(begun, now + sessionIdleMs - 1)).toBe(true);
    expect(isSessionOpen(begun, now + sessionIdleMs)).toBe(false);
  });

  test('is over at the end of its lifetime, however busy', () => {
    const busy = { ...begun, lastSeenAt: at(sessionLifetimeMs - 1) };
    expect(isSessionOpen(busy, now + sessionLifetimeMs - 1)).toBe(true);
    expect(isSessionOpen(busy, now + sessionLifetimeMs)).toBe(false);
    expect(sessionEndsAt(busy)).toEqual(begun.expiresAt);
  });

  test('of a disabled account is over', () => {
    expect(isSessionOpen({ ...begun, disabled: true }, now)).toBe(false);
  });
});

describe('the last administrator', () => {
  const admin = { role: 'admin', disabled: false } as const;
  test.each([
    [admin, { role: 'lead', disabled: false }, 0, true],
    [admin, { role: 'admin', disabled: true }, 0, true],
    [admin, { role: 'lead', disabled: false }, 1, false],
    [admin, admin, 0, false],
    [{ role: 'admin', disabled: true }, { role: 'lead', disabled: true }, 0, false],
    [{ role: 'lead', disabled: false }, { role: 'lead', disabled: true }, 0, false],
  ] as const)('from %j to %j with %i others: locked out %s', (before, after, others, expected) => {
    expect(locksOutLastAdmin(before, after, others)).toBe(expected);
  });
});

test('one e-mail address is one however it is typed', () => {
  expect(emailKey(' Ａdmin@LocalHost ')).toBe('admin@localhost');
});

test('a notification names what changed; anything else is "everything may have"', () => {
  expect(parseAccessChange('account:a:b')).toEqual({ kind: 'account', id: 'a:b' });
  for (const payload of ['', 'account:', 'policy:1', 'key']) expect(parseAccessChange(payload)).toBeNull();
});

test('new keys are of the documented form, differ, and their prefix gives little away', () => {
  const keys = Array.from({ length: 50 }, createApiKeyText);
  for (const key of keys) {
    expect(key).toMatch(/^tg_[A-Za-z0-9_-]{43}$/);
    expect(isKeyShaped(key)).toBe(true);
    expect(prefixOf(key)).toBe(key.slice(0, 8));
  }
  expect(new Set(keys).size).toBe(keys.length);
  expect(prefixOf('chosen-1')).toBe('ch');
});

test('a CSRF token belongs to one session of one installation', () => {
  const here = createCsrfTokens('the secret key of one installation');
  const there = createCsrfTokens('the secret key of another one');
  expect(here.isOf('session-1', here.of('session-1'))).toBe(true);
  for (const token of [here.of('session-2'), there.of('session-1'), '', 'ü'.repeat(43)]) {
    expect(here.isOf('session-1', token)).toBe(false);
  }
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
