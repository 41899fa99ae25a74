import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Claim,
  contradictoryActions,
  leaseMs,
  liveClaim,
  newClaim,
  type Refusal,
  type Reviewer,
  refuseClaim,
  refuseHolderAct,
  refuseRelease,
  shownStatus,
  type TaskState,
} from './review.ts';

const start = new Date('2026-03-01T10:00:00Z');
const at = (ms: number): Date => new Date(start.getTime() + ms);
const ada: Reviewer = { accountId: 'ada', displayName: 'Ada', role: 'reviewer' };
const ben: Reviewer = { accountId: 'ben', displayName: 'Ben', role: 'reviewer' };
const lea: Reviewer = { accountId: 'lea', displayName: 'Lea', role: 'lead' };

const free: TaskState = { status: 'open', claim: null };
const heldByAda: TaskState = { status: 'open', claim: newClaim(ada, start) };
const kindOf = (refusal: Refusal | null): string => refusal?.kind ?? 'allowed';

describe('claiming', () => {
  it('takes a free task', () => {
    expect(refuseClaim(free, 'ada', start)).toBeNull();
  });

  it('is refused while somebody else holds it, and says who and until when', () => {
    expect(refuseClaim(heldByAda, 'ben', at(leaseMs - 1))).toEqual({
      kind: 'claimed_by_other',
      displayName: 'Ada',
      expiresAt: at(leaseMs),
    });
  });

  it('is allowed to others from the moment the lease ends', () => {
    expect(refuseClaim(heldByAda, 'ben', at(leaseMs))).toBeNull();
  });

  it('is allowed again to the holder', () => {
    expect(refuseClaim(heldByAda, 'ada', at(1))).toBeNull();
  });

  it('is refused to who declared a conflict of interest', () => {
    expect(kindOf(refuseClaim(free, 'ada', start, { conflictOfInterest: true }))).toBe('conflict_of_interest');
  });

  it.each(['decided', 'withdrawn'] as const)('is refused once the task is %s', (status) => {
    expect(kindOf(refuseClaim({ status, claim: null }, 'ada', start))).toBe(status);
  });
});

describe('what only the holder may do', () => {
  it.each([
    ['the holder, within the lease', heldByAda, 'ada', leaseMs - 1, 'allowed'],
    ['the holder, after the lease', heldByAda, 'ada', leaseMs, 'lease_expired'],
    ['somebody else, within the lease', heldByAda, 'ben', 1, 'claimed_by_other'],
    ['somebody else, after the lease', heldByAda, 'ben', leaseMs, 'not_claimed'],
    ['anybody, on a free task', free, 'ada', 1, 'not_claimed'],
    ['anybody, on a decided task', { status: 'decided', claim: null }, 'ada', 1, 'decided'],
    ['anybody, on a withdrawn task', { status: 'withdrawn', claim: null }, 'ada', 1, 'withdrawn'],
  ] as const)('%s', (_who, task, accountId, ms, expected) => {
    expect(kindOf(refuseHolderAct(task, accountId, at(ms)))).toBe(expected);
  });
});

describe('releasing', () => {
  it.each([
    ['the holder', heldByAda, ada, 1, 'allowed'],
    ['the holder, though the lease has run out', heldByAda, ada, leaseMs, 'allowed'],
    ['a lead, for somebody else', heldByAda, lea, 1, 'allowed'],
    ['another reviewer', heldByAda, ben, 1, 'claimed_by_other'],
    ['another reviewer, after the lease', heldByAda, ben, leaseMs, 'not_claimed'],
    ['a lead, on a free task', free, lea, 1, 'not_claimed'],
  ] as const)('%s', (_who, task, reviewer, ms, expected) => {
    expect(kindOf(refuseRelease(task, reviewer, at(ms)))).toBe(expected);
  });
});

describe('the status that is shown', () => {
  it('is claimed only while the lease lasts', () => {
    expect(shownStatus(free, start)).toBe('open');
    expect(shownStatus(heldByAda, at(leaseMs - 1))).toBe('claimed');
    expect(shownStatus(heldByAda, at(leaseMs))).toBe('open');
    expect(shownStatus({ status: 'decided', claim: null }, start)).toBe('decided');
  });
});

describe('actions beside the outcome', () => {
  it('refuses what contradicts an approval, and names the places', () => {
    expect(contradictoryActions('approve', ['blur', 'remove', 'hold'])).toEqual([1, 2]);
    expect(contradictoryActions('approve', ['age_gate', 'watermark'])).toEqual([]);
    expect(contradictoryActions('remove', ['remove', 'suspend_account'])).toEqual([]);
  });
});

type Act = {
  readonly kind: 'claim' | 'extend' | 'release' | 'skip' | 'decide' | 'wait';
  readonly who: number;
  readonly ms: number;
};

/** A world of one task, played by the rules: what is allowed happens, what is refused does not. */
const play = (task: TaskState, act: Act, now: Date, people: readonly Reviewer[]): TaskState => {
  const reviewer = people[act.who]!;
  switch (act.kind) {
    case 'claim':
      return refuseClaim(task, reviewer.accountId, now) === null ? { ...task, claim: newClaim(reviewer, now) } : task;
    case 'extend':
      return refuseHolderAct(task, reviewer.accountId, now) === null
        ? { ...task, claim: newClaim(reviewer, now, task.claim?.claimedAt) }
        : task;
    case 'release':
      return refuseRelease(task, reviewer, now) === null ? { ...task, claim: null } : task;
    case 'skip':
      return refuseHolderAct(task, reviewer.accountId, now) === null ? { ...task, claim: null } : task;
    case 'decide':
      return refuseHolderAct(task, reviewer.accountId, now) === null ? { status: 'decided', claim: null } : task;
    case 'wait':
      return task;
  }
};

describe('the state machine as a whole', () => {
  const people = [ada, ben, lea];
  const acts = fc.array(
    fc.record({
      kind: fc.constantFrom('claim', 'extend', 'release', 'skip', 'decide', 'wait'),
      who: fc.integer({ min: 0, max: 2 }),
      ms: fc.integer({ min: 0, max: leaseMs + 60_000 }),
    }) as fc.Arbitrary<Act>,
    { maxLength: 60 },
  );

  it('never lets a live claim pass to another, nor anybody but its holder decide', () => {
    fc.assert(
      fc.property(acts, (sequence) => {
        let task: TaskState = free;
        let now = start;
        for (const act of sequence) {
          now = new Date(now.getTime() + act.ms);
          const before: Claim | null = liveClaim(task, now);
          const next = play(task, act, now, people);
          const claim = liveClaim(next, now);
          if (before !== null && claim !== null) expect(claim.accountId).toBe(before.accountId);
          if (task.status === 'open' && next.status === 'decided') {
            expect(before?.accountId).toBe(people[act.who]!.accountId);
          }
          if (task.status === 'decided') expect(next).toEqual(task);
          task = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('frees every task that is left alone for the length of a lease', () => {
    fc.assert(
      fc.property(acts, (sequence) => {
        let task: TaskState = free;
        let now = start;
        for (const act of sequence) {
          now = new Date(now.getTime() + act.ms);
          task = play(task, act, now, people);
        }
        const later = new Date(now.getTime() + leaseMs);
        if (task.status === 'open')
          expect(people.map(({ accountId }) => refuseClaim(task, accountId, later))).toEqual([null, null, null]);
      }),
    );
  });
});
