import type { ItemContent, ItemSubmission, Part } from '#contracts/item.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import { type AuditActor, appendAudit, systemActor } from '#features/audit/index.ts';
import {
  type CommitResult,
  type DecisionCommit,
  type DecisionWriter,
  type NewVersion,
  type ProposedDecision,
  wasEverRemoved,
} from '#features/decisions/index.ts';
import { releaseItemMedia } from '#features/media/index.ts';
import { hasOpenLegalTask, withdrawTasks } from '#features/review/index.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { invalidRequest, unavailable } from '#platform/http/problem-error.ts';
import { newId } from '#platform/ids.ts';
import type { Log } from '#platform/telemetry/log.ts';
import type { DecisionSetup } from './decision-engine.ts';
import { eraseDerivedTexts } from './derived-text-store.ts';
import { type SubmissionAnswer, SubmissionsUnderWay, storedAnswer } from './idempotency.ts';
import { bodyHash, contentKeyOf, contentOf, excerptOf, searchTextOf, textOf } from './item.ts';
import { type ItemDecider, type ItemVerdict, type RunningDecision, unlooked } from './item-decider.ts';
import { itemMovedOn, keyEnded, underLegalReview, unknownItem } from './item-errors.ts';
import { type ItemRow, itemById, markDeleted, versionOf } from './item-store.ts';
import { answerTo, commitOf, isLastAttempt, type Work } from './item-work.ts';
import { itemRows } from './item-write-store.ts';

/** Where the current setup comes from: the compiled policy, rules, lists and models. */
export interface SetupProvider {
  current(): Promise<DecisionSetup>;
  /** The setup of at least this epoch. */
  refresh(epoch: number): Promise<DecisionSetup>;
}

export interface ItemServiceDependencies {
  readonly database: Database;
  readonly writer: DecisionWriter;
  readonly decider: ItemDecider;
  readonly setups: SetupProvider;
  readonly clock: Clock;
  readonly log: Log;
  /** Refuses parts whose files the submitter does not have. @throws ProblemError 422 naming the part */
  readonly checkParts: (parts: readonly Part[], apiKeyId: string | null) => Promise<void>;
  /** An item version's parts with the files that they stood for before, so that a URL is not fetched twice for one version. */
  readonly linkedParts: (itemId: string, version: number, parts: readonly Part[]) => Promise<readonly Part[]>;
  /** Key of the content hashes (32 bytes, derived from the installation's secret). */
  readonly contentHashKey: Buffer;
  /** Submissions that may be under way at once; more are refused with 503. */
  readonly capacity?: number;
  /** Told of every recorded decision, for metrics. */
  readonly observe?: (decision: ProposedDecision) => void;
}

export interface Submitter {
  readonly apiKeyId: string | null;
  readonly actor: AuditActor;
}

/** How long a result that came too late for its caller waits for the continuation job, ms. */
const lateKeptMs = 60_000;
/** How often an item is decided again because the configuration changed under it. */
const configurationRetries = 2;

/** How long somebody waits for a decision: what has come of it by then. */
type Patience = (running: RunningDecision) => Promise<ItemVerdict>;
const toTheEnd: Patience = (running) => running.result;

/** Takes items in, has them decided, and records what came of it. */
export class ItemService {
  readonly #dependencies: ItemServiceDependencies;
  readonly #underWay = new SubmissionsUnderWay();
  /** Decisions that outlived their deadline, by item version: the continuation job of this process takes them up. */
  readonly #late = new Map<string, Promise<ItemVerdict>>();
  #inFlight = 0;

  constructor(dependencies: ItemServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws ProblemError 409 for an idempotency key used with another body, 503 over capacity */
  async submit(submission: ItemSubmission, submitter: Submitter, headerKey?: string): Promise<SubmissionAnswer> {
    const key = submission.idempotencyKey ?? headerKey;
    const work = async (idempotency?: Work['idempotency']): Promise<SubmissionAnswer> => {
      const content = contentOf(submission);
      await this.#dependencies.checkParts(content.parts, submitter.apiKeyId);
      const { version, contentKey } = this.#newVersion(content);
      return this.#admitted(() =>
        this.#decideAndAnswer(
          {
            itemId: newId(this.#dependencies.clock.now()),
            version: 1,
            change: { kind: 'create', apiKeyId: submitter.apiKeyId, version },
            content,
            apiKeyId: submitter.apiKeyId,
            contentKey,
            actor: submitter.actor,
            attempt: 0,
            startedAt: performance.now(),
            ...(idempotency === undefined ? {} : { idempotency }),
          },
          submission.deadlineMs,
        ),
      );
    };
    if (key === undefined) return work();
    const hash = bodyHash(submission);
    return this.#underWay.share(submitter.apiKeyId, key, hash, async () => {
      const stored = await storedAnswer(this.#dependencies.database, submitter.apiKeyId, key, hash);
      return stored ?? work({ apiKeyId: submitter.apiKeyId, key, bodyHash: hash });
    });
  }

  /** A new version of an item, moderated again. @throws ProblemError 404, 409, 422 */
  async revise(itemId: string, submission: ItemSubmission, submitter: Submitter): Promise<SubmissionAnswer> {
    const item = await this.#own(itemId, submitter);
    if (await hasOpenLegalTask(this.#dependencies.database, itemId)) throw underLegalReview(itemId);
    const content = contentOf(submission);
    if (content.account.id !== item.account_id) {
      throw invalidRequest({
        detail: 'An edit cannot move an item to another account.',
        remedy: 'Keep account.id as it was, or submit a new item.',
        errors: [{ path: 'account.id', message: 'differs from the item’s account' }],
      });
    }
    await this.#dependencies.checkParts(content.parts, submitter.apiKeyId);
    const { version, contentKey } = this.#newVersion(content);
    return this.#admitted(() =>
      this.#decideAndAnswer(
        {
          itemId,
          version: item.version + 1,
          change: { kind: 'revise', version },
          content,
          apiKeyId: submitter.apiKeyId,
          contentKey,
          actor: submitter.actor,
          attempt: 0,
          startedAt: performance.now(),
        },
        submission.deadlineMs,
      ),
    );
  }

  /**
   * Deletes an item: it is shown nowhere any more and needs nobody's review. The content goes at once, unless a version of the item was
   * removed, is suspected or waits for the legal role: then it is kept as evidence.
   * @throws ProblemError 404
   */
  async delete(itemId: string, submitter: Submitter): Promise<void> {
    await this.#own(itemId, submitter);
    await this.#dependencies.database.transaction(async (tx) => {
      const state = (await itemRows.lock(tx, [itemId])).get(itemId);
      if (state === undefined || state.deleted) throw unknownItem(itemId);
      const preserved =
        state.outcome !== 'approve' || (await hasOpenLegalTask(tx, itemId)) || (await wasEverRemoved(tx, itemId));
      const erased = !preserved;
      await markDeleted(tx, itemId, { at: new Date(this.#dependencies.clock.now()), erase: erased });
      if (erased) {
        await eraseDerivedTexts(tx, itemId);
        await releaseItemMedia(tx, itemId, new Date(this.#dependencies.clock.now()));
      }
      await withdrawTasks(tx, [itemId], 'deleted');
      await appendAudit(tx, [
        {
          actor: submitter.actor,
          action: 'item-deleted',
          subject: { kind: 'item', id: itemId },
          details: { version: state.version, contentErased: erased },
        },
      ]);
    });
  }

  /** The continuation job: decides an item version whose answer was a fallback. Does nothing where it is settled already. */
  async continueDeciding(itemId: string, version: number, attempt: number): Promise<void> {
    const { database } = this.#dependencies;
    const late = this.#late.get(`${itemId}:${version}`);
    this.#late.delete(`${itemId}:${version}`);
    const item = await itemById(database, itemId);
    // A job that was killed after its commit comes again: what is no longer held has been decided.
    if (item === undefined || item.deleted_at !== null || item.version !== version || item.outcome !== 'hold') return;
    const stored = await versionOf(database, itemId, version);
    if (stored?.content == null) return;
    const parts = await this.#dependencies.linkedParts(itemId, version, stored.content.parts);
    const work: Work = {
      itemId,
      version,
      change: { kind: 'none' },
      content: { ...stored.content, parts: [...parts] },
      apiKeyId: item.api_key_id,
      contentKey: stored.content_key,
      actor: systemActor,
      attempt,
      startedAt: performance.now(),
    };
    const verdict = await (late ?? this.#start(work, await this.#dependencies.setups.current()).result);
    await this.#record(work, verdict, configurationRetries, toTheEnd);
  }

  /** Resolves when no decision of this process is under way any more. */
  async settled(): Promise<void> {
    while (this.#inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.allSettled(this.#late.values());
    await this.#dependencies.writer.settled();
  }

  async #own(itemId: string, { apiKeyId }: Submitter): Promise<ItemRow> {
    const item = await itemById(this.#dependencies.database, itemId);
    if (item === undefined || item.deleted_at !== null || item.api_key_id !== apiKeyId) throw unknownItem(itemId);
    return item;
  }

  #newVersion(content: ItemContent): { version: NewVersion; contentKey: Buffer | null } {
    const text = textOf(content);
    const contentKey = contentKeyOf(this.#dependencies.contentHashKey, text);
    const createdAt = new Date(this.#dependencies.clock.now());
    return {
      contentKey,
      version: { content, contentKey, createdAt, excerpt: excerptOf(text), searchText: searchTextOf(content, text) },
    };
  }

  /** Admission: over capacity nothing is taken in, rather than everything slowly. */
  async #admitted<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inFlight >= (this.#dependencies.capacity ?? 2_000)) {
      throw unavailable({
        detail: 'More submissions are under way than this server takes at once; nothing of this one was kept.',
        remedy: 'Try again after the time in Retry-After.',
        retryAfterSeconds: 1,
      });
    }
    this.#inFlight += 1;
    try {
      return await run();
    } finally {
      this.#inFlight -= 1;
    }
  }

  #start(work: Work, setup: DecisionSetup, files?: ReadonlyMap<string, PartFile>): RunningDecision {
    return this.#dependencies.decider(setup, {
      ...(files === undefined ? {} : { files }),
      itemId: work.itemId,
      version: work.version,
      content: work.content,
      contentKey: work.contentKey?.toString('hex') ?? null,
      apiKeyId: work.apiKeyId,
      lastAttempt: isLastAttempt(work.attempt),
    });
  }

  async #decideAndAnswer(work: Work, deadlineMs: number | undefined): Promise<SubmissionAnswer> {
    const setup = await this.#dependencies.setups.current();
    if (deadlineMs === 0) {
      const accepted = unlooked(setup, { ...work, contentKey: null, lastAttempt: false });
      return this.#answer(work, await this.#record(work, accepted, 0, toTheEnd));
    }
    const wait: Patience = (running) => this.#withinDeadline(work, running, deadlineMs ?? setup.policy.deadlineMs);
    const verdict = await wait(this.#start(work, setup));
    return this.#answer(work, await this.#record(work, verdict, configurationRetries, wait));
  }

  async #withinDeadline(work: Work, running: RunningDecision, deadlineMs: number): Promise<ItemVerdict> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'deadline'>((resolve) => {
      timer = setTimeout(() => resolve('deadline'), Math.max(1, deadlineMs - (performance.now() - work.startedAt)));
    });
    try {
      const first = await Promise.race([running.result, deadline]);
      if (first !== 'deadline') return first;
    } finally {
      clearTimeout(timer);
    }
    const name = `${work.itemId}:${work.version}`;
    this.#late.set(name, running.result);
    // Should the job run in another process, or the decision fail, nobody comes for this promise.
    const forget = () => this.#late.delete(name);
    void running.result.then(() => setTimeout(forget, lateKeptMs).unref(), forget);
    return running.interrupted('deadline');
  }

  /**
   * Commits a verdict; decides again where the configuration has moved on, for as long as `wait` does, and holds the item where it will not
   * stand still.
   */
  async #record(
    work: Work,
    verdict: ItemVerdict,
    retriesLeft: number,
    wait: Patience,
  ): Promise<{ commit: DecisionCommit; result: CommitResult; verdict: ItemVerdict }> {
    const commit = commitOf(work, verdict, {
      now: this.#dependencies.clock.now(),
      latencyMs: performance.now() - work.startedAt,
    });
    const result = await this.#dependencies.writer.commit(commit);
    if (result.kind === 'committed') this.#dependencies.observe?.(result.decision);
    if (result.kind !== 'stale') return { commit, result, verdict };
    const setup = await this.#dependencies.setups.refresh(result.epoch);
    const again = this.#start(work, setup, verdict.files);
    if (retriesLeft > 0) return this.#record(work, await wait(again), retriesLeft - 1, wait);
    await wait(again).catch(() => undefined);
    return this.#record(work, again.interrupted('configuration_changing'), 0, wait);
  }

  async #answer(
    work: Work,
    { commit, result }: { commit: DecisionCommit; result: CommitResult },
  ): Promise<SubmissionAnswer> {
    if (result.kind === 'duplicate' && work.idempotency !== undefined) {
      const { apiKeyId, key, bodyHash: hash } = work.idempotency;
      const stored = await storedAnswer(this.#dependencies.database, apiKeyId, key, hash);
      if (stored !== undefined) return stored;
    }
    if (result.kind === 'unauthorised') throw keyEnded();
    if (result.kind !== 'committed') throw itemMovedOn(work.itemId);
    const { status, answer } = answerTo(work, commit.decision);
    return { status, body: answer };
  }
}
