import type { Role } from '#contracts/access.ts';
import type { Action } from '#contracts/action.ts';
import { legalQueue, type ReviewTask } from '#contracts/review.ts';

/** How long a claim lasts without a sign of life. A heartbeat (`extend`) or claiming again starts it anew. */
export const leaseMs = 10 * 60 * 1000;

/** Tasks that one person may hold at a time: enough to work ahead, too few to hoard. */
export const maximumClaims = 10;

/** Whether a role works on a queue: the legal role on its own and no other, everybody else on the others. */
export const worksOn = (role: Role, queue: string): boolean => (role === 'legal') === (queue === legalQueue);

/** Who may claim, decide and see content, each in their own queues. */
export const reviewingRoles = ['reviewer', 'lead', 'admin', 'legal'] as const satisfies readonly Role[];
/** Who may see the numbers of the queue. */
export const watchingRoles = [
  'reviewer',
  'lead',
  'admin',
  'legal',
  'policy',
  'analyst',
] as const satisfies readonly Role[];

/** A console account at work. */
export interface Reviewer {
  readonly accountId: string;
  readonly displayName: string;
  readonly role: Role;
}

export interface Claim {
  readonly accountId: string;
  readonly displayName: string;
  readonly claimedAt: Date;
  readonly expiresAt: Date;
}

export type StoredStatus = 'open' | 'decided' | 'withdrawn';

/** What the rules below look at. The claim stays on record after it has run out, until somebody else takes the task. */
export interface TaskState {
  readonly status: StoredStatus;
  readonly claim: Claim | null;
}

/** Why something cannot be done to a task now. */
export type Refusal =
  | { readonly kind: 'claimed_by_other'; readonly displayName: string; readonly expiresAt: Date }
  | { readonly kind: 'lease_expired' }
  | { readonly kind: 'not_claimed' }
  | { readonly kind: 'decided' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'conflict_of_interest' };

/** The claim that protects a task at this moment; null where it is free to take. */
export const liveClaim = ({ status, claim }: TaskState, now: Date): Claim | null =>
  status === 'open' && claim !== null && claim.expiresAt.getTime() > now.getTime() ? claim : null;

/** The status that the API shows: a live claim makes an open task `claimed`. */
export const shownStatus = (task: TaskState, now: Date): ReviewTask['status'] =>
  liveClaim(task, now) === null ? task.status : 'claimed';

const refuseClosed = ({ status }: TaskState): Refusal | null => (status === 'open' ? null : { kind: status });

const claimedByOther = ({ displayName, expiresAt }: Claim): Refusal => ({
  kind: 'claimed_by_other',
  displayName,
  expiresAt,
});

/** Whether `accountId` may take the task now. Taking a task again that one holds extends it. */
export const refuseClaim = (
  task: TaskState,
  accountId: string,
  now: Date,
  { conflictOfInterest = false }: { readonly conflictOfInterest?: boolean } = {},
): Refusal | null => {
  const closed = refuseClosed(task);
  if (closed !== null) return closed;
  if (conflictOfInterest) return { kind: 'conflict_of_interest' };
  const claim = liveClaim(task, now);
  return claim === null || claim.accountId === accountId ? null : claimedByOther(claim);
};

/** Whether `accountId` may extend, skip or decide: only who holds a lease that has not run out. */
export const refuseHolderAct = (task: TaskState, accountId: string, now: Date): Refusal | null => {
  const closed = refuseClosed(task);
  if (closed !== null) return closed;
  const claim = liveClaim(task, now);
  if (claim?.accountId === accountId) return null;
  if (claim !== null) return claimedByOther(claim);
  return { kind: task.claim?.accountId === accountId ? 'lease_expired' : 'not_claimed' };
};

/** Whether the reviewer may give the task back: one's own, also when it has run out; a lead or admin anybody's. */
export const refuseRelease = (task: TaskState, { accountId, role }: Reviewer, now: Date): Refusal | null => {
  const closed = refuseClosed(task);
  if (closed !== null) return closed;
  if (task.claim === null) return { kind: 'not_claimed' };
  if (task.claim.accountId === accountId || role === 'lead' || role === 'admin') return null;
  const claim = liveClaim(task, now);
  return claim === null ? { kind: 'not_claimed' } : claimedByOther(claim);
};

/** A claim that starts now. Extending keeps the time of the first one. */
export const newClaim = ({ accountId, displayName }: Reviewer, now: Date, since: Date = now): Claim => ({
  accountId,
  displayName,
  claimedAt: since,
  expiresAt: new Date(now.getTime() + leaseMs),
});

const contradictsApproval: readonly Action[] = ['remove', 'hold'];

/** Places of the actions that cannot go with the outcome. */
export const contradictoryActions = (outcome: 'approve' | 'remove', actions: readonly Action[]): number[] =>
  outcome === 'remove' ? [] : actions.flatMap((action, index) => (contradictsApproval.includes(action) ? [index] : []));
