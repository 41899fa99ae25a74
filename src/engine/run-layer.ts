import type { Part } from '#contracts/item.ts';
import type { Layer, Signal } from '#contracts/signal.ts';
import { guardSignals, unavailableSignals } from './guard-signals.ts';
import { derivedTextsOf, partsOf } from './item-parts.ts';
import type { Detector, DetectorContext, DetectorInput } from './ports/detector.ts';

/** What the engine needs of the outside world: a stopwatch and timers, passed in so that it owns neither. */
export interface EngineEnvironment {
  /** Monotonic milliseconds. */
  elapsed(): number;
  /** Calls back after the time; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
  /** Resolves when it is this work's turn: before long work, so that others are not kept waiting for all of it. At once where absent. */
  turn?(): Promise<void>;
}

const inputsFor = (detector: Detector, parts: readonly Part[], context: DetectorContext): readonly DetectorInput[] => {
  if (detector.scope === 'item') return [{ context }];
  return parts.filter((part) => detector.kinds.includes(part.kind)).map((part) => ({ part, context }));
};

/** Characters that a detector gets at once, unless one part alone has more. A post of ordinary length, or with four pictures, is not above. */
const sliceCharacters = 20_000;

/** What a picture counts for beside text: a few of them are as much as a detector gets at once. */
const pictureLength = 5_000;

const lengthOf = ({ part }: DetectorInput): number => {
  if (part === undefined) return 0;
  return part.kind === 'text' ? part.text.length : pictureLength;
};

/** Consecutive inputs together, as long as they are short enough. */
const slicesOf = (inputs: readonly DetectorInput[]): DetectorInput[][] => {
  const slices: DetectorInput[][] = [];
  let characters = 0;
  for (const input of inputs) {
    const last = slices.at(-1);
    const length = lengthOf(input);
    if (last !== undefined && characters + length <= sliceCharacters) {
      last.push(input);
      characters += length;
    } else {
      slices.push([input]);
      characters = length;
    }
  }
  return slices;
};

/** Long content goes to the detector in slices, each in its own turn and with the whole time-out; after one of them is over, no more. */
const runDetector = async (
  detector: Detector,
  inputs: readonly DetectorInput[],
  environment: EngineEnvironment,
): Promise<readonly Signal[]> => {
  if (inputs.reduce((sum, input) => sum + lengthOf(input), 0) <= sliceCharacters)
    return (await runSlice(detector, inputs, environment)).signals;
  const signals: Signal[] = [];
  let timedOut = false;
  for (const slice of slicesOf(inputs)) {
    if (timedOut) {
      signals.push(...unavailableSignals(detector, slice, 'timeout of an earlier part', 0));
      continue;
    }
    await environment.turn?.();
    const ran = await runSlice(detector, slice, environment);
    signals.push(...ran.signals);
    timedOut = ran.timedOut;
  }
  return signals;
};

interface Ran {
  readonly signals: readonly Signal[];
  readonly timedOut: boolean;
}

const runSlice = async (
  detector: Detector,
  inputs: readonly DetectorInput[],
  environment: EngineEnvironment,
): Promise<Ran> => {
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
    if (answer === 'timeout') {
      const reason = `timeout after ${detector.timeoutMs} ms`;
      return { signals: unavailableSignals(detector, inputs, reason, duration), timedOut: true };
    }
    return { signals: guardSignals(detector, inputs, answer, duration), timedOut: false };
  } catch (error) {
    const reason = `error: ${error instanceof Error ? error.name : 'unknown'}`;
    return {
      signals: unavailableSignals(detector, inputs, reason, environment.elapsed() - started),
      timedOut: false,
    };
  } finally {
    cancel?.();
  }
};

/** Long enough for parts within parts; what a detector finds deeper is left out by the guard. */
const derivedRounds = 2;

/**
 * Runs one layer's detectors side by side, then those that want to see the others' signals. Parts found inside others (text in a picture)
 * go through the part detectors of this layer and of those before it, in between. Never throws: failures are signals.
 */
export const runLayer = async (
  layer: Layer,
  detectors: readonly Detector[],
  context: DetectorContext,
  environment: EngineEnvironment,
  onSignal?: (signal: Signal) => void,
): Promise<readonly Signal[]> => {
  const wave = async (
    members: readonly Detector[],
    parts: readonly Part[],
    seen: readonly Signal[],
  ): Promise<readonly Signal[]> => {
    const runs = members.map(async (detector) => {
      const inputs = inputsFor(detector, parts, { ...context, signals: seen });
      if (inputs.length === 0) return [];
      const signals = await runDetector(detector, inputs, environment);
      if (onSignal !== undefined) for (const signal of signals) onSignal(signal);
      return signals;
    });
    return (await Promise.all(runs)).flat();
  };
  const ofLayer = detectors.filter((detector) => detector.layer === layer);
  const parts = partsOf(context.item);
  const signals: Signal[] = [
    ...(await wave(
      ofLayer.filter(({ needsSignals }) => needsSignals !== true),
      parts,
      context.signals,
    )),
  ];
  let derived: readonly Part[] = derivedTextsOf(signals);
  for (let round = 0; derived.length > 0 && round < derivedRounds; round += 1) {
    const readers = detectors.filter(
      (detector) => detector.scope === 'part' && detector.layer <= layer && detector.needsSignals !== true,
    );
    const found = await wave(readers, derived, [...context.signals, ...signals]);
    signals.push(...found);
    derived = derivedTextsOf(found);
  }
  const last = await wave(
    ofLayer.filter(({ needsSignals }) => needsSignals === true),
    parts,
    [...context.signals, ...signals],
  );
  return [...signals, ...last];
};
