import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { legalQueue, reviewQueueQuerySchema } from '#contracts/review.ts';
import type { Database } from '#platform/database/database.ts';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import { newTask, person, queueTasks, TestClock } from '#test/support/review.ts';
import { type ListOrder, readCursor, writeCursor } from './queue-cursor.ts';
import { listTasks, lockNextTask, orderOf, type QueueQuery, sortingValueOf, summarise } from './queue-store.ts';
import { leaseMs, newClaim, type Reviewer } from './review.ts';
import { writeSkip } from './skip-and-note-store.ts';
import type { TaskRow } from './task-row.ts';
import { closeTask, lockTask, writeClaim } from './task-store.ts';

const hour = 60 * 60 * 1000;
const ada = person('Ada');
const ben = person('Ben');

let test: TestDatabase;
let database: Database;
let clock: TestClock;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
});
afterAll(() => test.drop());
beforeEach(async () => {
  clock = new TestClock('2026-03-01T10:00:00Z');
  await database.query('DELETE FROM review_tasks');
});

const claim = (id: string, reviewer: Reviewer) =>
  database.transaction(async (tx) => {
    await lockTask(tx, id);
    await writeClaim(tx, id, newClaim(reviewer, clock.date()));
  });

const decide = (id: string, reviewer: Reviewer) =>
  database.transaction(async (tx) => {
    await lockTask(tx, id);
    const decision = {
      accountId: reviewer.accountId,
      at: clock.date(),
      outcome: 'remove' as const,
      machineCall: 'right' as const,
    };
    await closeTask(tx, id, { ...decision, decisionId: id });
  });

const page = async (filter: Partial<QueueQuery> = {}, reviewer = ada): Promise<TaskRow[]> => {
  const query: QueueQuery = { ...reviewQueueQuerySchema.parse({ limit: 200 }), ...filter };
  return await listTasks(database, query, {
    ...reviewer,
    now: clock.date(),
    order: orderOf(query),
    after: null,
  });
};
const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

describe('the order of the queue', () => {
  it('is riskiest first, with recency weighed in', async () => {
    const now = clock.now();
    const old = newTask(new Date(now - 96 * hour), { basePriority: 60 });
    const mild = newTask(new Date(now - hour), { basePriority: 20 });
    const grave = newTask(new Date(now - hour), { basePriority: 60 });
    await queueTasks(database, [old, mild, grave]);
    // 60 has lost two of its doublings' roots in four days: 60 * 2^(-96/48) = 15.
    expect(ids(await page())).toEqual([grave.id, mild.id, old.id]);
  });

  it('stays the same as time goes by', async () => {
    const tasks = Array.from({ length: 40 }, (_, index) =>
      newTask(new Date(clock.now() - index * 3 * hour), { basePriority: 5 + ((index * 37) % 90) }),
    );
    await queueTasks(database, tasks);
    const before = ids(await page());
    clock.advance(30 * 24 * hour);
    expect(ids(await page())).toEqual(before);
  });

  it('is by uncertainty in the low-confidence bucket, and only there', async () => {
    const bucket = 'low_confidence' as const;
    const sure = newTask(clock.date(), { bucket, confidence: 0.9, basePriority: 80 });
    const unsure = newTask(clock.date(), { bucket, confidence: 0.5, basePriority: 10 });
    const elsewhere = newTask(clock.date(), { confidence: 0.1, basePriority: 40 });
    await queueTasks(database, [sure, unsure, elsewhere]);
    expect(ids(await page({ bucket }))).toEqual([unsure.id, sure.id]);
    expect(ids(await page())).toEqual([sure.id, elsewhere.id, unsure.id]);
  });

  it('comes from an index, not from sorting the table', async () => {
    await queueTasks(
      database,
      Array.from({ length: 2_000 }, (_, index) => newTask(clock.date(), { basePriority: index % 100 })),
    );
    const owner = openAsOwner(test);
    try {
      await owner.query('ANALYZE review_tasks');
      const plan = await owner.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT id FROM review_tasks WHERE status = 'open' AND (claim_expires_at IS NULL OR claim_expires_at <= now())
         ORDER BY order_key DESC, id DESC LIMIT 50`,
      );
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toContain('review_tasks_order');
      expect(text).not.toContain('Sort');
    } finally {
      await owner.close();
    }
  });
});

describe('what is in the list', () => {
  it('filters by queue, bucket, surface and category', async () => {
    const wanted = newTask(clock.date(), {
      queue: 'media',
      bucket: 'reports',
      surface: 'live',
      categories: ['spam', 'violence'],
    });
    await queueTasks(database, [wanted, newTask(clock.date()), newTask(clock.date(), { queue: 'media' })]);
    for (const filter of [
      { queue: 'media', surface: 'live' },
      { bucket: 'reports' as const },
      { surface: 'live' },
      { category: 'violence' },
    ]) {
      expect(ids(await page(filter))).toEqual([wanted.id]);
    }
    expect(await page({ category: 'sexual' })).toEqual([]);
  });

  it('keeps the legal queue to the legal role, and the legal role to it', async () => {
    const [common, legal] = [newTask(clock.date()), newTask(clock.date(), { queue: 'legal' })] as const;
    await queueTasks(database, [common, legal]);
    const counsel = person('Lea', 'legal');
    for (const role of ['reviewer', 'lead', 'admin'] as const) {
      expect(ids(await page({}, person('Somebody', role)))).toEqual([common.id]);
      expect(await page({ queue: 'legal' }, person('Somebody', role))).toEqual([]);
    }
    expect(ids(await page({}, counsel))).toEqual([legal.id]);
    expect(await page({ queue: 'general' }, counsel)).toEqual([]);
  });

  it('knows free, claimed, decided, and mine', async () => {
    const [free, adas, bens, done] = [
      newTask(clock.date()),
      newTask(clock.date()),
      newTask(clock.date()),
      newTask(clock.date()),
    ] as const;
    await queueTasks(database, [free, adas, bens, done]);
    await claim(adas.id, ada);
    await claim(bens.id, ben);
    await decide(done.id, ada);
    expect(ids(await page())).toEqual([free.id]);
    expect(ids(await page({ status: 'claimed' })).toSorted()).toEqual([adas.id, bens.id].toSorted());
    expect(ids(await page({ status: 'claimed', mine: true }))).toEqual([adas.id]);
    expect(ids(await page({ mine: true }))).toEqual([adas.id]);
    expect(ids(await page({ status: 'decided', mine: true }))).toEqual([done.id]);
    expect(await page({ status: 'decided', mine: true }, ben)).toEqual([]);
    expect(await page({ status: 'all' })).toHaveLength(4);
    clock.advance(leaseMs);
    expect(ids(await page()).toSorted()).toEqual([free.id, adas.id, bens.id].toSorted());
    expect(await page({ status: 'claimed' })).toEqual([]);
  });
});

describe('paging', () => {
  const pages = async (filter: Partial<QueueQuery>, size: number): Promise<string[][]> => {
    const query: QueueQuery = { ...reviewQueueQuerySchema.parse({ limit: size }), ...filter };
    const order: ListOrder = orderOf(query);
    const found: string[][] = [];
    for (let cursor: string | null = null; found.length < 50; ) {
      const after = cursor === null ? null : readCursor(cursor, order);
      const rows = await listTasks(database, query, { ...ada, now: clock.date(), order, after });
      const shown = rows.slice(0, size);
      found.push(ids(shown));
      const last = shown.at(-1);
      if (rows.length <= size || last === undefined) break;
      cursor = writeCursor({ order, value: sortingValueOf(last, order), id: last.id });
    }
    return found;
  };

  it.each([
    ['by risk', {}],
    ['by uncertainty', { bucket: 'low_confidence' as const }],
    ['by time of decision', { status: 'decided' as const }],
    ['by time of creation', { status: 'all' as const }],
  ])('shows each task once, ties included, %s', async (_name, filter) => {
    const tasks = Array.from({ length: 23 }, (_, index) =>
      newTask(new Date(clock.now() + (index % 4)), {
        bucket: 'low_confidence',
        basePriority: (index % 3) * 33.3,
        confidence: (index % 5) / 7,
      }),
    );
    await queueTasks(database, tasks);
    if ('status' in filter && filter.status === 'decided') for (const { id } of tasks) await decide(id, ada);
    const found = await pages(filter, 5);
    expect(found.map((entries) => entries.length)).toEqual([5, 5, 5, 5, 3]);
    expect(found.flat().toSorted()).toEqual(ids(tasks).toSorted());
    expect(found.flat()).toEqual(ids(await page(filter)));
  });

  it('refuses a cursor that is not one, or of another list', () => {
    const risk = writeCursor({ order: 'risk', value: '10.5', id: newTask(clock.date()).id });
    expect(readCursor(risk, 'risk')).toMatchObject({ value: '10.5' });
    const forged = writeCursor({ order: 'risk', value: "0'; DROP TABLE items", id: newTask(clock.date()).id });
    for (const [cursor, order] of [
      [risk, 'created'],
      ['%%%', 'risk'],
      ['bnVsbA', 'risk'],
      [forged, 'risk'],
    ] as const) {
      expect(() => readCursor(cursor, order)).toThrow('The cursor does not belong to this list.');
    }
  });
});

describe('what is offered next', () => {
  const next = (reviewer: Reviewer, filter = {}) =>
    database.transaction((tx) => lockNextTask(tx, filter, reviewer, clock.date()));

  it('is the riskiest that is free', async () => {
    const [risky, mild] = [
      newTask(clock.date(), { basePriority: 90 }),
      newTask(clock.date(), { basePriority: 10 }),
    ] as const;
    await queueTasks(database, [mild, risky]);
    expect((await next(ada))?.id).toBe(risky.id);
    await claim(risky.id, ben);
    expect((await next(ada))?.id).toBe(mild.id);
    expect(await next(ada, { queue: 'legal' })).toBeUndefined();
  });

  it('is the most uncertain, asked for the low-confidence bucket', async () => {
    const bucket = 'low_confidence' as const;
    const unsure = newTask(clock.date(), { bucket, basePriority: 10, confidence: 0.3 });
    await queueTasks(database, [newTask(clock.date(), { bucket, basePriority: 90, confidence: 0.9 }), unsure]);
    expect((await next(ada, { bucket }))?.id).toBe(unsure.id);
  });

  it('is nothing that the person skipped, though others get it', async () => {
    const task = newTask(clock.date());
    await queueTasks(database, [task]);
    await database.transaction(async (tx) => {
      await lockTask(tx, task.id);
      await writeSkip(tx, task.id, { reason: 'language', accountId: ada.accountId, at: clock.date() });
    });
    expect(await next(ada)).toBeUndefined();
    expect(await next(ben)).toMatchObject({ id: task.id, skips: 1 });
  });

  it('passes over a task that somebody is taking at this moment, instead of waiting', async () => {
    const [first, second] = [
      newTask(clock.date(), { basePriority: 90 }),
      newTask(clock.date(), { basePriority: 10 }),
    ] as const;
    await queueTasks(database, [first, second]);
    await database.transaction(async (tx) => {
      await lockTask(tx, first.id);
      expect((await next(ada))?.id).toBe(second.id);
    });
  });
});

describe('the summary', () => {
  it('counts what is free, claimed and decided today', async () => {
    expect(await summarise(database, clock.date())).toEqual({
      open: 0,
      claimed: 0,
      decidedToday: 0,
      oldestOpenAt: null,
      byBucket: {},
      byCategory: {},
      bySurface: {},
    });
    const oldest = newTask(new Date(clock.now() - hour), { categories: ['spam', 'harassment'] });
    const live = newTask(clock.date(), { bucket: 'reports', surface: 'live', categories: ['spam'] });
    const [claimed, today, yesterday] = [newTask(clock.date()), newTask(clock.date()), newTask(clock.date())] as const;
    await queueTasks(database, [oldest, live, claimed, today, yesterday]);
    clock.advance(-24 * hour);
    await decide(yesterday.id, ada);
    clock.advance(24 * hour);
    await decide(today.id, ada);
    await claim(claimed.id, ada);
    expect(await summarise(database, clock.date())).toEqual({
      open: 2,
      claimed: 1,
      decidedToday: 1,
      oldestOpenAt: oldest.createdAt.toISOString(),
      byBucket: { immediate: 1, reports: 1 },
      byCategory: { spam: 2, harassment: 1 },
      bySurface: { comment: 1, live: 1 },
    });
  });

  it('counts the queue of the legal role for that role only', async () => {
    await queueTasks(database, [
      newTask(clock.date(), { queue: legalQueue, categories: ['csam'] }),
      newTask(clock.date(), { categories: [] }),
    ]);
    expect(await summarise(database, clock.date(), 'lead')).toMatchObject({ open: 1, byCategory: {} });
    expect(await summarise(database, clock.date(), 'legal')).toMatchObject({ open: 1, byCategory: { csam: 1 } });
    expect(await summarise(database, clock.date())).toMatchObject({ open: 2 });
  });
});
