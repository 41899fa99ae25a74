import type { Decision } from '#contracts/decision.ts';
import { findUnusableKeys } from '#features/access/index.ts';
import { type AuditActor, appendAudit } from '#features/audit/index.ts';
import { holdEpoch } from '#features/policies/index.ts';
import { createReviewTasks, type NewReviewTask, withdrawTasks } from '#features/review/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database, Transaction } from '#platform/database/database.ts';
import { CommitUnconfirmed, isUniqueViolation } from '#platform/database/database-errors.ts';
import { addContinuations, type Continuation } from './continuation-store.ts';
import { decisionAudit, type ProposedDecision } from './decision.ts';
import { decisionById, writeDecisions } from './decision-store.ts';
import { type IdempotencyRecord, writeIdempotency } from './idempotency-store.ts';
import type { DecisionEffects, ItemChange, ItemRows, ItemState, ItemWrite, PartFindings } from './ports.ts';

export interface DecisionCommit {
  readonly change: ItemChange;
  readonly decision: ProposedDecision;
  readonly actor: AuditActor;
  readonly task?: Omit<NewReviewTask, 'itemId' | 'itemVersion' | 'decisionId'>;
  readonly idempotency?: IdempotencyRecord;
  readonly continuation?: Continuation;
  readonly findings?: PartFindings;
}

/**
 * - `committed`: on disk, in the chain.
 * - `stale`: the configuration has changed since it was decided; decide again under `epoch`.
 * - `superseded`: it has been decided meanwhile, or the item has moved on or is gone; nothing was written.
 * - `duplicate`: the idempotency key is taken; its answer stands.
 * - `unauthorised`: the API key was revoked or has expired while the item was being decided; nothing was written.
 */
export type CommitResult =
  | { readonly kind: 'committed'; readonly decision: Decision }
  | { readonly kind: 'stale'; readonly epoch: number }
  | { readonly kind: 'superseded' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'unauthorised' };

interface Pending {
  readonly commit: DecisionCommit;
  readonly resolve: (result: CommitResult) => void;
  readonly reject: (error: unknown) => void;
}

/** The largest batch of one transaction: beyond this the gain is small and the wait for the first in it grows. */
const batchSize = 64;
const idempotencyConstraint = 'idempotency_keys_pkey';

const placeInChain = (decision: ProposedDecision, state: ItemState | undefined): Decision => ({
  ...decision,
  sequence: (state?.decisionSequence ?? 0) + 1,
  supersedes: state?.decisionId ?? null,
});

/**
 * A late machine result replaces only the hold that it continues: never a person's decision, never what another run of the same job has
 * decided meanwhile, nor anything about a newer version.
 */
const isSuperseded = ({ change, decision }: DecisionCommit, state: ItemState | undefined): boolean => {
  if (change.kind === 'create') return false;
  if (state === undefined || state.deleted) return true;
  if (change.kind === 'revise') return decision.itemVersion !== state.version + 1;
  return (
    decision.itemVersion !== state.version ||
    (decision.decidedBy.kind === 'machine' && state.decidedVersion === state.version && state.outcome !== 'hold')
  );
};

/** Keys that stopped being good while their items were decided: a revocation counts for requests in flight, too. */
const unusableKeys = async (
  tx: Transaction,
  commits: readonly DecisionCommit[],
  now: Date,
): Promise<ReadonlySet<string>> => {
  const keyIds = new Set(
    commits.flatMap(({ actor }) => (actor.kind === 'api_key' && actor.id !== null ? [actor.id] : [])),
  );
  return keyIds.size === 0 ? new Set() : findUnusableKeys(tx, [...keyIds], now);
};

interface Accepted {
  readonly commit: DecisionCommit;
  readonly decision: Decision;
  /** The item's standing before; undefined for a new one. */
  readonly before: ItemState | undefined;
}

/** Open tasks that need nobody any more. A decision that asks for a person again keeps the open task, and whoever has it. */
const withdrawals = (accepted: readonly Accepted[]) => {
  const moot = accepted.filter(({ commit, before }) => before !== undefined && commit.task === undefined);
  return (['newer_version', 'no_longer_needed'] as const)
    .map((reason) => ({
      reason,
      itemIds: moot
        .filter(({ commit }) => (commit.change.kind === 'revise') === (reason === 'newer_version'))
        .map(({ decision }) => decision.itemId),
    }))
    .filter(({ itemIds }) => itemIds.length > 0);
};

/**
 * Records decisions by group commit: one writer per process takes what is waiting (up to 64) into one transaction. Nobody is answered before
 * the commit. A batch that fails is tried again one by one, so that one bad item cannot take others with it; where the connection broke
 * during the commit, it is looked up first what has been kept.
 */
export class DecisionWriter {
  readonly #database: Database;
  readonly #items: ItemRows;
  readonly #clock: Clock;
  readonly #effects: DecisionEffects | undefined;
  readonly #waiting: Pending[] = [];
  #running: Promise<void> | undefined;

  constructor(dependencies: {
    readonly database: Database;
    readonly items: ItemRows;
    readonly clock: Clock;
    readonly effects?: DecisionEffects;
  }) {
    this.#effects = dependencies.effects;
    this.#clock = dependencies.clock;
    this.#database = dependencies.database;
    this.#items = dependencies.items;
  }

  /** How many commits wait for their turn: the writer's backlog. */
  get backlog(): number {
    return this.#waiting.length;
  }

  commit(commit: DecisionCommit): Promise<CommitResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject });
      this.#running ??= this.#drain();
    });
  }

  /** Resolves when everything handed over so far has been answered. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    // Lets the submissions of this turn of the event loop share the transaction.
    await Promise.resolve();
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#take();
        try {
          const results = await this.#write(batch.map(({ commit }) => commit));
          batch.forEach(({ resolve }, index) => {
            resolve(results[index]!);
          });
        } catch (error) {
          if (error instanceof CommitUnconfirmed) await this.#writeUnrecorded(batch, error);
          else if (batch.length === 1) this.#fail(batch[0]!, error);
          else await this.#writeSingly(batch);
        }
      }
    } finally {
      // In the same step that saw the queue empty: a commit that comes any later starts the writer again.
      this.#running = undefined;
    }
  }

  /** The next batch: in order, and no item twice, since each place in a chain is settled from the one before. */
  #take(): Pending[] {
    const batch: Pending[] = [];
    const items = new Set<string>();
    while (batch.length < batchSize && this.#waiting.length > 0) {
      const next = this.#waiting[0]!;
      if (items.has(next.commit.decision.itemId)) break;
      items.add(next.commit.decision.itemId);
      batch.push(next);
      this.#waiting.shift();
    }
    return batch;
  }

  async #writeSingly(batch: readonly Pending[]): Promise<void> {
    for (const pending of batch) {
      try {
        const [result] = await this.#write([pending.commit]);
        pending.resolve(result!);
      } catch (error) {
        this.#fail(pending, error);
      }
    }
  }

  /** After a commit whose answer was lost: what is on record stands, the rest is written now. Nothing is done twice. */
  async #writeUnrecorded(batch: readonly Pending[], lost: CommitUnconfirmed): Promise<void> {
    for (const { commit, resolve, reject } of batch) {
      try {
        resolve((await this.#recorded(commit)) ?? (await this.#writeAgain(commit)));
      } catch {
        reject(lost);
      }
    }
  }

  async #recorded({ decision: { id } }: DecisionCommit): Promise<CommitResult | undefined> {
    const decision = await decisionById(this.#database, id);
    return decision === undefined ? undefined : { kind: 'committed', decision };
  }

  async #writeAgain(commit: DecisionCommit): Promise<CommitResult> {
    try {
      const [result] = await this.#write([commit]);
      // The lost commit may have been ending still when it was looked for: then this attempt has waited for it.
      return result?.kind === 'committed' ? result : ((await this.#recorded(commit)) ?? result!);
    } catch (error) {
      const recorded = isUniqueViolation(error) ? await this.#recorded(commit) : undefined;
      if (recorded !== undefined) return recorded;
      if (isUniqueViolation(error, idempotencyConstraint)) return { kind: 'duplicate' };
      throw error;
    }
  }

  #fail({ resolve, reject }: Pending, error: unknown): void {
    if (isUniqueViolation(error, idempotencyConstraint)) resolve({ kind: 'duplicate' });
    else reject(error);
  }

  async #write(commits: readonly DecisionCommit[]): Promise<CommitResult[]> {
    return this.#database.transaction(async (tx) => {
      const existing = commits.filter(({ change }) => change.kind !== 'create').map(({ decision }) => decision.itemId);
      const [epoch, unusable, states] = await Promise.all([
        holdEpoch(tx),
        unusableKeys(tx, commits, new Date(this.#clock.now())),
        existing.length === 0 ? new Map<string, ItemState>() : this.#items.lock(tx, existing),
      ]);
      const accepted: Accepted[] = [];
      const results = commits.map((commit): CommitResult => {
        const before = states.get(commit.decision.itemId);
        if (commit.actor.id !== null && unusable.has(commit.actor.id)) return { kind: 'unauthorised' };
        if (isSuperseded(commit, before)) return { kind: 'superseded' };
        // A fallback that holds the item decides nothing, so it may stand under the configuration that it saw.
        if (commit.decision.epoch !== epoch && commit.decision.facts.interrupted === null)
          return { kind: 'stale', epoch };
        const decision = placeInChain(commit.decision, before);
        accepted.push({ commit, decision, before });
        return { kind: 'committed', decision };
      });
      if (accepted.length > 0) await this.#apply(tx, accepted);
      return results;
    });
  }

  async #apply(tx: Transaction, accepted: readonly Accepted[]): Promise<void> {
    const writes: ItemWrite[] = accepted.map(({ commit, decision, before }) => ({
      change: commit.change,
      decision,
      before,
      ...(commit.findings === undefined ? {} : { findings: commit.findings }),
    }));
    const recorded = accepted.map(({ commit: { change }, decision, before }) => ({
      decision,
      accountId: change.kind === 'none' ? (before?.accountId ?? '') : change.version.content.account.id,
      externalId: change.kind === 'none' ? (before?.externalId ?? null) : (change.version.content.externalId ?? null),
    }));
    const tasks = accepted.flatMap(({ commit, decision }): NewReviewTask[] =>
      commit.task === undefined
        ? []
        : [{ ...commit.task, itemId: decision.itemId, itemVersion: decision.itemVersion, decisionId: decision.id }],
    );
    const entries = accepted.map(({ commit, decision }) => decisionAudit(decision, commit.actor));
    const concerned = accepted.flatMap(({ decision }) => (this.#effects?.concerns(decision) ? [decision] : []));
    // Issued together, run in this order: one round trip for all of them. The audit log comes last, as its head stays locked.
    const written = [
      this.#items.apply(tx, writes),
      writeDecisions(tx, recorded),
      ...withdrawals(accepted).map(({ reason, itemIds }) => withdrawTasks(tx, itemIds, reason)),
      createReviewTasks(tx, tasks),
      writeIdempotency(
        tx,
        accepted.flatMap(({ commit: { idempotency }, decision }) =>
          idempotency === undefined ? [] : [{ ...idempotency, decision }],
        ),
      ),
      addContinuations(
        tx,
        accepted.flatMap(({ commit: { continuation }, decision }) =>
          continuation === undefined ? [] : [{ ...continuation, decision }],
        ),
      ),
    ];
    if (concerned.length === 0) {
      await Promise.all([...written, appendAudit(tx, entries)]);
      return;
    }
    await Promise.all(written);
    const more = await this.#effects!.record(tx, concerned);
    await appendAudit(tx, [...entries, ...more]);
  }
}
