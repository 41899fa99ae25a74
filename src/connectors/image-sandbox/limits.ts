/** What a picture may cost. Sizes in bytes, times in milliseconds. */
export interface ImageLimits {
  /** Of the whole file. */
  readonly maximumBytes: number;
  /** Of one frame, by the file's header: looked at before anything is decoded. */
  readonly maximumPixels: number;
  /** Of all frames together. */
  readonly maximumTotalPixels: number;
  /** Animations of more frames are refused. */
  readonly maximumFrames: number;
}

export const defaultImageLimits: ImageLimits = {
  maximumBytes: 25 * 1024 * 1024,
  maximumPixels: 50_000_000,
  maximumTotalPixels: 500_000_000,
  maximumFrames: 1_000,
};

/** Frames that are looked at, at most. */
export const mostFrames = 16;

/** All frames of an animation of up to 16, else 16 evenly spread ones, the first and the last among them. */
export const evenlySpread = (frames: number): readonly number[] => {
  if (frames <= mostFrames) return Array.from({ length: frames }, (_, index) => index);
  return Array.from({ length: mostFrames }, (_, index) => Math.round((index * (frames - 1)) / (mostFrames - 1)));
};

/** Answers over this are refused by the decoder and by the one who asked. */
export const maximumAnswerBytes = 768 * 1024 * 1024;
