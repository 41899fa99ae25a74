import type { Category } from '#contracts/category.ts';
import type { TextPart } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorContext, DetectorInput } from '#engine/ports/detector.ts';

/** What was found in one text. Without a status it is `ok`. */
export interface TextFindings extends Pick<Signal, 'scores' | 'attributes' | 'evidence'> {
  readonly status?: 'unavailable';
  readonly reason?: string;
}

export interface TextDetectorOptions {
  readonly id: string;
  readonly version: string;
  readonly judges: readonly Category[];
  /** Looks through one text. Deterministic, and of nothing but the text and the item's locale. */
  inspect(part: TextPart, context: DetectorContext, abort: AbortSignal): TextFindings;
}

/** A detector of layer 1 that reads one text at a time, in this thread: what all of them have in common. */
export const createTextDetector = ({ id, version, judges, inspect }: TextDetectorOptions): Detector => {
  const signalOf = ({ part, context }: DetectorInput, abort: AbortSignal): Signal => {
    const base = { detector: id, version, layer: 1, durationMs: 0, costUsd: 0 } as const;
    const empty = { ...base, scores: {}, attributes: {}, evidence: [] };
    if (part?.kind !== 'text') return { ...empty, status: 'not_applicable', reason: 'not a text part' };
    if (abort.aborted) return { ...empty, partId: part.id, status: 'unavailable', reason: 'aborted' };
    const began = performance.now();
    const findings = inspect(part, context, abort);
    return { ...base, partId: part.id, status: 'ok', ...findings, durationMs: performance.now() - began };
  };
  return {
    id,
    version,
    layer: 1,
    scope: 'part',
    kinds: ['text'],
    judges,
    deterministic: true,
    reuse: 'content',
    timeoutMs: 1_000,
    costUsd: 0,
    detect: async (inputs, abort) => inputs.map((input) => signalOf(input, abort)),
  };
};
