import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReviewDecision } from '#contracts/review.ts';
import type { Database } from '#platform/database/database.ts';
import { ProblemError } from '#platform/http/problem-error.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { person, TestClock } from '#test/support/review.ts';
import { createReviewWorld, type ReviewWorld } from '#test/support/review-world.ts';
import { leaseMs, maximumClaims } from './review.ts';

const removal: ReviewDecision = { outcome: 'remove', actions: [], categories: ['harassment'] };
const claimers = Array.from({ length: 20 }, (_, index) => person(`Reviewer ${index}`));

let test: TestDatabase;
let database: Database;
let clock: TestClock;
let world: ReviewWorld;

beforeAll(async () => {
  // As many connections as claimers, so that they really meet in the database.
  test = await createTestDatabase({ maxConnections: 24 });
  database = test.database;
});
afterAll(() => test.drop());
beforeEach(async () => {
  await database.query('DELETE FROM review_tasks');
  clock = new TestClock('2026-03-01T10:00:00Z');
  world = createReviewWorld(database, clock);
});

const addItems = async (count: number) => {
  const items = [];
  for (let index = 0; index < count; index += 1) items.push(await world.addItem(`Item ${index}`, 10 + index));
  return items;
};

/** Only refusals with an answer may come out of a race; anything else is a fault. */
const settle = async <T>(acts: readonly Promise<T>[]): Promise<{ done: T[]; refused: string[] }> => {
  const results = await Promise.allSettled(acts);
  const done: T[] = [];
  const refused: string[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') done.push(result.value);
    else if (result.reason instanceof ProblemError && result.reason.status === 409) refused.push(result.reason.type);
    else throw result.reason;
  }
  return { done, refused };
};

const humanDecisions = async (itemId: string): Promise<number> => {
  const rows = await database.query<{ n: number }>(
    `SELECT count(*) AS n FROM decisions WHERE item_id = $1 AND decided_by = 'reviewer'`,
    [itemId],
  );
  return rows[0]!.n;
};

describe('twenty people at once', () => {
  it('each get a task of their own when there are enough', async () => {
    const items = await addItems(20);
    const offered = await Promise.all(claimers.map((reviewer) => world.review.next({}, reviewer)));
    expect(new Set(offered.map((detail) => detail?.id))).toEqual(new Set(items.map(({ taskId }) => taskId)));
    for (const [index, detail] of offered.entries()) {
      expect(detail?.claim?.accountId).toBe(claimers[index]!.accountId);
    }
  });

  it('share five tasks without ever sharing one', async () => {
    await addItems(5);
    const offered = await Promise.all(claimers.map((reviewer) => world.review.next({}, reviewer)));
    const taken = offered.filter((detail) => detail !== null);
    expect(taken).toHaveLength(5);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(5);
  });

  it('claim one and the same task, and one gets it', async () => {
    const [item] = await addItems(1);
    const { done, refused } = await settle(claimers.map((reviewer) => world.review.claim(item!.taskId, reviewer)));
    expect(done).toHaveLength(1);
    expect(refused).toEqual(Array.from({ length: 19 }, () => 'task-claimed'));
    const { claim } = await world.review.detail(item!.taskId, claimers[0]!);
    expect(claim?.accountId).toBe(done[0]!.claim?.accountId);
  });

  it('take over a lapsed claim, and one gets it', async () => {
    const [item] = await addItems(1);
    await world.review.claim(item!.taskId, person('Gone home'));
    clock.advance(leaseMs);
    const offered = await Promise.all(claimers.map((reviewer) => world.review.next({}, reviewer)));
    expect(offered.filter((detail) => detail !== null)).toHaveLength(1);
  });

  it('drain the queue, each task decided once', async () => {
    const items = await addItems(40);
    const decided = await Promise.all(
      claimers.map(async (reviewer) => {
        const own: string[] = [];
        for (
          let task = await world.review.next({}, reviewer);
          task !== null;
          task = await world.review.next({}, reviewer)
        ) {
          await world.review.decide(task.id, reviewer, removal);
          own.push(task.id);
        }
        return own;
      }),
    );
    expect(decided.flat().toSorted()).toEqual(items.map(({ taskId }) => taskId).toSorted());
    for (const { itemId } of items) expect(await humanDecisions(itemId)).toBe(1);
  });
});

describe('one person at once with themselves', () => {
  it('gets no more than the limit from many calls', async () => {
    await addItems(20);
    const [ada] = claimers;
    const { done, refused } = await settle(Array.from({ length: 20 }, () => world.review.next({}, ada!)));
    expect(done).toHaveLength(maximumClaims);
    expect(refused).toEqual(Array.from({ length: 20 - maximumClaims }, () => 'too-many-claims'));
  });

  it('decides once, however often the button is pressed', async () => {
    const [item] = await addItems(1);
    const [ada] = claimers;
    await world.review.claim(item!.taskId, ada!);
    const { done } = await settle(Array.from({ length: 8 }, () => world.review.decide(item!.taskId, ada!, removal)));
    expect(done).toHaveLength(1);
    expect(await humanDecisions(item!.itemId)).toBe(1);
  });
});

describe('a decision racing with other changes of the item', () => {
  /** Task, item, chain and audit tell the same story, whoever won. */
  const expectWhole = async (itemId: string, taskId: string, won: boolean): Promise<void> => {
    const [row] = await database.query<{ status: string; decided: number; audited: number; chain: number[] }>(
      `SELECT (SELECT status FROM review_tasks WHERE id = $2) AS status,
         (SELECT count(*) FROM decisions WHERE item_id = $1 AND decided_by = 'reviewer') AS decided,
         (SELECT count(*) FROM audit_entries WHERE subject_id = $2::text AND action = 'review-task-decided') AS audited,
         (SELECT array_agg(sequence ORDER BY sequence) FROM decisions WHERE item_id = $1) AS chain`,
      [itemId, taskId],
    );
    expect(row).toMatchObject({ decided: won ? 1 : 0, audited: won ? 1 : 0 });
    expect(row!.status === 'decided').toBe(won);
    expect(row!.chain).toEqual(row!.chain.map((_, index) => index + 1));
  };

  it.each(['review', 'approve'] as const)('an edit whose new version gets %s', async (outcome) => {
    const items = await addItems(16);
    let won = 0;
    for (const [index, { itemId, taskId }] of items.entries()) {
      const reviewer = claimers[index]!;
      await world.review.claim(taskId, reviewer);
      const [decision, edit] = await Promise.all([
        settle([world.review.decide(taskId, reviewer, removal)]),
        world.edit(itemId, 2, outcome),
      ]);
      expect(edit).toBe('committed');
      await expectWhole(itemId, taskId, decision.done.length === 1);
      won += decision.done.length;
    }
    expect(won).toBeLessThanOrEqual(items.length);
  });

  it('many edits and many decisions at once, without a deadlock', async () => {
    const items = await addItems(20);
    await Promise.all(items.map(({ taskId }, index) => world.review.claim(taskId, claimers[index]!)));
    const [decisions, edits] = await Promise.all([
      settle(
        items.map(({ taskId }, index) => world.review.decide(taskId, claimers[index]!, removal).then(() => taskId)),
      ),
      Promise.all(items.map(({ itemId }) => world.edit(itemId, 2))),
    ]);
    expect(edits).toEqual(items.map(() => 'committed'));
    for (const { itemId, taskId } of items) await expectWhole(itemId, taskId, decisions.done.includes(taskId));
  });

  it('a late result of the machine, which never supersedes the person', async () => {
    const items = await addItems(16);
    for (const [index, { itemId, taskId }] of items.entries()) {
      const reviewer = claimers[index]!;
      await world.review.claim(taskId, reviewer);
      const [{ done }] = await Promise.all([
        settle([world.review.decide(taskId, reviewer, removal)]),
        world.decideAgain(itemId, 1),
      ]);
      if (done.length === 1) {
        const [item] = await database.query('SELECT decided_by, outcome FROM items WHERE id = $1', [itemId]);
        expect(item).toEqual({ decided_by: 'reviewer', outcome: 'remove' });
      }
      await expectWhole(itemId, taskId, done.length === 1);
    }
  });
});
