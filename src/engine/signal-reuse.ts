import type { Part } from '#contracts/item.ts';
import { type DerivedPart, derivedPartId, type Evidence, type Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from './ports/detector.ts';

/** A cache that may forget at any time. */
export interface SignalCache {
  get(key: string): Signal | undefined;
  set(key: string, signal: Signal): void;
}

const retarget = (evidence: Evidence, partId: string): Evidence =>
  'partId' in evidence ? { ...evidence, partId } : evidence;

const rederive = (derived: DerivedPart, partId: string): DerivedPart => ({
  ...derived,
  id: derivedPartId(partId, derived.id.slice(derived.fromPartId.length + 1)),
  fromPartId: partId,
});

const forPart = (signal: Signal, part: Part): Signal => ({
  ...signal,
  partId: part.id,
  evidence: signal.evidence.map((evidence) => retarget(evidence, part.id)),
  ...(signal.derivedParts === undefined
    ? {}
    : { derivedParts: signal.derivedParts.map((derived) => rederive(derived, part.id)) }),
  reused: true,
  durationMs: 0,
  costUsd: 0,
});

/**
 * Wraps a detector so that an identical part gets the signal of the first one. Only for detectors whose signal depends on nothing but the
 * part (`reuse: 'content'`); only `ok` and `not_applicable` signals are kept, since a failure says nothing of the content.
 * @param keyOf a collision-resistant digest of the part's content; undefined where the content is not known
 */
export const withSignalReuse = (
  detector: Detector,
  cache: SignalCache,
  keyOf: (input: DetectorInput) => string | undefined,
): Detector => {
  if (detector.reuse !== 'content' || detector.scope !== 'part') return detector;
  const nameOf = (input: DetectorInput): string | undefined => {
    const key = input.part === undefined ? undefined : keyOf(input);
    return key === undefined ? undefined : `${detector.id}@${detector.version}:${key}`;
  };
  return {
    ...detector,
    async detect(inputs, abort) {
      const names = inputs.map(nameOf);
      const known = names.map((name) => (name === undefined ? undefined : cache.get(name)));
      const open: DetectorInput[] = inputs.filter((_, index) => known[index] === undefined);
      const fresh = open.length === 0 ? [] : [...(await detector.detect(open, abort))];
      if (fresh.length !== open.length) return fresh;
      return inputs.map((input, index) => {
        const found = known[index];
        if (found !== undefined && input.part !== undefined) return forPart(found, input.part);
        const signal = fresh.shift()!;
        const name = names[index];
        if (name !== undefined && signal.status !== 'unavailable') cache.set(name, signal);
        return signal;
      });
    },
  };
};
