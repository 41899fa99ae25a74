import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import type { ClaimedFile, ImageSandbox, StoredImages } from '#engine/ports/image-sandbox.ts';

/** A picture in memory, until it is released. */
export interface HeldImage {
  readonly file: Extract<PartFile, { status: 'ok' }>;
  /** To be called once nobody looks at it any more. */
  release(): void;
}

/** Pictures as detectors get them: those in memory for as long as somebody holds them, and those that are stored. */
export interface ImagesInUse extends StoredImages {
  /** Looks at a file and keeps it until it is released. @throws ImageFaultError */
  hold(mediaId: string, bytes: Uint8Array, claimed?: ClaimedFile, abort?: AbortSignal): Promise<HeldImage>;
}

export const composeImages = (sandbox: ImageSandbox, stored: StoredImages): ImagesInUse =>
  new LoadedImages(sandbox, stored);
