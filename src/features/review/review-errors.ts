import type { Action } from '#contracts/action.ts';
import { conflict, forbidden, invalidRequest, notFound, type ProblemError } from '#platform/http/problem-error.ts';
import type { HumanDecisionConflict } from './ports.ts';
import { maximumClaims, type Refusal } from './review.ts';

export const unknownTask = (id: string): ProblemError =>
  notFound({
    detail: `There is no review task ${id}.`,
    remedy: 'Take the id from GET /v1/review/tasks.',
    errors: [{ path: 'id', message: 'unknown review task' }],
  });

const takeNext = 'Take another with POST /v1/review/next.';

/** The answer to a refused act on a task: 409, or 403 where it will never be allowed. */
export const refusedAct = (refusal: Refusal): ProblemError => {
  switch (refusal.kind) {
    case 'claimed_by_other':
      return conflict({
        type: 'task-claimed',
        detail: `${refusal.displayName} has claimed this task until ${refusal.expiresAt.toISOString()}.`,
        remedy: `${takeNext} A lead can release this one.`,
      });
    case 'lease_expired':
      return conflict({
        type: 'lease-expired',
        detail: 'Your claim on this task has run out.',
        remedy: 'Claim it again, if nobody else has, and extend the claim while you work.',
      });
    case 'not_claimed':
      return conflict({
        type: 'task-not-claimed',
        detail: 'You have not claimed this task.',
        remedy: 'Claim it first with POST /v1/review/tasks/{id}/claim.',
      });
    case 'decided':
      return conflict({ type: 'task-decided', detail: 'This task is decided already.', remedy: takeNext });
    case 'withdrawn':
      return conflict({
        type: 'task-withdrawn',
        detail: 'This task was withdrawn: the item was edited, deleted or decided elsewhere.',
        remedy: takeNext,
      });
    case 'conflict_of_interest':
      return forbidden({
        type: 'conflict-of-interest',
        detail: 'You skipped this task because of a conflict of interest.',
        remedy: takeNext,
      });
  }
};

const happened: Readonly<Record<HumanDecisionConflict['reason'], string>> = {
  newer_version: 'The item was edited since this task was made; your decision would be about old content.',
  decided_since: 'The item was decided since this task was made.',
  deleted: 'The item was deleted.',
};

/** The answer when the item moved on while a person was deciding. */
export const itemMovedOn = ({ reason }: HumanDecisionConflict): ProblemError =>
  conflict({
    type: 'item-moved-on',
    detail: `${happened[reason]} Nothing was recorded.`,
    remedy: `${takeNext} If the item still needs a person, it has a new task.`,
  });

export const contentErased = (): ProblemError =>
  conflict({
    type: 'content-erased',
    detail: 'The content of this item was deleted; there is nothing left to look at.',
    remedy: takeNext,
  });

export const tooManyClaims = (): ProblemError =>
  conflict({
    type: 'too-many-claims',
    detail: `You hold ${maximumClaims} tasks, the most that one person may.`,
    remedy: 'Decide, skip or release one of them first: GET /v1/review/tasks?status=claimed&mine=true.',
  });

export const contradiction = (actions: readonly Action[], places: readonly number[]): ProblemError =>
  invalidRequest({
    detail: `An approval cannot ask for \`${actions[places[0] ?? 0] ?? ''}\`.`,
    remedy: 'Leave the action out, or remove the item.',
    errors: places.map((index) => ({ path: `actions[${index}]`, message: 'contradicts the outcome `approve`' })),
  });
