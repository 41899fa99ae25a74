import { fileURLToPath } from 'node:url';
import type { Detector } from '#engine/ports/detector.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { InferenceError } from '../../inference/errors.ts';
import { readImageModelManifest } from '../../inference/image-model-files.ts';
import { InferenceProcess, type InferenceProcessOptions } from '../../inference/inference-process.ts';
import { type Finding, type Picture, signalOfPicture } from '../image-signal.ts';
import { findingOf } from './text-finding.ts';
import type { TextAnswer, TextRequest, TextWorkerSettings } from './worker-protocol.ts';

export interface ImageTextOptions {
  readonly images: StoredImages;
  /** Told of crashes and of a model that cannot be used; the error says what to do. */
  readonly onProblem?: (problem: InferenceError) => void;
  /** `model.json` of the networks; those that ship unless set. */
  readonly manifest?: string;
  /** Settings of the process that only tests change. */
  readonly inference?: Partial<Pick<InferenceProcessOptions, 'maximumWaiting' | 'jobTimeoutMs' | 'workerFile'>>;
}

/** Larger pictures are looked at in this size: letters of 13 pixels in it are read, and finding lines takes 0.1 to 0.2 s. */
const view = { kind: 'rgb', maximumSide: 960 } as const;

const shipped = (): string => fileURLToPath(new URL('../../../../models/image-text/model.json', import.meta.url));

/**
 * The text in a picture, found and read by PP-OCRv4's networks in a process of their own, as a derived text part with the place of every line. It
 * judges nothing: the text runs through the text layers.
 *
 * Attributes: `text_lines`, `text_characters`, with text `text_confidence` (0..1), for animations `text_frames` (frames that differ and were
 * read), and `text_truncated` where there was more than is read: what is left is a derived part without text, which nobody has looked at. Throws `ModelFileError` if the manifest cannot be read; networks that do
 * not match their checksums make every signal `unavailable`.
 */
export const createImageTextDetector = (options: ImageTextOptions): Detector => {
  const settings: TextWorkerSettings = { manifest: options.manifest ?? shipped() };
  const { detector: id, version } = readImageModelManifest(settings.manifest);
  const inference = new InferenceProcess<TextRequest, TextAnswer>({
    workerFile: new URL('./text-worker.ts', import.meta.url),
    settings,
    maximumWaiting: 128,
    jobTimeoutMs: 30_000,
    // Below everything that answers requests: looking at pictures takes a core for long.
    niceness: 5,
    onProblem: options.onProblem ?? (() => {}),
    ...options.inference,
  });

  const look = async ({ partId, sha256 }: Picture, abort: AbortSignal): Promise<Finding> => {
    const frames = await options.images.view(sha256, view, abort);
    const bytes = frames.reduce((sum, { data }) => sum + data.byteLength, 0);
    return findingOf(await inference.run({ frames }, bytes, abort), partId);
  };

  const speaker = { detector: id, version, layer: 2 } as const;
  return {
    id,
    version,
    layer: 2,
    scope: 'part',
    kinds: ['image'],
    judges: [],
    deterministic: true,
    reuse: 'content',
    timeoutMs: 20_000,
    costUsd: 0,
    open: () => inference.open(),
    close: () => inference.close(),
    detect: (inputs, abort) =>
      Promise.all(inputs.map((input) => signalOfPicture(speaker, input, abort, (picture) => look(picture, abort)))),
  };
};
