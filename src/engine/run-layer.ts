import type { ItemContent } from '#contracts/item.ts';
import type { Layer, Signal } from '#contracts/signal.ts';
import { guardSignals, unavailableSignals } from './guard-signals.ts';
import { partsOf } from './item-parts.ts';
import type { Detector, DetectorContext, DetectorInput } from './ports/detector.ts';

/** What the engine needs of the outside world: a stopwatch and timers, passed in so that it owns neither. */
export interface EngineEnvironment {
  /** Monotonic milliseconds. */
  elapsed(): number;
  /** Calls back after the time; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

const inputsFor = (detector: Detector, item: ItemContent, context: DetectorContext): readonly DetectorInput[] => {
  if (detector.scope === 'item') return [{ context }];
  return partsOf(item)
    .filter((part) => detector.kinds.includes(part.kind))
    .map((part) => ({ part, context }));
};

const runDetector = async (
  detector: Detector,
  inputs: readonly DetectorInput[],
  environment: EngineEnvironment,
): Promise<readonly Signal[]> => {
  const started = environment.elapsed();
  const abort = new AbortController();
  let cancel: (() => void) | undefined;
  const timedOut = new Promise<'timeout'>((resolve) => {
    cancel = environment.after(detector.timeoutMs, () => {
      abort.abort();
      resolve('timeout');
    });
  });
  try {
    const answer = await Promise.race([detector.detect(inputs, abort.signal), timedOut]);
    const duration = environment.elapsed() - started;
    if (answer === 'timeout')
      return unavailableSignals(detector, inputs, `timeout after ${detector.timeoutMs} ms`, duration);
    return guardSignals(detector, inputs, answer, duration);
  } catch (error) {
    return unavailableSignals(
      detector,
      inputs,
      `error: ${error instanceof Error ? error.name : 'unknown'}`,
      environment.elapsed() - started,
    );
  } finally {
    cancel?.();
  }
};

/** Runs one layer's detectors side by side, then those that want to see the others' signals. Never throws: failures are signals. */
export const runLayer = async (
  layer: Layer,
  detectors: readonly Detector[],
  context: DetectorContext,
  environment: EngineEnvironment,
  onSignal?: (signal: Signal) => void,
): Promise<readonly Signal[]> => {
  const wave = async (members: readonly Detector[], seen: readonly Signal[]): Promise<readonly Signal[]> => {
    const runs = members.map(async (detector) => {
      const inputs = inputsFor(detector, context.item, { ...context, signals: seen });
      if (inputs.length === 0) return [];
      const signals = await runDetector(detector, inputs, environment);
      if (onSignal !== undefined) for (const signal of signals) onSignal(signal);
      return signals;
    });
    return (await Promise.all(runs)).flat();
  };
  const ofLayer = detectors.filter((detector) => detector.layer === layer);
  const first = await wave(
    ofLayer.filter(({ needsSignals }) => needsSignals !== true),
    context.signals,
  );
  const second = await wave(
    ofLayer.filter(({ needsSignals }) => needsSignals === true),
    [...context.signals, ...first],
  );
  return [...first, ...second];
};
