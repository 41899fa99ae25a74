import { describe, expect, it } from 'vitest';
import { roles, scopes } from '#contracts/access.ts';
import { assessmentStatuses, displays, outcomes, stopReasons } from '#contracts/decision.ts';
import { trustTiers } from '#contracts/item.ts';
import { termModes } from '#contracts/lists.ts';
import { reviewBuckets } from '#contracts/review.ts';
import { signalStatuses } from '#contracts/signal.ts';
import english from './en.json' with { type: 'json' };

describe('the English texts', () => {
  it.each([
    ['outcomes', outcomes],
    ['displays', displays],
    ['stops', stopReasons],
    ['assessments', assessmentStatuses],
    ['signals', signalStatuses],
    ['buckets', reviewBuckets],
    ['tiers', trustTiers],
    ['termModes', termModes],
    ['roles', roles],
    ['roleHints', roles],
    ['scopes', scopes.map((scope) => scope.replace(':', '_'))],
  ] as const)('%s name everything that the contract knows', (group, keys) => {
    expect(Object.keys(english[group])).toEqual(expect.arrayContaining([...keys]));
  });
});
