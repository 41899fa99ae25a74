import type { Evidence, Signal } from '#contracts/signal.ts';
import { partsOf } from './item-parts.ts';
import type { Detector, DetectorInput } from './ports/detector.ts';

/** Signals that say "could not look", one per input. Never a score of zero. */
export const unavailableSignals = (
  detector: Detector,
  inputs: readonly DetectorInput[],
  reason: string,
  durationMs: number,
): readonly Signal[] =>
  inputs.map(({ part }) => ({
    detector: detector.id,
    version: detector.version,
    layer: detector.layer,
    ...(part === undefined ? {} : { partId: part.id }),
    status: 'unavailable',
    reason: reason.slice(0, 400),
    scores: {},
    attributes: {},
    evidence: [],
    durationMs,
    costUsd: 0,
  }));

const isProbability = (value: number): boolean => value >= 0 && value <= 1;

const pointsInside = (evidence: Evidence, input: DetectorInput): boolean => {
  if (evidence.kind !== 'span') return true;
  const part = input.part ?? partsOf(input.context.item).find(({ id }) => id === evidence.partId);
  return (
    part !== undefined &&
    part.id === evidence.partId &&
    evidence.start <= evidence.end &&
    (part.kind !== 'text' || evidence.end <= part.text.length)
  );
};

const guardOne = (detector: Detector, input: DetectorInput, signal: Signal, durationMs: number): Signal => {
  const valid = Object.values(signal.scores).every(isProbability);
  if (!valid) return unavailableSignals(detector, [input], 'error: a score outside 0..1', durationMs)[0]!;
  const sound = signal.evidence.every((evidence) => pointsInside(evidence, input));
  return {
    ...signal,
    // A detector speaks for itself only.
    detector: detector.id,
    version: detector.version,
    layer: detector.layer,
    ...(input.part === undefined ? {} : { partId: input.part.id }),
    evidence: sound ? signal.evidence : signal.evidence.filter((evidence) => pointsInside(evidence, input)),
    durationMs: signal.durationMs > 0 ? signal.durationMs : durationMs,
  };
};

/** Holds a detector's answer to the port's contract: one signal per input, scores within 0..1, evidence inside the part. */
export const guardSignals = (
  detector: Detector,
  inputs: readonly DetectorInput[],
  signals: readonly Signal[],
  durationMs: number,
): readonly Signal[] => {
  if (signals.length !== inputs.length) {
    return unavailableSignals(
      detector,
      inputs,
      `error: ${signals.length} signals for ${inputs.length} inputs`,
      durationMs,
    );
  }
  return signals.map((signal, index) => guardOne(detector, inputs[index]!, signal, durationMs));
};
