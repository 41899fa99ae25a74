import type { Part, PartKind } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import { derivedPartsOf } from '#engine/item-parts.ts';
import type { Detector } from '#engine/ports/detector.ts';

/** A part that was to be looked at, with the kind that the sender knows it by: text read in a picture is the picture's. */
export interface LookedAtPart {
  readonly id: string;
  readonly kind: PartKind;
  readonly sentAs: PartKind;
}

/** The parts that were sent, and those that were found in them. */
export const lookedAtParts = (parts: readonly Part[], signals: readonly Signal[]): readonly LookedAtPart[] => {
  const known = new Map<string, LookedAtPart>(parts.map(({ id, kind }) => [id, { id, kind, sentAs: kind }]));
  for (const { id, kind, fromPartId } of derivedPartsOf(signals)) {
    const sentAs = known.get(fromPartId)?.sentAs;
    if (sentAs !== undefined) known.set(id, { id, kind, sentAs });
  }
  return [...known.values()];
};

/**
 * What came of asking a detector about a part. `language`: it does not know the text's language. A signal that is missing, or that does not
 * apply for any other reason, is no answer.
 */
export type LookOutcome = 'ok' | 'language' | 'unavailable';

export const outcomeOf = (signal: Signal | undefined): LookOutcome => {
  if (signal?.status === 'ok') return 'ok';
  return signal?.status === 'not_applicable' && signal.reason?.startsWith('language') === true
    ? 'language'
    : 'unavailable';
};

/** Signals by detector and part, each found at once. */
export const signalIndex = (signals: readonly Signal[]): ((detector: string, partId: string) => Signal | undefined) => {
  const key = (detector: string, partId = ''): string => `${detector}\n${partId}`;
  const byKey = new Map(signals.map((signal) => [key(signal.detector, signal.partId), signal]));
  return (detector, partId) => byKey.get(key(detector, partId)) ?? byKey.get(key(detector));
};

/** The local models that judge texts. */
export const isTextModel = ({ layer, scope, kinds, judges }: Detector): boolean =>
  layer === 2 && scope === 'part' && kinds.includes('text') && judges.length > 0;
