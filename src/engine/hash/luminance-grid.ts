import { type AxisFilter, tentFilter } from './tent-filter.ts';

/** A decoded picture: rows from the top, pixels from the left, three bytes a pixel (red, green, blue). */
export interface RgbPicture {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** Samples along each side of the grid. */
export const gridSide = 64;

// Rec. 601 luma in 65,536ths: 0.299, 0.587, 0.114. A pixel's sum stays below 2^24, so integers hold it.
const redShare = 19_595;
const greenShare = 38_470;
const blueShare = 7_471;
const lumaScale = 65_536;

/** One row of pixels, whose first byte is at `base`, as 64 samples of 0 to 255 * 65,536. */
const reduceRow = (
  data: Uint8Array,
  base: number,
  { first, offset, weights }: AxisFilter,
  into: Float64Array,
): void => {
  for (let sample = 0; sample < gridSide; sample += 1) {
    const end = offset[sample + 1]!;
    let at = base + first[sample]! * 3;
    let sum = 0;
    for (let tap = offset[sample]!; tap < end; tap += 1) {
      const luma =
        Math.imul(data[at]!, redShare) + Math.imul(data[at + 1]!, greenShare) + Math.imul(data[at + 2]!, blueShare);
      sum += weights[tap]! * luma;
      at += 3;
    }
    into[sample] = sum;
  }
};

/**
 * The picture's luminance on a grid of 64 x 64, row by row, 0 to 255: every pixel is read about once and nothing of the picture's size is
 * allocated, however large it is.
 */
export const luminanceGrid = ({ data, width, height }: RgbPicture): Float64Array => {
  const columns = tentFilter(width, gridSide);
  const rows = tentFilter(height, gridSide);
  const grid = new Float64Array(gridSide * gridSide);
  const reduced = new Float64Array(gridSide);
  const tapsOf = (sample: number): number => rows.offset[sample + 1]! - rows.offset[sample]!;
  let oldest = 0;
  for (let y = 0; y < height; y += 1) {
    while (oldest < gridSide && rows.first[oldest]! + tapsOf(oldest) <= y) oldest += 1;
    if (oldest === gridSide) break;
    if (rows.first[oldest]! > y) continue;
    reduceRow(data, y * width * 3, columns, reduced);
    for (let sample = oldest; sample < gridSide && rows.first[sample]! <= y; sample += 1) {
      const weight = rows.weights[rows.offset[sample]! + y - rows.first[sample]!]! / lumaScale;
      const base = sample * gridSide;
      for (let column = 0; column < gridSide; column += 1) grid[base + column]! += weight * reduced[column]!;
    }
  }
  return grid;
};
