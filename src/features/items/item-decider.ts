import type { DecisionFacts, Verdict } from '#contracts/decision.ts';
import type { ItemContent, Part } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import { type Decided, fallbackVerdict } from '#engine/decide.ts';
import type { AccountFacts, PartFile } from '#engine/ports/detector.ts';
import type { Clock } from '#platform/clock.ts';
import type { CircumstancesQuery, ItemCircumstances } from './circumstances-store.ts';
import { type DecisionSetup, decideItem, factsFor } from './decision-engine.ts';
import { sampleOf } from './item.ts';

export interface DecideRequest {
  readonly itemId: string;
  readonly version: number;
  readonly content: ItemContent;
  readonly contentKey: string | null;
  readonly lastAttempt: boolean;
  /** Whose files the parts may name. */
  readonly apiKeyId: string | null;
  /** Files that were had already, for a decision that is made again. */
  readonly files?: ReadonlyMap<string, PartFile>;
}

/** A verdict with everything that goes on record beside it. */
export interface ItemVerdict {
  readonly verdict: Verdict;
  readonly trace: readonly Signal[];
  readonly facts: DecisionFacts;
  readonly setup: DecisionSetup;
  readonly files: ReadonlyMap<string, PartFile>;
}

/** A decision under way: its result, and what can be said before it is there. */
export interface RunningDecision {
  readonly result: Promise<ItemVerdict>;
  /** The policy's fallback on the signals that have come in so far. */
  interrupted(reason: NonNullable<DecisionFacts['interrupted']>): ItemVerdict;
}

/** Used until the account is known; says of it only what the submission does. */
const unknownAccount = ({ account }: ItemContent): AccountFacts => ({ id: account.id, tier: 'new' });

const fallbackFor = (
  setup: DecisionSetup,
  facts: DecisionFacts,
  trace: readonly Signal[],
  files: ReadonlyMap<string, PartFile>,
): ItemVerdict => ({
  verdict: fallbackVerdict(trace, { policy: setup.policy, facts, calibrations: setup.calibrations }),
  trace,
  facts,
  setup,
  files,
});

const noFiles: ReadonlyMap<string, PartFile> = new Map();

const drawsFor = (setup: DecisionSetup, { itemId, version, lastAttempt }: DecideRequest) => ({
  qualitySampled: sampleOf(itemId, version) < setup.policy.qualitySample,
  lastAttempt,
});

/** The fallback of an asynchronous submission: nothing has been looked at yet. */
export const unlooked = (setup: DecisionSetup, request: DecideRequest): ItemVerdict =>
  fallbackFor(
    setup,
    {
      ...factsFor(setup, request.content, unknownAccount(request.content), drawsFor(setup, request)),
      interrupted: 'asynchronous',
    },
    [],
    noFiles,
  );

/** Starts decisions: circumstances first, then the layers. */
export const createItemDecider = (dependencies: {
  readonly clock: Clock;
  readonly circumstances: (query: CircumstancesQuery) => Promise<ItemCircumstances>;
  /** Files of the parts that have one; never rejects, what cannot be had is said in its place. */
  readonly files: (parts: readonly Part[], apiKeyId: string | null) => Promise<ReadonlyMap<string, PartFile>>;
}) => {
  const { clock, circumstances } = dependencies;

  return (setup: DecisionSetup, request: DecideRequest): RunningDecision => {
    const { content, itemId, contentKey } = request;
    const now = clock.now();
    const seen: Signal[] = [];
    const draws = drawsFor(setup, request);
    let facts = factsFor(setup, content, unknownAccount(content), draws);
    let files = noFiles;

    const run = async (): Promise<ItemVerdict> => {
      if (content.parts.some(({ kind }) => kind !== 'text'))
        files = request.files ?? (await dependencies.files(content.parts, request.apiKeyId));
      const sha256s = [...files.values()].flatMap((file) => (file.status === 'ok' ? [file.facts.sha256] : []));
      const known = await circumstances({ content, contentKey, itemId, now, sha256s });
      facts = factsFor(setup, content, known.account, draws);
      const decided: Decided = await decideItem(
        setup,
        facts,
        { item: content, now, files, ...known },
        { onSignal: (signal) => seen.push(signal) },
      );
      return { ...decided, facts, setup, files };
    };

    return {
      result: run(),
      interrupted: (reason) => fallbackFor(setup, { ...facts, interrupted: reason }, seen.slice(), files),
    };
  };
};
export type ItemDecider = ReturnType<typeof createItemDecider>;
