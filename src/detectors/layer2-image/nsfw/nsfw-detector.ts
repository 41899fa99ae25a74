import { fileURLToPath } from 'node:url';
import type { Signal } from '#contracts/signal.ts';
import type { Detector } from '#engine/ports/detector.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { InferenceError } from '../../inference/errors.ts';
import { readImageModelManifest } from '../../inference/image-model-files.ts';
import { InferenceProcess, type InferenceProcessOptions } from '../../inference/inference-process.ts';
import { type Finding, type Picture, signalOfPicture } from '../image-signal.ts';
import {
  combinedOpinion,
  explicitness,
  type FirstOpinion,
  firstClasses,
  firstOpinion,
  isAmbiguous,
  secondOpinion,
} from './opinions.ts';
import { firstView, secondView } from './preprocess.ts';
import type { NsfwAnswer, NsfwRequest, NsfwWorkerSettings } from './worker-protocol.ts';

export interface ImageNsfwOptions {
  readonly images: StoredImages;
  /** Told of crashes and of a model that cannot be used; the error says what to do. */
  readonly onProblem?: (problem: InferenceError) => void;
  /** `model.json` of either model; those that ship unless set. */
  readonly firstManifest?: string;
  readonly secondManifest?: string;
  /** Settings of the process that only tests change. */
  readonly inference?: Partial<Pick<InferenceProcessOptions, 'maximumWaiting' | 'jobTimeoutMs' | 'workerFile'>>;
}

const shipped = (model: string): string =>
  fileURLToPath(new URL(`../../../../models/${model}/model.json`, import.meta.url));

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

const bytesOf = (frames: readonly Float32Array[]): number =>
  frames.reduce((sum, { byteLength }) => sum + byteLength, 0);

interface JudgedFrame {
  readonly index: number;
  readonly first: FirstOpinion;
  readonly score: number;
  readonly second?: number;
}

const highest = (frames: readonly JudgedFrame[]): JudgedFrame =>
  frames.reduce((best, frame) => (frame.score > best.score ? frame : best));

const attributesOf = (frame: JudgedFrame, frames: number): Signal['attributes'] => ({
  ...Object.fromEntries(firstClasses.map((name) => [`nsfw_${name}`, round(frame.first[name])])),
  ...(frame.second === undefined ? {} : { nsfw_second_opinion: round(frame.second) }),
  // Which of the frames that were looked at, from 0: the attributes are of that one.
  ...(frames === 1 ? {} : { nsfw_frame: frame.index, nsfw_frames: frames }),
});

/**
 * Sexually explicit pictures, by two small local models in a process of their own: nsfwjs' MobileNet v2 for every frame, and Yahoo's open_nsfw for
 * frames that leave the first in doubt (0.1 up to 0.95). The raw score `sexual` is porn + hentai of the first model, or, in doubt, the mean of
 * both opinions in logits; of several frames the highest. `models/image-nsfw/calibration.json` belongs to it.
 *
 * Attributes, of the frame that counts: `nsfw_porn`, `nsfw_hentai`, `nsfw_sexy`, `nsfw_drawing`, `nsfw_neutral` (sum 1), where asked
 * `nsfw_second_opinion`, and for animations `nsfw_frame` and `nsfw_frames`. Throws `ModelFileError` if a manifest cannot be read; a
 * model that does not match its checksum makes every signal `unavailable`.
 */
export const createImageNsfwDetector = (options: ImageNsfwOptions): Detector => {
  const settings: NsfwWorkerSettings = {
    firstManifest: options.firstManifest ?? shipped('image-nsfw'),
    secondManifest: options.secondManifest ?? shipped('image-opennsfw'),
  };
  const { detector: id, version } = readImageModelManifest(settings.firstManifest);
  const inference = new InferenceProcess<NsfwRequest, NsfwAnswer>({
    workerFile: new URL('./nsfw-worker.ts', import.meta.url),
    settings,
    maximumWaiting: 256,
    jobTimeoutMs: 10_000,
    // Below everything that answers requests: looking at pictures takes a core for long.
    niceness: 5,
    onProblem: options.onProblem ?? (() => {}),
    ...options.inference,
  });

  const ask = async (model: NsfwRequest['model'], frames: readonly Float32Array[], abort: AbortSignal) => {
    const outputs = await inference.run({ model, frames }, bytesOf(frames), abort);
    if (frames.length === 0 || outputs.length !== frames.length) throw new Error('not one answer per frame');
    return outputs;
  };

  const look = async ({ sha256 }: Picture, abort: AbortSignal): Promise<Finding> => {
    const views = await options.images.view(sha256, firstView, abort);
    const outputs = await ask(
      'first',
      views.map(({ data }) => data),
      abort,
    );
    let frames: JudgedFrame[] = outputs.map((output, index) => {
      const first = firstOpinion(output);
      return { index, first, score: explicitness(first) };
    });
    // Where one frame is beyond doubt, the others change nothing.
    if (isAmbiguous(highest(frames).score)) {
      const asked = frames.filter(({ score }) => isAmbiguous(score));
      const secondViews = await options.images.view(sha256, secondView, abort);
      const seconds = await ask(
        'second',
        asked.map(({ index }) => secondViews[index]!.data),
        abort,
      );
      const opinions = new Map(asked.map(({ index }, place) => [index, secondOpinion(seconds[place]!)]));
      frames = frames.map((frame) => {
        const second = opinions.get(frame.index);
        return second === undefined ? frame : { ...frame, second, score: combinedOpinion(frame.score, second) };
      });
    }
    const decisive = highest(frames);
    return { scores: { sexual: round(decisive.score) }, attributes: attributesOf(decisive, frames.length) };
  };

  const speaker = { detector: id, version, layer: 2 } as const;
  return {
    id,
    version,
    layer: 2,
    scope: 'part',
    kinds: ['image'],
    judges: ['sexual'],
    deterministic: true,
    reuse: 'content',
    timeoutMs: 5_000,
    costUsd: 0,
    open: () => inference.open(),
    close: () => inference.close(),
    detect: (inputs, abort) =>
      Promise.all(inputs.map((input) => signalOfPicture(speaker, input, abort, (picture) => look(picture, abort)))),
  };
};
