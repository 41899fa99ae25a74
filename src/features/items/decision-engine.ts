import { performance } from 'node:perf_hooks';
import type { DecisionFacts } from '#contracts/decision.ts';
import type { ItemContent } from '#contracts/item.ts';
import type { Policy } from '#contracts/policy.ts';
import { type Decided, type DecisionObserver, decide, layersOf } from '#engine/decide.ts';
import { partsOf } from '#engine/item-parts.ts';
import type { CalibrationSet } from '#engine/ports/calibration.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import type { EngineEnvironment } from '#engine/run-layer.ts';

/** Everything that decides under one configuration: its policy, the detectors built for it, and their calibrations. */
export interface DecisionSetup {
  readonly epoch: number;
  readonly policy: Policy;
  readonly detectors: readonly Detector[];
  readonly calibrations: CalibrationSet;
}

const waitingForTurn: (() => void)[] = [];

/** One turn a round of the event loop: between two pieces of long work everything else that is ready goes first. */
const giveTurn = (): void => {
  const go = waitingForTurn.shift();
  if (waitingForTurn.length > 0) setImmediate(giveTurn);
  go?.();
};

/** The real stopwatch, timers and turns for the engine. */
export const engineEnvironment: EngineEnvironment = {
  elapsed: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  turn: () =>
    new Promise((resolve) => {
      waitingForTurn.push(resolve);
      if (waitingForTurn.length === 1) setImmediate(giveTurn);
    }),
};

const layersBySetup = new WeakMap<DecisionSetup, DecisionFacts['layers']>();
const layersFor = (setup: DecisionSetup): DecisionFacts['layers'] => {
  const known = layersBySetup.get(setup) ?? layersOf(setup.detectors);
  layersBySetup.set(setup, known);
  return known;
};

/** The facts of a decision, drawn from the item and its circumstances. */
export const factsFor = (
  setup: DecisionSetup,
  content: ItemContent,
  account: DetectorContext['account'],
  draws: Pick<DecisionFacts, 'qualitySampled' | 'lastAttempt'>,
): DecisionFacts => {
  const followers = content.reach?.followers ?? account.followers;
  const views = content.reach?.views;
  return {
    surface: content.surface,
    locale: content.locale ?? null,
    tier: account.tier,
    layers: layersFor(setup),
    reach: followers === undefined && views === undefined ? null : (followers ?? 0) + (views ?? 0),
    partKinds: partsOf(content).map(({ id, kind }) => ({ id, kind })),
    ...draws,
    interrupted: null,
  };
};

/** Decides one item under a setup. */
export const decideItem = (
  setup: DecisionSetup,
  facts: DecisionFacts,
  context: Omit<DetectorContext, 'signals'>,
  observer?: DecisionObserver,
): Promise<Decided> =>
  decide({
    policy: setup.policy,
    detectors: setup.detectors,
    calibrations: setup.calibrations,
    facts,
    context,
    environment: engineEnvironment,
    ...(observer === undefined ? {} : { observer }),
  });
