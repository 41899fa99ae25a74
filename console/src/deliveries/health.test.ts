import { describe, expect, it } from 'vitest';
import type { Webhook } from '#contracts/webhook.ts';
import { healthOf } from './health.ts';

const webhook = (overrides: Partial<Webhook>): Webhook => ({
  id: '0198a8a0-0000-7000-8000-000000000000',
  name: 'Forum',
  url: 'https://forum.example/hook',
  enabled: true,
  createdAt: '2026-11-23T10:00:00Z',
  secrets: [],
  backlog: 0,
  deadLetters: 0,
  blockedAccounts: 0,
  lastDeliveredAt: '2026-11-23T12:00:00Z',
  lastFailureAt: null,
  lastFailure: null,
  ...overrides,
});

describe('how a webhook stands', () => {
  it.each([
    ['well', {}],
    ['well', { lastFailureAt: '2026-11-23T11:00:00Z' }],
    ['failing', { lastFailureAt: '2026-11-23T13:00:00Z' }],
    ['failing', { blockedAccounts: 1 }],
    ['failing', { lastDeliveredAt: null, lastFailureAt: '2026-11-23T11:00:00Z' }],
    ['behind', { backlog: 101 }],
    ['untried', { lastDeliveredAt: null }],
    ['paused', { enabled: false, backlog: 500, blockedAccounts: 2 }],
    ['dead', { enabled: false, deadLetters: 1 }],
  ] as const)('%s', (expected, overrides) => {
    expect(healthOf(webhook(overrides))).toBe(expected);
  });
});
