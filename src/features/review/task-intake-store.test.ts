import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { newTask, person, queueTasks, TestClock } from '#test/support/review.ts';
import { newClaim } from './review.ts';
import { createReviewTasks, withdrawTasks } from './task-intake-store.ts';
import { lockTask, readTask, writeClaim } from './task-store.ts';

let test: TestDatabase;
let database: Database;
const clock = new TestClock('2026-03-01T10:00:00Z');

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
});
afterAll(() => test.drop());
beforeEach(async () => {
  await database.query('DELETE FROM review_tasks');
});

const claimFor = (id: string, name: string): Promise<unknown> =>
  database.transaction(async (tx) => {
    await lockTask(tx, id);
    return await writeClaim(tx, id, newClaim(person(name), clock.date()));
  });

const countOpen = async (): Promise<number> => {
  const rows = await database.query<{ n: number }>(`SELECT count(*) AS n FROM review_tasks WHERE status = 'open'`);
  return rows[0]!.n;
};

describe('queueing tasks with decisions', () => {
  it('writes a whole batch in one go', async () => {
    const tasks = Array.from({ length: 64 }, (_, index) =>
      newTask(clock.date(), { categories: index % 2 === 0 ? [] : ['spam', 'harassment'], dueAt: clock.date() }),
    );
    await queueTasks(database, tasks);
    expect(await countOpen()).toBe(64);
    const stored = await readTask(database, tasks[1]!.id);
    expect(stored).toMatchObject({ categories: ['spam', 'harassment'], status: 'open', dueAt: clock.date(), skips: 0 });
    expect(stored!.uncertainty).toBeCloseTo(0.2, 10);
    expect((await readTask(database, tasks[0]!.id))!.categories).toEqual([]);
  });

  it('leaves nothing behind when the transaction fails', async () => {
    await expect(
      database.transaction(async (tx) => {
        await createReviewTasks(tx, [newTask(clock.date())]);
        throw new Error('the decision could not be written');
      }),
    ).rejects.toThrow('the decision could not be written');
    expect(await countOpen()).toBe(0);
  });

  it('keeps what is with the legal role there, whatever a newer version asks for', async () => {
    const first = newTask(clock.date(), { queue: 'legal', categories: ['csam'] });
    const second = { ...newTask(clock.date(), { queue: 'general' }), itemId: first.itemId, itemVersion: 2 };
    await queueTasks(database, [first]);
    await queueTasks(database, [second]);
    expect(await countOpen()).toBe(1);
    expect(await readTask(database, first.id)).toMatchObject({ queue: 'legal', itemVersion: 2 });
  });

  it('keeps one open task an item: the newer decision, the more urgent bucket, the higher priority', async () => {
    const first = newTask(clock.date(), { bucket: 'low_confidence', basePriority: 70 });
    await queueTasks(database, [first]);
    await claimFor(first.id, 'Ada');
    const second = { ...newTask(clock.date()), itemId: first.itemId, bucket: 'reports' as const, basePriority: 20 };
    await queueTasks(database, [second]);

    expect(await countOpen()).toBe(1);
    const kept = await readTask(database, first.id);
    expect(kept).toMatchObject({ bucket: 'reports', decisionId: second.decisionId, claimedByName: 'Ada' });
    await queueTasks(database, [
      { ...newTask(clock.date()), itemId: first.itemId, bucket: 'quality_sample', basePriority: 90 },
    ]);
    const raised = await readTask(database, first.id);
    expect(raised!.bucket).toBe('reports');
    expect(raised!.orderKey).toBeGreaterThan(kept!.orderKey);
  });

  it('ends the claim when the open task turns to a newer version', async () => {
    const first = newTask(clock.date());
    await queueTasks(database, [first]);
    await claimFor(first.id, 'Ada');
    await queueTasks(database, [{ ...newTask(clock.date()), itemId: first.itemId, itemVersion: 2 }]);
    expect(await readTask(database, first.id)).toMatchObject({ itemVersion: 2, claimedBy: null, claimExpiresAt: null });
  });

  it('takes the newest of several tasks for one item in a batch', async () => {
    const itemId = newId();
    const tasks = [1, 2, 3].map((itemVersion) => newTask(clock.date(), { itemId, itemVersion }));
    await queueTasks(database, tasks);
    expect(await countOpen()).toBe(1);
    expect(await readTask(database, tasks[2]!.id)).toMatchObject({ itemVersion: 3 });
  });

  it('gives an appeal a task of its own', async () => {
    const first = newTask(clock.date());
    await queueTasks(database, [first, newTask(clock.date(), { itemId: first.itemId, bucket: 'appeals' })]);
    expect(await countOpen()).toBe(2);
  });
});

describe('withdrawing tasks', () => {
  it('takes open ones out, claimed or not, and leaves the rest', async () => {
    const [claimed, free, other] = [newTask(clock.date()), newTask(clock.date()), newTask(clock.date())] as const;
    await queueTasks(database, [claimed, free, other]);
    await claimFor(claimed.id, 'Ada');
    const withdraw = () => database.transaction((tx) => withdrawTasks(tx, [claimed.itemId, free.itemId], 'deleted'));
    expect(await withdraw()).toBe(2);
    expect(await withdraw()).toBe(0);
    expect(await readTask(database, claimed.id)).toMatchObject({ status: 'withdrawn', claimedBy: null });
    expect(await readTask(database, other.id)).toMatchObject({ status: 'open' });
  });

  it('spares the task through which a person is deciding', async () => {
    const task = newTask(clock.date());
    await queueTasks(database, [task]);
    const withdrawn = await database.transaction((tx) =>
      withdrawTasks(tx, [task.itemId], 'decided_elsewhere', task.id),
    );
    expect(withdrawn).toBe(0);
    expect(await readTask(database, task.id)).toMatchObject({ status: 'open' });
  });

  it('lets a new task for the item in afterwards', async () => {
    const task = newTask(clock.date());
    await queueTasks(database, [task]);
    await database.transaction(async (tx) => {
      await withdrawTasks(tx, [task.itemId], 'newer_version');
      await createReviewTasks(tx, [newTask(clock.date(), { itemId: task.itemId, itemVersion: 2 })]);
    });
    expect(await countOpen()).toBe(1);
  });
});
