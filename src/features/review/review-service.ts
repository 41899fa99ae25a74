import type { Role } from '#contracts/access.ts';
import { legalQueue, type ReviewDecision, type ReviewTask, type ReviewTaskDetail } from '#contracts/review.ts';
import { appendAudit } from '#features/audit/index.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { pageOf } from '#platform/http/paging.ts';
import { newId } from '#platform/ids.ts';
import {
  type ClaimService,
  type ClaimServiceDependencies,
  createClaimService,
  lockKnownTask,
  refuseIf,
} from './claim-service.ts';
import { type HumanDecision, HumanDecisionConflict, type HumanDecisionRecorder } from './ports.ts';
import { readCursor, writeCursor } from './queue-cursor.ts';
import { listTasks, orderOf, type QueueQuery, type ReviewSummary, sortingValueOf, summarise } from './queue-store.ts';
import { contradictoryActions, type Reviewer, refuseHolderAct, worksOn } from './review.ts';
import { reviewAudit } from './review-audit.ts';
import { buildDetail } from './review-detail.ts';
import { contentErased, contradiction, itemMovedOn, unknownTask } from './review-errors.ts';
import { insertNote, type ReviewNote } from './skip-and-note-store.ts';
import { stateOf, type TaskRow, toReviewTask } from './task-row.ts';
import { closeTask, readTask } from './task-store.ts';

/** The use cases of review. Each writes in one transaction, its audit entry last; every refusal is a ProblemError. */
export interface ReviewService extends ClaimService {
  /** Of the queues that the role works on; of all of them for the program itself. */
  summary(role?: Role): Promise<ReviewSummary>;
  /** A page of the queue, riskiest first. `nextCursor` is null on the last page. */
  list(query: QueueQuery, reviewer: Reviewer): Promise<{ entries: ReviewTask[]; nextCursor: string | null }>;
  detail(id: string, reviewer: Reviewer): Promise<ReviewTaskDetail>;
  /**
   * Puts the person's decision on record and closes the task, both or neither.
   *
   * @throws ProblemError 409 when the claim is not live or the item has moved on, 422 when the actions contradict the outcome
   */
  decide(id: string, reviewer: Reviewer, decision: ReviewDecision): Promise<{ task: ReviewTask; decisionId: string }>;
  note(id: string, reviewer: Reviewer, text: string): Promise<ReviewNote>;
  /** Logs that the person uncovered the content. */
  reveal(id: string, reviewer: Reviewer): Promise<void>;
}

export interface ReviewServiceDependencies extends ClaimServiceDependencies {
  readonly recorder: HumanDecisionRecorder;
}

/** @throws ProblemError 404, also where the task is in a queue that the reviewer does not work on */
const readKnownTask = async (database: Queryable, id: string, { role }: Reviewer): Promise<TaskRow> => {
  const task = await readTask(database, id);
  if (task === undefined || !worksOn(role, task.queue)) throw unknownTask(id);
  return task;
};

const recordOrRefuse = async (recorder: HumanDecisionRecorder, tx: Transaction, decision: HumanDecision) => {
  try {
    return await recorder.record(tx, decision);
  } catch (error) {
    throw error instanceof HumanDecisionConflict ? itemMovedOn(error) : error;
  }
};

export const createReviewService = (dependencies: ReviewServiceDependencies): ReviewService => {
  const { database, clock, recorder } = dependencies;
  const now = (): Date => new Date(clock.now());

  return {
    ...createClaimService(dependencies),

    summary: (role) => summarise(database, now(), role),

    async list(query, reviewer) {
      const at = now();
      const order = orderOf(query);
      const after = query.cursor === undefined ? null : readCursor(query.cursor, order);
      const rows = await listTasks(database, query, { ...reviewer, now: at, order, after });
      return pageOf(
        rows,
        query.limit,
        (row) => toReviewTask(row, at),
        (row) => writeCursor({ order, value: sortingValueOf(row, order), id: row.id }),
      );
    },

    async detail(id, reviewer) {
      const task = await readKnownTask(database, id, reviewer);
      const detail = await buildDetail(task, reviewer, now(), dependencies);
      if (detail === null) throw contentErased();
      return detail;
    },

    async decide(id, reviewer, { outcome, actions, categories, note, machineCall }) {
      const contradictory = contradictoryActions(outcome, actions);
      if (contradictory.length > 0) throw contradiction(actions, contradictory);
      return await database.transaction(async (tx) => {
        // Read first and locked only after the item: an edit locks the item first too, so neither waits for the other in a circle.
        const seen = await readKnownTask(tx, id, reviewer);
        refuseIf(refuseHolderAct(stateOf(seen), reviewer.accountId, now()));
        const { decisionId, auditEntries } = await recordOrRefuse(recorder, tx, {
          itemId: seen.itemId,
          itemVersion: seen.itemVersion,
          taskId: id,
          basedOnDecisionId: seen.decisionId,
          evenIfDeleted: seen.queue === legalQueue,
          outcome,
          actions,
          categories,
          ...(note === undefined ? {} : { note }),
          ...(machineCall === undefined ? {} : { machineCall }),
          reviewer: { accountId: reviewer.accountId, displayName: reviewer.displayName },
        });

        const task = await lockKnownTask(tx, id, reviewer);
        const at = now();
        refuseIf(refuseHolderAct(stateOf(task), reviewer.accountId, at));
        if (task.decisionId !== seen.decisionId) throw itemMovedOn(new HumanDecisionConflict('decided_since'));
        const closed = await closeTask(tx, id, {
          accountId: reviewer.accountId,
          at,
          outcome,
          decisionId,
          machineCall,
        });
        const details = { outcome, actions, categories, decisionId, machineCall: machineCall ?? null };
        await appendAudit(tx, [...auditEntries, reviewAudit('review-task-decided', reviewer, task, details)]);
        return { task: toReviewTask(closed, at), decisionId };
      });
    },

    note: (id, reviewer, text) =>
      database.transaction(async (tx) => {
        const task = await lockKnownTask(tx, id, reviewer);
        const at = now();
        const note = {
          id: newId(at.getTime()),
          accountId: reviewer.accountId,
          displayName: reviewer.displayName,
          text,
        };
        await insertNote(tx, id, { ...note, at });
        await appendAudit(tx, [reviewAudit('review-note-added', reviewer, task, { noteId: note.id })]);
        return { ...note, at: at.toISOString() };
      }),

    reveal: (id, reviewer) =>
      database.transaction(async (tx) => {
        const task = await readKnownTask(tx, id, reviewer);
        await appendAudit(tx, [reviewAudit('review-content-revealed', reviewer, task)]);
      }),
  };
};
