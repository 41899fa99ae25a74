import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '#contracts/policy.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import type { Database } from '#platform/database/database.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { person, TestClock } from '#test/support/review.ts';
import { createReviewWorld, type ReviewWorld } from '#test/support/review-world.ts';
import { createDecisionsReporter, leastReviewedItems, reportDecisions } from './decisions-report.ts';
import { type ReviewedItem, readReviewedItems } from './reviewed-items-store.ts';

const category = (title: string) => ({
  title,
  review: 0.5,
  remove: 0.9,
  severity: 3,
  clause: '1',
  text: 'Do not.',
});
const policy: Policy = {
  ...policyDocumentSchema.parse({
    name: 'Reports',
    categories: { harassment: category('Harassment'), spam: category('Spam') },
  }),
  id: 'default',
  version: 7,
};
const reviewed = (count: number, entry: Partial<ReviewedItem>): ReviewedItem[] =>
  Array.from({ length: count }, () => ({
    outcome: 'approve' as const,
    categories: [],
    probabilities: { harassment: 0.6 },
    bucket: 'low_confidence',
    ...entry,
  }));

describe('the report on what people decided', () => {
  it('counts a removal for the categories that the reviewer named and no other', () => {
    const both = { harassment: 0.8, spam: 0.7 };
    const report = reportDecisions(
      [
        ...reviewed(20, { outcome: 'remove', categories: ['harassment'], probabilities: both }),
        ...reviewed(20, { probabilities: { harassment: 0.55, spam: 0.6 } }),
      ],
      policy,
    );
    const [harassment, spam] = report.labels;
    expect(harassment).toMatchObject({ label: 'harassment', count: 40, positives: 20, headline: { rocAuc: 1 } });
    expect(spam).toMatchObject({ label: 'spam', count: 40, positives: 0, headline: { rocAuc: null } });
    expect(harassment?.operatingPoints[0]).toMatchObject({ name: 'review', precision: 0.5, recall: 1 });
    expect(harassment?.slices).toMatchObject([{ dimension: 'source', name: 'low_confidence', count: 40 }]);
  });

  it('says of a category with too few items how many there are, and nothing more', () => {
    const report = reportDecisions(
      [...reviewed(leastReviewedItems, {}), ...reviewed(leastReviewedItems - 1, { probabilities: { spam: 0.7 } })],
      policy,
    );
    expect(report.labels.map(({ label }) => label)).toEqual(['harassment']);
    expect(report).toMatchObject({ leastItems: 30, tooFew: [{ label: 'spam', count: 29 }] });
    expect(report.notScored).toContainEqual({ label: 'spam', status: 'no probability', count: 30 });
  });
});

describe('reviewed items in the database', () => {
  let test: TestDatabase;
  let database: Database;
  let world: ReviewWorld;
  let clock: TestClock;
  const ada = person('Ada');
  beforeAll(async () => {
    test = await createTestDatabase();
    database = test.database;
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await database.query('DELETE FROM review_tasks');
    clock = new TestClock('2026-03-01T10:00:00Z');
    world = createReviewWorld(database, clock);
  });

  const decide = async (outcome: 'approve' | 'remove'): Promise<void> => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    const categories = outcome === 'remove' ? ['harassment'] : [];
    await world.review.decide(taskId, ada, { outcome, actions: [], categories });
    clock.advance(1_000);
  };

  it('are those that a person decided, with what the machine had said; newest first and no more than asked', async () => {
    await world.addItem();
    await decide('remove');
    await decide('approve');
    expect(await readReviewedItems(database, 10)).toEqual([
      { outcome: 'approve', categories: [], probabilities: { harassment: 0.7 }, bucket: expect.any(String) },
      { outcome: 'remove', categories: ['harassment'], probabilities: { harassment: 0.7 }, bucket: expect.any(String) },
    ]);
    expect(await readReviewedItems(database, 1)).toHaveLength(1);
    await database.query(`UPDATE review_tasks SET queue = 'legal'`);
    expect(await readReviewedItems(database, 10)).toEqual([]);
  });

  it('are looked at once a minute, and again at once under another policy', async () => {
    let current = policy;
    const report = createDecisionsReporter({ database, clock, policy: async () => current });
    expect((await report()).items).toBe(0);
    await decide('remove');
    expect((await report()).items).toBe(0);
    current = { ...policy, version: 8 };
    expect((await report()).items).toBe(1);
    await decide('remove');
    clock.advance(60_000);
    expect((await report()).items).toBe(2);
  });
});
