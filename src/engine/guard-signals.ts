import type { Part } from '#contracts/item.ts';
import { type DerivedPart, derivedPartId, type Evidence, type Signal } from '#contracts/signal.ts';
import { derivedTextsOf, partsOf } from './item-parts.ts';
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

const pointedAt = ({ context }: DetectorInput, partId: string): Part | undefined =>
  partsOf(context.item).find(({ id }) => id === partId) ??
  derivedTextsOf(context.signals).find(({ id }) => id === partId);

const pointsInside = (evidence: Evidence, input: DetectorInput): boolean => {
  if (evidence.kind !== 'span') return true;
  const part = input.part ?? pointedAt(input, evidence.partId);
  return (
    part !== undefined &&
    part.id === evidence.partId &&
    evidence.start <= evidence.end &&
    (part.kind !== 'text' || evidence.end <= part.text.length)
  );
};

/** Text that can be stored: a label cut in the middle of a surrogate pair must not keep the decision from being recorded. */
const storable = (text: string): string =>
  text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\ufffd');

const storableEvidence = (evidence: Evidence): Evidence =>
  evidence.kind === 'fact' && typeof evidence.value === 'string'
    ? { ...evidence, label: storable(evidence.label), value: storable(evidence.value) }
    : { ...evidence, label: storable(evidence.label) };

const storableAttributes = (attributes: Signal['attributes']): Signal['attributes'] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      storable(name),
      typeof value === 'string' ? storable(value) : value,
    ]),
  );

/** How deep parts may lie in parts: text in a picture is 1, text in a frame of a video 2. */
const deepestDerived = 2;
const maximumDerived = 50;

/** Only what was found inside this very part, under an id that no part from outside can have. */
const soundDerived = (part: Part, derived: readonly DerivedPart[]): DerivedPart[] =>
  derived
    .filter(
      ({ id, fromPartId, depth }) =>
        fromPartId === part.id && id.startsWith(derivedPartId(part.id, '')) && depth <= deepestDerived,
    )
    .slice(0, maximumDerived)
    .map((found) => (found.text === undefined ? found : { ...found, text: storable(found.text) }));

const guardOne = (detector: Detector, input: DetectorInput, signal: Signal, durationMs: number): Signal => {
  const valid = Object.values(signal.scores).every(isProbability);
  if (!valid) return unavailableSignals(detector, [input], 'error: a score outside 0..1', durationMs)[0]!;
  return {
    ...signal,
    // A detector speaks for itself only.
    detector: detector.id,
    version: detector.version,
    layer: detector.layer,
    ...(input.part === undefined ? {} : { partId: input.part.id }),
    ...(signal.reason === undefined ? {} : { reason: storable(signal.reason) }),
    attributes: storableAttributes(signal.attributes),
    evidence: signal.evidence.filter((evidence) => pointsInside(evidence, input)).map(storableEvidence),
    ...(signal.derivedParts === undefined || input.part === undefined
      ? {}
      : { derivedParts: soundDerived(input.part, signal.derivedParts) }),
    durationMs: signal.durationMs > 0 ? signal.durationMs : durationMs,
  };
};

/** Holds a detector's answer to the port's contract: one signal per input, scores within 0..1, evidence inside the part, texts that can be stored. */
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
