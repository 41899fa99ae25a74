import type { Role } from '#contracts/access.ts';
import type { Action } from '#contracts/action.ts';
import type { Category } from '#contracts/category.ts';
import type { Decision } from '#contracts/decision.ts';
import type { ItemContent } from '#contracts/item.ts';
import type { PartMedia } from '#contracts/media.ts';
import type { ReviewTaskDetail } from '#contracts/review.ts';
import type { AuditEntryInput } from '#features/audit/index.ts';
import type { Transaction } from '#platform/database/database.ts';

/** What a person decided about one version of an item. */
export interface HumanDecision {
  readonly itemId: string;
  readonly itemVersion: number;
  readonly taskId: string;
  /** The decision that the task asks about. It must still be the newest of that version. */
  readonly basedOnDecisionId: string;
  /** The legal role decides also about what was deleted meanwhile. */
  readonly evenIfDeleted: boolean;
  readonly outcome: 'approve' | 'remove';
  readonly actions: readonly Action[];
  readonly categories: readonly Category[];
  readonly note?: string;
  readonly machineCall?: 'right' | 'wrong' | 'unsure';
  readonly reviewer: { readonly accountId: string; readonly displayName: string };
}

/**
 * Puts a person's decision on record: the same chain and the same effects as the machine's. Called before the task's own row is
 * locked, so that everybody locks item first and task second.
 */
export interface HumanDecisionRecorder {
  /**
   * Writes within `tx`; the caller appends `auditEntries` as the transaction's last statement.
   * Does not withdraw the task `taskId`: the caller closes it.
   *
   * @throws HumanDecisionConflict when the item has moved on since the task was made
   */
  record(
    tx: Transaction,
    decision: HumanDecision,
  ): Promise<{ readonly decisionId: string; readonly auditEntries: readonly AuditEntryInput[] }>;
}

/** The item is not any more what the reviewer looked at; nothing may be recorded about it from this task. */
export class HumanDecisionConflict extends Error {
  override readonly name = 'HumanDecisionConflict';
  readonly reason: 'newer_version' | 'decided_since' | 'deleted';

  constructor(reason: 'newer_version' | 'decided_since' | 'deleted') {
    super(`the item has moved on: ${reason}`);
    this.reason = reason;
  }
}

/** One item version with what a reviewer needs around it. */
export interface ReviewContent {
  /** null once the content is erased. */
  readonly content: ItemContent | null;
  /** Files of the image parts, as the role may see them. */
  readonly media: readonly PartMedia[];
  /** The newest decision of the version. */
  readonly decision: Decision;
  /** Every decision of the item, newest first. */
  readonly history: readonly Decision[];
  readonly account: ReviewTaskDetail['account'];
  readonly similar: ReviewTaskDetail['similar'];
  /** The policy's own text for the categories in play. */
  readonly policy: ReviewTaskDetail['policy'];
}

export interface ReviewContentReader {
  /** @throws ProblemError 404 when there is no such item version */
  read(itemId: string, version: number, role: Role): Promise<ReviewContent>;
}
