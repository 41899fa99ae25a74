import { type Hash256, hash256Words } from './hash256.ts';
import { gridSide } from './luminance-grid.ts';

/** Frequencies kept along each side: 1 to 16. Frequency 0, the mean, is left out. */
const frequencies = 16;
const coefficientCount = frequencies * frequencies;

const cosines = Float64Array.from({ length: frequencies * gridSide }, (_, index) => {
  const frequency = Math.floor(index / gridSide) + 1;
  const sample = index % gridSide;
  return Math.sqrt(2 / gridSide) * Math.cos((Math.PI / (2 * gridSide)) * frequency * (2 * sample + 1));
});

/** The 16 x 16 lowest frequencies but the mean of a 64 x 64 grid (two-dimensional DCT-II), row = vertical frequency. */
export const lowFrequencies = (grid: Float64Array): Float64Array => {
  const vertical = new Float64Array(frequencies * gridSide);
  for (let row = 0; row < frequencies; row += 1) {
    for (let sample = 0; sample < gridSide; sample += 1) {
      const cosine = cosines[row * gridSide + sample]!;
      for (let column = 0; column < gridSide; column += 1) {
        vertical[row * gridSide + column]! += cosine * grid[sample * gridSide + column]!;
      }
    }
  }
  const coefficients = new Float64Array(coefficientCount);
  for (let row = 0; row < frequencies; row += 1) {
    for (let column = 0; column < frequencies; column += 1) {
      let sum = 0;
      for (let sample = 0; sample < gridSide; sample += 1) {
        sum += vertical[row * gridSide + sample]! * cosines[column * gridSide + sample]!;
      }
      coefficients[row * frequencies + column] = sum;
    }
  }
  return coefficients;
};

/** Bit 16 * row + column, counted from the least significant, is set where the coefficient is above the (lower) median. */
const bitsAboveMedian = (coefficients: Float64Array): Hash256 => {
  const median = coefficients.toSorted()[coefficientCount / 2 - 1]!;
  const bits = new Uint32Array(hash256Words);
  for (let bit = 0; bit < coefficientCount; bit += 1) {
    if (coefficients[bit]! > median) bits[hash256Words - 1 - (bit >>> 5)]! |= 1 << (bit & 31);
  }
  return bits;
};

/**
 * The picture as it is, and the seven ways to turn or mirror it by quarters, named as PDQ's reference does. Angles are counter-clockwise;
 * `flipX` swaps top and bottom, `flipY` left and right, `flipPlus1` mirrors at the falling diagonal (rows become columns), `flipMinus1` at
 * the rising one.
 */
export const pdqOrientations = [
  'original',
  'rotate90',
  'rotate180',
  'rotate270',
  'flipX',
  'flipY',
  'flipPlus1',
  'flipMinus1',
] as const;
export type PdqOrientation = (typeof pdqOrientations)[number];

/**
 * What each orientation does to the frequencies. A mirrored axis turns the sign of that axis' odd frequencies, which stand at even places;
 * turning by a quarter, or mirroring at a diagonal, also swaps the axes.
 */
const effects: Readonly<
  Record<PdqOrientation, { readonly rows?: boolean; readonly columns?: boolean; readonly swap?: boolean }>
> = {
  original: {},
  rotate90: { columns: true, swap: true },
  rotate180: { rows: true, columns: true },
  rotate270: { rows: true, swap: true },
  flipX: { rows: true },
  flipY: { columns: true },
  flipPlus1: { swap: true },
  flipMinus1: { rows: true, columns: true, swap: true },
};

/** The hash of the picture in every orientation, from the frequencies of the original. */
export const hashesOfOrientations = (coefficients: Float64Array): Readonly<Record<PdqOrientation, Hash256>> => {
  const oriented = new Float64Array(coefficientCount);
  const hashOf = (orientation: PdqOrientation): Hash256 => {
    const { rows = false, columns = false, swap = false } = effects[orientation];
    for (let row = 0; row < frequencies; row += 1) {
      for (let column = 0; column < frequencies; column += 1) {
        const negative = (rows && row % 2 === 0) !== (columns && column % 2 === 0);
        const value = coefficients[row * frequencies + column]!;
        oriented[swap ? column * frequencies + row : row * frequencies + column] = negative ? -value : value;
      }
    }
    return bitsAboveMedian(oriented);
  };
  return {
    original: hashOf('original'),
    rotate90: hashOf('rotate90'),
    rotate180: hashOf('rotate180'),
    rotate270: hashOf('rotate270'),
    flipX: hashOf('flipX'),
    flipY: hashOf('flipY'),
    flipPlus1: hashOf('flipPlus1'),
    flipMinus1: hashOf('flipMinus1'),
  };
};
