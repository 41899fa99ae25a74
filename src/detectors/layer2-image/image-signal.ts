import type { Signal } from '#contracts/signal.ts';
import type { DetectorInput } from '#engine/ports/detector.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { InferenceError } from '../inference/errors.ts';

/** Which detector speaks. */
export type Speaker = Pick<Signal, 'detector' | 'version' | 'layer'>;

/** What a detector found in one picture. */
export type Finding = Pick<Signal, 'scores' | 'attributes'> & Pick<Partial<Signal>, 'derivedParts'>;

/** Where the pixels of a picture are to be had. */
export interface Picture {
  readonly partId: string;
  readonly sha256: string;
}

const reasonOf = (error: unknown, abort: AbortSignal): string => {
  if (error instanceof InferenceError) return `${error.failure}: ${error.message}`;
  if (error instanceof ImageFaultError) return `${error.fault}: the picture could not be decoded`;
  return abort.aborted ? 'aborted: the caller gave up on the picture' : 'error: unexpected';
};

/**
 * Looks at an input's picture. Answers `not_applicable` for what is no picture, and `unavailable` with the reason where the file or its pixels
 * cannot be had or the look fails; never throws.
 */
export const signalOfPicture = async (
  speaker: Speaker,
  { part, context }: DetectorInput,
  abort: AbortSignal,
  look: (picture: Picture) => Promise<Finding>,
): Promise<Signal> => {
  const started = performance.now();
  const common = { ...speaker, ...(part === undefined ? {} : { partId: part.id }), evidence: [], costUsd: 0 };
  const without = (status: 'unavailable' | 'not_applicable', reason: string): Signal => ({
    ...common,
    status,
    reason: reason.slice(0, 400),
    scores: {},
    attributes: {},
    durationMs: performance.now() - started,
  });
  if (part?.kind !== 'image') return without('not_applicable', 'kind: not a picture');
  const file = context.files?.get(part.id);
  if (file === undefined) return without('unavailable', 'file: there is none for this part');
  if (file.status === 'unavailable') return without('unavailable', `file: ${file.reason}`);
  if (abort.aborted) return without('unavailable', 'aborted: the caller gave up before the picture was looked at');
  try {
    const finding = await look({ partId: part.id, sha256: file.facts.sha256 });
    return { ...common, status: 'ok', ...finding, durationMs: performance.now() - started };
  } catch (error) {
    return without('unavailable', reasonOf(error, abort));
  }
};
