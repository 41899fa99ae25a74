import { hashesOfOrientations, lowFrequencies, type PdqOrientation, pdqOrientations } from './frequency-bits.ts';
import { formatHash256, type Hash256, hash256Words } from './hash256.ts';
import { gridSide, luminanceGrid, type RgbPicture } from './luminance-grid.ts';

export { type PdqOrientation, pdqOrientations, type RgbPicture };

/** Two pictures are taken for the same where their hashes differ in at most this many of 256 bits. */
export const pdqMatchDistance = 31;
/** A hash of lower quality than this says too little about its picture, and is neither stored nor looked up. */
export const pdqMinimumQuality = 50;
/** Pictures narrower or lower than this have no hash: all bits zero, quality 0. */
const smallestSide = 5;

export interface PdqHash {
  readonly bits: Hash256;
  /** `bits` as 64 lower-case hex digits. */
  readonly hex: string;
  /** 0 (flat) to 100; see `pdqMinimumQuality`. */
  readonly quality: number;
  /** The hash of the picture turned and mirrored, `original` being `bits`. */
  readonly orientations: Readonly<Record<PdqOrientation, Hash256>>;
}

/** Pixels that do not make the picture that is claimed. */
export class PictureShapeError extends Error {
  override readonly name = 'PictureShapeError';
}

const refuseWrongShape = ({ data, width, height }: RgbPicture): void => {
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
    throw new PictureShapeError(
      `A picture of ${width} x ${height} pixels cannot be: both sides are whole numbers from 1.`,
    );
  }
  if (data.length !== width * height * 3) {
    throw new PictureShapeError(
      `${width} x ${height} RGB pixels are ${width * height * 3} bytes; these are ${data.length}. Decode to three channels of 8 bits.`,
    );
  }
};

/** Differences between neighbours in whole hundredths of the range, so that faint ones do not count; scaled as the reference does. */
const qualityOf = (grid: Float64Array): number => {
  let gradients = 0;
  for (let row = 0; row < gridSide; row += 1) {
    for (let column = 0; column < gridSide; column += 1) {
      const at = row * gridSide + column;
      if (row < gridSide - 1) gradients += Math.abs(Math.trunc(((grid[at]! - grid[at + gridSide]!) * 100) / 255));
      if (column < gridSide - 1) gradients += Math.abs(Math.trunc(((grid[at]! - grid[at + 1]!) * 100) / 255));
    }
  }
  return Math.min(100, Math.floor(gradients / 90));
};

const blank = (): Hash256 => new Uint32Array(hash256Words);

/**
 * PDQ, Meta's perceptual hash: a picture that was re-encoded, resized or slightly retouched keeps most of its 256 bits. Luminance is sampled
 * at 64 x 64 through a tent filter, and a bit is set for each of 256 low frequencies that is above their median. Source: "The TMK+PDQF
 * Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019).
 *
 * Where ports differ: the C++ tool first takes every n-th pixel of a picture over 512 pixels; this filters all of them, as the paper has it.
 *
 * @throws PictureShapeError where the bytes are not `width * height * 3`.
 */
export const pdqHash = (picture: RgbPicture): PdqHash => {
  refuseWrongShape(picture);
  if (picture.width < smallestSide || picture.height < smallestSide) {
    const bits = blank();
    const orientations = {
      original: bits,
      rotate90: blank(),
      rotate180: blank(),
      rotate270: blank(),
      flipX: blank(),
      flipY: blank(),
      flipPlus1: blank(),
      flipMinus1: blank(),
    };
    return { bits, hex: formatHash256(bits), quality: 0, orientations };
  }
  const grid = luminanceGrid(picture);
  const orientations = hashesOfOrientations(lowFrequencies(grid));
  const bits = orientations.original;
  return { bits, hex: formatHash256(bits), quality: qualityOf(grid), orientations };
};
