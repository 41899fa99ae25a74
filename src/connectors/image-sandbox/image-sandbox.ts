import {
  type ClaimedFile,
  ImageFaultError,
  type ImageSandbox,
  type ImageView,
  type ViewOf,
} from '#engine/ports/image-sandbox.ts';
import { checkView } from './check-view.ts';
import { DecoderPool, type DecoderPoolOptions } from './decoder-pool.ts';
import type { DecoderReply } from './decoder-process.ts';
import { defaultImageLimits, type ImageLimits } from './limits.ts';

export interface ImageSandboxOptions {
  readonly limits?: Partial<ImageLimits>;
  /** Decoder processes, started when they are needed first and kept; 1 unless given. */
  readonly processes?: number;
  /** For one file, from when it has a process; 10 seconds unless given. */
  readonly timeoutMs?: number;
  /** Resident memory of a process, bytes; 768 MiB unless given. */
  readonly maximumMemoryBytes?: number;
  /** Files that may wait for a process, and their bytes together; 64 and 256 MiB unless given. Others are refused as `overloaded`. */
  readonly maximumWaiting?: number;
  readonly maximumWaitingBytes?: number;
  /** A process is replaced after as many files, so that whatever one of them left behind does not last; 500 unless given. */
  readonly jobsPerProcess?: number;
}

/** `ImageSandbox`, and what its owner can ask beside. */
export interface ProcessImageSandbox extends ImageSandbox {
  /** Starts a process, so that the first file does not wait for it. @throws ImageFaultError `crashed` where none can be started. */
  open(): Promise<void>;
  /** Ids of the processes that are running. */
  processIds(): readonly number[];
}

const mebibyte = 1024 * 1024;

const poolOptions = (options: ImageSandboxOptions): DecoderPoolOptions => ({
  limits: { ...defaultImageLimits, ...options.limits },
  processes: options.processes ?? 1,
  timeoutMs: options.timeoutMs ?? 10_000,
  maximumMemoryBytes: options.maximumMemoryBytes ?? 768 * mebibyte,
  maximumWaiting: options.maximumWaiting ?? 64,
  maximumWaitingBytes: options.maximumWaitingBytes ?? 256 * mebibyte,
  jobsPerProcess: options.jobsPerProcess ?? 500,
});

const unexpected = (): ImageFaultError =>
  new ImageFaultError('crashed', 'The decoder answered another question than it was asked.');

/** The frames' bytes, which follow each other. Every length is checked against what the view must have. */
const imagesOf = <View extends ImageView>({ answer, body }: DecoderReply, view: View): readonly ViewOf<View>[] => {
  if (answer.kind !== 'images') throw unexpected();
  let offset = 0;
  return answer.images.map(({ width, height, bytes }) => {
    const data = body.subarray(offset, offset + bytes);
    offset += bytes;
    if (data.length !== bytes) throw unexpected();
    const asked: ImageView = view;
    if (asked.kind === 'rgb') {
      if (bytes !== width * height * 3) throw unexpected();
      return { width, height, data } as ViewOf<View>;
    }
    if (asked.kind === 'square') {
      if (width !== asked.side || height !== asked.side || bytes !== width * height * 12) throw unexpected();
      return { width, height, data: new Float32Array(body.buffer, data.byteOffset, bytes / 4) } as ViewOf<View>;
    }
    return { type: `image/${asked.kind}`, width, height, data } as ViewOf<View>;
  });
};

/** Only what is compared leaves for the decoder, and not more of it than names are long. */
const shortClaims = ({ fileName, contentType }: ClaimedFile): ClaimedFile => ({
  ...(fileName === undefined ? {} : { fileName: fileName.slice(-255) }),
  ...(contentType === undefined ? {} : { contentType: contentType.slice(0, 255) }),
});

/** Decodes in processes of its own (docs/adr/0012-sharp-for-decoding.md). */
export const createImageSandbox = (options: ImageSandboxOptions = {}): ProcessImageSandbox => {
  const pool = new DecoderPool(poolOptions(options));
  return {
    open: () => pool.open(),
    processIds: () => pool.processIds(),
    close: () => pool.close(),
    async examine(file, claimed = {}, abort) {
      const { answer } = await pool.run({ kind: 'examine', claimed: shortClaims(claimed) }, file, abort);
      if (answer.kind !== 'facts' || answer.facts.bytes !== file.length) throw unexpected();
      return answer.facts;
    },
    async view(file, view, abort) {
      return imagesOf(await pool.run({ kind: 'view', view: checkView(view) }, file, abort), view);
    },
  };
};
