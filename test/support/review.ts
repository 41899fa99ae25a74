import type { Role } from '#contracts/access.ts';
import { createReviewTasks, type NewReviewTask } from '#features/review/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';

/** A clock that stands until it is moved. */
export class TestClock implements Clock {
  #now: number;

  constructor(start: string) {
    this.#now = Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

/** A console account at work, with an id of its own. */
export const person = (displayName: string, role: Role = 'reviewer') => ({
  accountId: newId(),
  displayName,
  role,
});

/** A task for an item that is not there: for tests of the queue alone. */
export const newTask = (at: Date, overrides: Partial<NewReviewTask> = {}): NewReviewTask => ({
  id: newId(at.getTime()),
  itemId: newId(),
  itemVersion: 1,
  decisionId: newId(),
  bucket: 'immediate',
  queue: 'general',
  surface: 'comment',
  categories: ['harassment'],
  basePriority: 50,
  severity: 3,
  confidence: 0.8,
  reason: 'harassment lies between the thresholds',
  createdAt: at,
  dueAt: null,
  ...overrides,
});

/** Queues tasks as a decision does. */
export const queueTasks = async (database: Database, tasks: readonly NewReviewTask[]): Promise<void> => {
  await database.transaction((tx) => createReviewTasks(tx, tasks));
};
