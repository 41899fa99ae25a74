import type { Decision } from '#contracts/decision.ts';
import type { ItemContent } from '#contracts/item.ts';
import type { TextPlace } from '#contracts/signal.ts';
import type { AuditEntryInput } from '#features/audit/index.ts';
import type { Transaction } from '#platform/database/database.ts';

/** An item's standing, read under its lock. */
export interface ItemState {
  readonly version: number;
  readonly decisionSequence: number;
  readonly decisionId: string | null;
  /** Which version the standing decision is about; null where there is none yet. */
  readonly decidedVersion: number | null;
  readonly decidedBy: 'machine' | 'reviewer' | null;
  readonly outcome: string | null;
  readonly accountId: string;
  readonly externalId: string | null;
  readonly deleted: boolean;
}

/** An item version as it is written with its first decision. */
export interface NewVersion {
  readonly content: ItemContent;
  readonly contentKey: Buffer | null;
  readonly createdAt: Date;
  readonly excerpt: string;
  readonly searchText: string;
}

/** What a commit does to the item beside recording the decision. */
export type ItemChange =
  | { readonly kind: 'create'; readonly apiKeyId: string | null; readonly version: NewVersion }
  | { readonly kind: 'revise'; readonly version: NewVersion }
  | { readonly kind: 'none' };

/** A media part's file as it was when the decision was made: which one, or why there was none. */
export interface FileLink {
  readonly partId: string;
  readonly mediaId: string | null;
  /** Null where the file is there. */
  readonly problem: string | null;
}

/** Text that was read from a part. Kept beside the decision, not in it: content can be erased, decisions stay. */
export interface DerivedText {
  readonly partId: string;
  readonly fromPartId: string;
  readonly text: string;
  readonly places: readonly TextPlace[];
}

/** What was found out about an item's parts while it was decided. */
export interface PartFindings {
  readonly files: readonly FileLink[];
  readonly derivedTexts: readonly DerivedText[];
}

/** What else has to be on record with certain decisions, such as matches with hash banks. */
export interface DecisionEffects {
  /** Whether anything is to be recorded for the decision; cheap, since it is asked for every one. */
  concerns(decision: Decision): boolean;
  /** Writes within the transaction, after the decisions themselves. Gives the audit entries to append. */
  record(tx: Transaction, decisions: readonly Decision[]): Promise<readonly AuditEntryInput[]>;
}

export interface ItemWrite {
  readonly change: ItemChange;
  readonly decision: Decision;
  readonly findings?: PartFindings;
  /** The standing before this write; undefined for a new item. */
  readonly before: ItemState | undefined;
}

/** The items feature's rows, as the decision writer needs them. Called inside the writer's transaction. */
export interface ItemRows {
  /** Locks the items (in id order) and reads their standing; unknown ids are absent. */
  lock(tx: Transaction, itemIds: readonly string[]): Promise<ReadonlyMap<string, ItemState>>;
  /** Writes items, versions, accounts and the projection of each decision. */
  apply(tx: Transaction, writes: readonly ItemWrite[]): Promise<void>;
}
