import type { ImageView } from '#engine/ports/image-sandbox.ts';
import type { FloatTensor } from '../../inference/session.ts';

const SIDE = 224;
const PIXELS = SIDE * SIDE;

/** What nsfwjs does to a picture: TensorFlow's bilinear resize with aligned corners from full-size pixels (`infer` in its core.ts). */
export const firstView = {
  kind: 'square',
  side: SIDE,
  resampling: 'align_corners_bilinear',
} as const satisfies ImageView;

/** Pixels of `firstView` as planes of red, green and blue, 0..1. */
export const firstInput = (pixels: Float32Array): FloatTensor => {
  const data = new Float32Array(3 * PIXELS);
  for (let pixel = 0; pixel < PIXELS; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      data[channel * PIXELS + pixel] = pixels[pixel * 3 + channel]! / 255;
    }
  }
  return { dims: [1, 3, SIDE, SIDE], data };
};

const WIDE = 256;
const MARGIN = (WIDE - SIDE) / 2;
/** Mean of blue, green and red over ImageNet, which open_nsfw was trained with. */
const MEANS = [104, 117, 123] as const;

/** What open_nsfw does to a picture (classify_nsfw.py of yahoo/open_nsfw), but for a passage through JPEG, which is left out. */
export const secondView = {
  kind: 'square',
  side: WIDE,
  resampling: 'bilinear_antialiased',
} as const satisfies ImageView;

/** The middle of `secondView` as blue, green, red per pixel, each less its mean. */
export const secondInput = (pixels: Float32Array): FloatTensor => {
  const data = new Float32Array(3 * PIXELS);
  for (let row = 0; row < SIDE; row += 1) {
    const from = ((row + MARGIN) * WIDE + MARGIN) * 3;
    for (let column = 0; column < SIDE; column += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        data[(row * SIDE + column) * 3 + channel] = pixels[from + column * 3 + 2 - channel]! - MEANS[channel]!;
      }
    }
  }
  return { dims: [1, SIDE, SIDE, 3], data };
};
