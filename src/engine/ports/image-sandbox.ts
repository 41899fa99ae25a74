import type { ImageFacts } from '#contracts/media.ts';

/** Pixels as three bytes each (red, green, blue), row by row from the top left; upright, alpha laid over white. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How a consumer wants to see a picture. What is computed from full-size pixels is computed where they are decoded. */
export type ImageView =
  /** At most `maximumSide` pixels wide and high, aspect kept, never enlarged. A still picture with transparency comes over black as well, second. */
  | { readonly kind: 'rgb'; readonly maximumSide: number }
  /** Exactly `side` by `side`, aspect not kept, from the full-size pixels. `align_corners_bilinear` is TensorFlow's. */
  | {
      readonly kind: 'square';
      readonly side: number;
      readonly resampling: 'align_corners_bilinear' | 'bilinear_antialiased';
    }
  /** Encoded anew, without any metadata: for people and for language models. */
  | { readonly kind: 'jpeg' | 'webp'; readonly maximumSide: number; readonly quality: number };

export interface EncodedImage {
  readonly type: 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One view of each frame that is looked at (see `ImageFacts.hashes`); a still picture has one. `square` keeps fractions: values 0..255. */
export type ViewOf<View extends ImageView> = View extends { kind: 'jpeg' | 'webp' }
  ? EncodedImage
  : View extends { kind: 'square' }
    ? { readonly width: number; readonly height: number; readonly data: Float32Array }
    : RgbImage;

/** Why a file cannot be looked at. Never the decoder's own words alone: they may quote the file. */
export const imageFaults = [
  'not_an_image',
  'unsupported_type',
  'too_many_bytes',
  'too_many_pixels',
  'too_many_frames',
  'corrupt',
  'timeout',
  'out_of_memory',
  'crashed',
  'overloaded',
  'closed',
] as const;
export type ImageFault = (typeof imageFaults)[number];

/** A file that could not be looked at. `retryable` where it may go well another time (`overloaded`, `closed`). */
export class ImageFaultError extends Error {
  override readonly name = 'ImageFaultError';
  readonly fault: ImageFault;
  readonly retryable: boolean;

  constructor(fault: ImageFault, message: string) {
    super(message);
    this.fault = fault;
    this.retryable = fault === 'overloaded' || fault === 'closed';
  }
}

/** What the sender says of the file, to be compared with what it is. */
export interface ClaimedFile {
  readonly fileName?: string;
  readonly contentType?: string;
}

/**
 * Looks at hostile files in a process of its own, with limits of time and memory. A file that breaks the decoder costs that process only.
 * Every method rejects with ImageFaultError, and with the abort signal's reason when aborted.
 */
export interface ImageSandbox {
  /** Type, size, hashes, claims and signs of a file of at most `maximumBytes`. */
  examine(file: Uint8Array, claimed?: ClaimedFile, abort?: AbortSignal): Promise<ImageFacts>;
  /** The looked-at frames of the file in one view, in order; the first only for encoded views. */
  view<View extends ImageView>(file: Uint8Array, view: View, abort?: AbortSignal): Promise<readonly ViewOf<View>[]>;
  close(): Promise<void>;
}

/** The same views of a picture that is stored already, by its SHA-256. Detectors and judges get this. */
export interface StoredImages {
  view<View extends ImageView>(sha256: string, view: View, abort?: AbortSignal): Promise<readonly ViewOf<View>[]>;
}
