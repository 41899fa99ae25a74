import type { ReviewTask, ReviewTaskDetail } from '#contracts/review.ts';
import { appendAudit } from '#features/audit/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import type { ReviewContentReader } from './ports.ts';
import { lockNextTask, type QueueFilter } from './queue-store.ts';
import {
  liveClaim,
  maximumClaims,
  newClaim,
  type Refusal,
  type Reviewer,
  refuseClaim,
  refuseHolderAct,
  refuseRelease,
  worksOn,
} from './review.ts';
import { reviewAudit } from './review-audit.ts';
import { buildDetail } from './review-detail.ts';
import { refusedAct, tooManyClaims, unknownTask } from './review-errors.ts';
import { hasConflictOfInterest, type Skip, writeSkip } from './skip-and-note-store.ts';
import { withdrawTasks } from './task-intake-store.ts';
import { stateOf, type TaskRow, toReviewTask } from './task-row.ts';
import { countClaimsExclusively, lockTask, writeClaim } from './task-store.ts';

/** Who works on what: taking tasks, keeping them, giving them back. Every refusal is a ProblemError 403, 404 or 409. */
export interface ClaimService {
  /** Claims the riskiest free task that this person has not skipped; null when there is none. */
  next(filter: QueueFilter, reviewer: Reviewer): Promise<ReviewTaskDetail | null>;
  /** Claims this task, or extends the claim that one has. */
  claim(id: string, reviewer: Reviewer): Promise<ReviewTask>;
  /** The heartbeat: the lease starts anew. Not audited, since it says nothing but "still here". */
  extend(id: string, reviewer: Reviewer): Promise<ReviewTask>;
  /** Gives the task back to the queue; a lead or admin can do so for others. */
  release(id: string, reviewer: Reviewer): Promise<ReviewTask>;
  /** Gives the task back for somebody else: `next` does not offer it to this person again. */
  skip(id: string, reviewer: Reviewer, skip: Skip): Promise<ReviewTask>;
}

export interface ClaimServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly content: ReviewContentReader;
}

/** Deletion withdraws tasks, so a task without content is a race or a fault; this many in a row and we stop looking. */
const erasedTasksPassedOver = 5;

export const refuseIf = (refusal: Refusal | null): void => {
  if (refusal !== null) throw refusedAct(refusal);
};

/** Locks the task. @throws ProblemError 404, also where it is in a queue that the reviewer does not work on */
export const lockKnownTask = async (tx: Transaction, id: string, { role }: Reviewer): Promise<TaskRow> => {
  const task = await lockTask(tx, id);
  if (task === undefined || !worksOn(role, task.queue)) throw unknownTask(id);
  return task;
};

const refuseFurtherClaims = async (tx: Transaction, accountId: string, now: Date): Promise<void> => {
  if ((await countClaimsExclusively(tx, accountId, now)) >= maximumClaims) throw tooManyClaims();
};

const takeClaim = async (tx: Transaction, task: TaskRow, reviewer: Reviewer, now: Date): Promise<TaskRow> => {
  const claimed = await writeClaim(tx, task.id, newClaim(reviewer, now));
  // A claim that ran out is nobody's any more; who had it is kept for the record.
  const lapsedFrom = task.claimedBy === null ? {} : { lapsedFrom: task.claimedBy };
  await appendAudit(tx, [reviewAudit('review-task-claimed', reviewer, task, lapsedFrom)]);
  return claimed;
};

export const createClaimService = ({ database, clock, content }: ClaimServiceDependencies): ClaimService => {
  const now = (): Date => new Date(clock.now());

  const claimNext = (filter: QueueFilter, reviewer: Reviewer): Promise<TaskRow | undefined> =>
    database.transaction(async (tx) => {
      await refuseFurtherClaims(tx, reviewer.accountId, now());
      const task = await lockNextTask(tx, filter, reviewer, now());
      return task === undefined ? undefined : await takeClaim(tx, task, reviewer, now());
    });

  const withdrawErased = (task: TaskRow, reviewer: Reviewer): Promise<void> =>
    database.transaction(async (tx) => {
      if ((await withdrawTasks(tx, [task.itemId], 'deleted')) > 0) {
        await appendAudit(tx, [reviewAudit('review-task-withdrawn', reviewer, task, { reason: 'deleted' })]);
      }
    });

  return {
    async next(filter, reviewer) {
      for (let attempt = 0; attempt < erasedTasksPassedOver; attempt += 1) {
        const task = await claimNext(filter, reviewer);
        if (task === undefined) return null;
        const detail = await buildDetail(task, reviewer, now(), { database, content });
        if (detail !== null) return detail;
        await withdrawErased(task, reviewer);
      }
      return null;
    },

    claim: (id, reviewer) =>
      database.transaction(async (tx) => {
        const at = now();
        const held = await countClaimsExclusively(tx, reviewer.accountId, at);
        const task = await lockKnownTask(tx, id, reviewer);
        const conflictOfInterest = await hasConflictOfInterest(tx, id, reviewer.accountId);
        refuseIf(refuseClaim(stateOf(task), reviewer.accountId, at, { conflictOfInterest }));
        const own = liveClaim(stateOf(task), at);
        if (own !== null) return toReviewTask(await writeClaim(tx, id, newClaim(reviewer, at, own.claimedAt)), at);
        if (held >= maximumClaims) throw tooManyClaims();
        return toReviewTask(await takeClaim(tx, task, reviewer, at), at);
      }),

    extend: (id, reviewer) =>
      database.transaction(async (tx) => {
        const task = await lockKnownTask(tx, id, reviewer);
        const at = now();
        refuseIf(refuseHolderAct(stateOf(task), reviewer.accountId, at));
        const since = task.claimedAt ?? at;
        return toReviewTask(await writeClaim(tx, id, newClaim(reviewer, at, since)), at);
      }),

    release: (id, reviewer) =>
      database.transaction(async (tx) => {
        const task = await lockKnownTask(tx, id, reviewer);
        const at = now();
        refuseIf(refuseRelease(stateOf(task), reviewer, at));
        const released = await writeClaim(tx, id, null);
        const holder = task.claimedBy === reviewer.accountId ? {} : { releasedFrom: task.claimedBy };
        await appendAudit(tx, [reviewAudit('review-task-released', reviewer, task, holder)]);
        return toReviewTask(released, at);
      }),

    skip: (id, reviewer, skip) =>
      database.transaction(async (tx) => {
        const task = await lockKnownTask(tx, id, reviewer);
        const at = now();
        refuseIf(refuseHolderAct(stateOf(task), reviewer.accountId, at));
        const skipped = await writeSkip(tx, id, { ...skip, accountId: reviewer.accountId, at });
        await appendAudit(tx, [reviewAudit('review-task-skipped', reviewer, task, { reason: skip.reason })]);
        return toReviewTask(skipped, at);
      }),
  };
};
