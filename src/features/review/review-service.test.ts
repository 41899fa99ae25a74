import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReviewDecision } from '#contracts/review.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { person, TestClock } from '#test/support/review.ts';
import { createReviewWorld, type ReviewWorld } from '#test/support/review-world.ts';
import { leaseMs, maximumClaims } from './review.ts';

const removal: ReviewDecision = { outcome: 'remove', actions: [], categories: ['harassment'] };
const ada = person('Ada');
const ben = person('Ben');
const lea = person('Lea', 'lead');

let test: TestDatabase;
let database: Database;
let clock: TestClock;
let world: ReviewWorld;

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

const auditOf = (subjectId: string) =>
  database.query<{ action: string; details: string; actor_id: string }>(
    'SELECT action, details, actor_id FROM audit_entries WHERE subject_id = $1 ORDER BY sequence',
    [subjectId],
  );
const actionsOf = async (subjectId: string): Promise<string[]> =>
  (await auditOf(subjectId)).map(({ action }) => action);
const problem = (status: number, type: string) =>
  expect.objectContaining({ status, type, remedy: expect.stringMatching(/\w/) });

describe('taking a task', () => {
  it('offers the riskiest with everything a reviewer needs, claimed for ten minutes', async () => {
    await world.addItem('A mild thing.', 10);
    const risky = await world.addItem('You know what you are.', 90);
    const detail = await world.review.next({}, ada);
    expect(detail).toMatchObject({
      id: risky.taskId,
      itemId: risky.itemId,
      status: 'claimed',
      claim: { accountId: ada.accountId, displayName: 'Ada', expiresAt: '2026-03-01T10:10:00.000Z' },
      content: { parts: [{ text: 'You know what you are.' }] },
      decision: { id: risky.decisionId, outcome: 'review' },
      history: [{ id: risky.decisionId }],
      account: { id: 'user-42' },
      policy: [{ category: 'harassment', clause: '2.1', severity: 3 }],
      notes: [],
    });
    expect(detail?.priority).toBeCloseTo(90, 6);
    expect(await actionsOf(risky.taskId)).toEqual(['review-task-claimed']);
  });

  it('offers nothing from an empty queue', async () => {
    expect(await world.review.next({}, ada)).toBeNull();
  });

  it('refuses what somebody else holds, and what is not there', async () => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    await expect(world.review.claim(taskId, ben)).rejects.toEqual(problem(409, 'task-claimed'));
    await expect(world.review.claim(newId(), ben)).rejects.toEqual(problem(404, 'not-found'));
    await expect(world.review.detail(newId(), ada)).rejects.toEqual(problem(404, 'not-found'));
  });

  it('extends what one holds, without another audit entry', async () => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    clock.advance(9 * 60_000);
    const extended = await world.review.extend(taskId, ada);
    expect(extended.claim?.expiresAt).toBe('2026-03-01T10:19:00.000Z');
    clock.advance(60_000);
    expect((await world.review.claim(taskId, ada)).claim?.expiresAt).toBe('2026-03-01T10:20:00.000Z');
    expect(await actionsOf(taskId)).toEqual(['review-task-claimed']);
  });

  it('is open to others once the lease has run out, and then closed to who had it', async () => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    clock.advance(leaseMs);
    await expect(world.review.extend(taskId, ada)).rejects.toEqual(problem(409, 'lease-expired'));
    expect(await world.review.next({}, ben)).toMatchObject({ id: taskId, claim: { displayName: 'Ben' } });
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'task-claimed'));
    await expect(world.review.release(taskId, ada)).rejects.toEqual(problem(409, 'task-claimed'));
    const claims = (await auditOf(taskId)).map(({ actor_id, details }) => [actor_id, JSON.parse(details).lapsedFrom]);
    expect(claims).toEqual([
      [ada.accountId, undefined],
      [ben.accountId, ada.accountId],
    ]);
  });

  it('ends at ten at a time', async () => {
    for (let index = 0; index <= maximumClaims; index += 1) await world.addItem();
    for (let index = 0; index < maximumClaims; index += 1) expect(await world.review.next({}, ada)).not.toBeNull();
    await expect(world.review.next({}, ada)).rejects.toEqual(problem(409, 'too-many-claims'));
    const { entries } = await world.review.list({ status: 'open', limit: 10 }, ada);
    await expect(world.review.claim(entries[0]!.id, ada)).rejects.toEqual(problem(409, 'too-many-claims'));
    clock.advance(leaseMs);
    expect(await world.review.next({}, ada)).not.toBeNull();
  });
});

describe('giving a task back', () => {
  it('releases it to everybody', async () => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    expect(await world.review.release(taskId, ada)).toMatchObject({ status: 'open', claim: null });
    expect(await world.review.next({}, ben)).toMatchObject({ id: taskId });
    expect(await actionsOf(taskId)).toEqual(['review-task-claimed', 'review-task-released', 'review-task-claimed']);
  });

  it('can be done by a lead for somebody else, not by another reviewer', async () => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    await expect(world.review.release(taskId, ben)).rejects.toEqual(problem(409, 'task-claimed'));
    await world.review.release(taskId, lea);
    expect(JSON.parse((await auditOf(taskId)).at(-1)!.details)).toMatchObject({ releasedFrom: ada.accountId });
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'task-not-claimed'));
  });

  it('skips to others, and is not offered to the same person again', async () => {
    const { taskId } = await world.addItem();
    await expect(world.review.skip(taskId, ada, { reason: 'language' })).rejects.toEqual(
      problem(409, 'task-not-claimed'),
    );
    await world.review.next({}, ada);
    const skipped = await world.review.skip(taskId, ada, { reason: 'language', note: 'Portuguese' });
    expect(skipped).toMatchObject({ status: 'open', skips: 1, claim: null });
    expect(await world.review.next({}, ada)).toBeNull();
    expect(await world.review.next({}, ben)).toMatchObject({ id: taskId });
    const last = (await auditOf(taskId)).findLast(({ action }) => action === 'review-task-skipped')!;
    expect(JSON.parse(last.details)).toMatchObject({ reason: 'language' });
    expect(last.details).not.toContain('Portuguese');
  });

  it('can be claimed again on purpose after a skip, but not after a conflict of interest', async () => {
    const [one, two] = [await world.addItem(), await world.addItem()] as const;
    for (const [{ taskId }, reason] of [
      [one, 'unsure'],
      [two, 'conflict_of_interest'],
    ] as const) {
      await world.review.claim(taskId, ada);
      await world.review.skip(taskId, ada, { reason });
    }
    expect(await world.review.claim(one.taskId, ada)).toMatchObject({ status: 'claimed' });
    await expect(world.review.claim(two.taskId, ada)).rejects.toEqual(problem(403, 'conflict-of-interest'));
  });
});

describe('notes and reveals', () => {
  it('keeps notes with the task, and only their ids in the audit log', async () => {
    const { taskId } = await world.addItem();
    const first = await world.review.note(taskId, ada, 'Looks like banter.');
    clock.advance(1_000);
    await world.review.note(taskId, lea, 'Agreed.');
    const { notes } = await world.review.detail(taskId, ada);
    expect(notes).toMatchObject([
      { id: first.id, displayName: 'Ada', text: 'Looks like banter.', at: '2026-03-01T10:00:00.000Z' },
      { displayName: 'Lea', text: 'Agreed.' },
    ]);
    const entries = await auditOf(taskId);
    expect(entries.map(({ action }) => action)).toEqual(['review-note-added', 'review-note-added']);
    expect(JSON.stringify(entries)).not.toContain('banter');
  });

  it('logs each reveal with who and which version', async () => {
    const { taskId, itemId } = await world.addItem();
    await world.review.reveal(taskId, ada);
    const [entry] = await auditOf(taskId);
    expect(entry).toMatchObject({ action: 'review-content-revealed', actor_id: ada.accountId });
    expect(JSON.parse(entry!.details)).toEqual({ itemId, itemVersion: 1 });
  });
});

describe('deciding', () => {
  it('records the decision in the chain, closes the task, and audits both at once', async () => {
    const { taskId, itemId, decisionId: machine } = await world.addItem();
    await world.review.next({}, ada);
    clock.advance(30_000);
    const { task, decisionId } = await world.review.decide(taskId, ada, {
      ...removal,
      actions: ['suspend_account'],
      note: 'Third time this week.',
      machineCall: 'right',
    });
    expect(task).toMatchObject({ status: 'decided', claim: null });
    const { decision, history } = await world.review.detail(taskId, ada);
    expect(decision).toMatchObject({
      id: decisionId,
      sequence: 2,
      supersedes: machine,
      outcome: 'remove',
      display: 'removed',
      actions: ['remove', 'suspend_account'],
      layer: 5,
      stopReason: 'reviewer',
      decidedBy: { kind: 'reviewer', accountId: ada.accountId },
      note: 'Third time this week.',
    });
    expect(history.map(({ id }) => id)).toEqual([decisionId, machine]);
    expect(await actionsOf(itemId)).toEqual(['decision-recorded', 'decision-recorded']);
    const last = (await auditOf(taskId)).at(-1)!;
    expect(last.action).toBe('review-task-decided');
    expect(JSON.parse(last.details)).toMatchObject({ outcome: 'remove', decisionId, machineCall: 'right' });
    expect(last.details).not.toContain('week');
    const [item] = await database.query('SELECT outcome, display, decided_by FROM items WHERE id = $1', [itemId]);
    expect(item).toEqual({ outcome: 'remove', display: 'removed', decided_by: 'reviewer' });
  });

  it('is for the holder of a live claim only, and only once', async () => {
    const { taskId, itemId } = await world.addItem();
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'task-not-claimed'));
    await world.review.claim(taskId, ada);
    await expect(world.review.decide(taskId, ben, removal)).rejects.toEqual(problem(409, 'task-claimed'));
    clock.advance(leaseMs);
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'lease-expired'));
    expect(await actionsOf(itemId)).toEqual(['decision-recorded']);
    await world.review.claim(taskId, ada);
    await world.review.decide(taskId, ada, { outcome: 'approve', actions: [], categories: [] });
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'task-decided'));
    expect(await actionsOf(itemId)).toEqual(['decision-recorded', 'decision-recorded']);
  });

  it('refuses an approval that asks for removal, and names the place', async () => {
    const { taskId } = await world.addItem();
    await world.review.claim(taskId, ada);
    const contradiction = {
      outcome: 'approve' as const,
      actions: ['blur' as const, 'remove' as const],
      categories: [],
    };
    await expect(world.review.decide(taskId, ada, contradiction)).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'actions[1]' }],
    });
  });

  it('is refused once the item was edited, whether or not the new version needs a person', async () => {
    for (const outcome of ['review', 'approve'] as const) {
      const { taskId, itemId } = await world.addItem();
      await world.review.claim(taskId, ada);
      await world.edit(itemId, 2, outcome);
      await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(
        problem(409, outcome === 'review' ? 'task-not-claimed' : 'task-withdrawn'),
      );
    }
  });

  it('stands while the machine has a second thought about what it has handed over', async () => {
    const { taskId, itemId } = await world.addItem();
    await world.review.claim(taskId, ada);
    expect(await world.decideAgain(itemId, 1)).toBe('superseded');
    const { decisionId } = await world.review.decide(taskId, ada, removal);
    const { decision } = await world.review.detail(taskId, ada);
    expect(decision).toMatchObject({ id: decisionId, sequence: 2 });
    expect(await world.decideAgain(itemId, 1)).toBe('superseded');
  });

  it('leaves nothing half-done when the decision cannot be recorded', async () => {
    const { taskId, itemId } = await world.addItem();
    await world.review.claim(taskId, ada);
    // The item moves on without the task being told: what a fault elsewhere would look like.
    await database.query('UPDATE items SET version = 2 WHERE id = $1', [itemId]);
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'item-moved-on'));
    await database.query('UPDATE items SET version = 1, deleted_at = now() WHERE id = $1', [itemId]);
    await expect(world.review.decide(taskId, ada, removal)).rejects.toEqual(problem(409, 'item-moved-on'));
    expect((await world.review.detail(taskId, ada)).status).toBe('claimed');
    expect(await actionsOf(itemId)).toEqual(['decision-recorded']);
    expect(await actionsOf(taskId)).toEqual(['review-task-claimed']);
  });
});

describe('content that is gone', () => {
  it('is passed over by next, and its task withdrawn', async () => {
    const erased = await world.addItem('Erased since.', 90);
    const there = await world.addItem('Still there.', 10);
    await database.query('UPDATE item_versions SET content = NULL WHERE item_id = $1', [erased.itemId]);
    expect(await world.review.next({}, ada)).toMatchObject({ id: there.taskId });
    expect(await actionsOf(erased.taskId)).toEqual(['review-task-claimed', 'review-task-withdrawn']);
    await expect(world.review.claim(erased.taskId, ada)).rejects.toEqual(problem(409, 'task-withdrawn'));
    await expect(world.review.detail(erased.taskId, ada)).rejects.toEqual(problem(409, 'content-erased'));
  });
});
