import type { RgbImage } from '#engine/ports/image-sandbox.ts';

/** For each output sample the first input sample and the weights of it and those that follow, `taps` each; they add up to 1. */
interface AxisWeights {
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

const axisWeights = (samples: number, taps: number): AxisWeights => ({
  taps,
  first: new Int32Array(samples),
  weights: new Float64Array(samples * taps),
});

/** TensorFlow's `resizeBilinear(alignCorners = true)`: the corners of both grids lie on each other. */
const alignCorners = (length: number, samples: number): AxisWeights => {
  const axis = axisWeights(samples, Math.min(2, length));
  const scale = samples > 1 ? (length - 1) / (samples - 1) : length / samples;
  for (let sample = 0; sample < samples; sample += 1) {
    const position = Math.min(sample * scale, length - 1);
    const first = Math.min(Math.floor(position), length - axis.taps);
    axis.first[sample] = first;
    if (axis.taps === 1) axis.weights[sample] = 1;
    else {
      axis.weights[sample * 2] = 1 - (position - first);
      axis.weights[sample * 2 + 1] = position - first;
    }
  }
  return axis;
};

/** A triangle as wide as two input samples, or two output samples where the picture shrinks: Pillow's `BILINEAR`. */
const antialiased = (length: number, samples: number): AxisWeights => {
  const scale = length / samples;
  const reach = Math.max(1, scale);
  const axis = axisWeights(samples, Math.min(length, Math.ceil(2 * reach) + 1));
  const { taps } = axis;
  for (let sample = 0; sample < samples; sample += 1) {
    const centre = (sample + 0.5) * scale;
    const first = Math.min(Math.max(0, Math.floor(centre - reach + 0.5)), length - taps);
    axis.first[sample] = first;
    let sum = 0;
    for (let tap = 0; tap < taps; tap += 1) {
      const weight = Math.max(0, 1 - Math.abs((first + tap - centre + 0.5) / reach));
      axis.weights[sample * taps + tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < taps; tap += 1) axis.weights[sample * taps + tap]! /= sum;
  }
  return axis;
};

const kernels = { align_corners_bilinear: alignCorners, bilinear_antialiased: antialiased } as const;

/** One row of the picture at the new width, into `into`. */
const resampleRow = ({ data, width }: RgbImage, row: number, columns: AxisWeights, into: Float64Array): void => {
  const { taps, first, weights } = columns;
  for (let column = 0; column < first.length; column += 1) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let at = (row * width + first[column]!) * 3;
    for (let tap = column * taps; tap < (column + 1) * taps; tap += 1) {
      const weight = weights[tap]!;
      red += weight * data[at]!;
      green += weight * data[at + 1]!;
      blue += weight * data[at + 2]!;
      at += 3;
    }
    into[column * 3] = red;
    into[column * 3 + 1] = green;
    into[column * 3 + 2] = blue;
  }
};

/** Which output rows an input row takes part in, and with what weight; rows of no weight are never read. */
const usesOfRows = (
  rows: AxisWeights,
): ReadonlyMap<number, readonly { readonly row: number; readonly weight: number }[]> => {
  const uses = new Map<number, { readonly row: number; readonly weight: number }[]>();
  rows.weights.forEach((weight, index) => {
    if (weight === 0) return;
    const row = Math.floor(index / rows.taps);
    const source = rows.first[row]! + (index % rows.taps);
    const users = uses.get(source);
    if (users === undefined) uses.set(source, [{ row, weight }]);
    else users.push({ row, weight });
  });
  return uses;
};

/** The picture at `side` by `side`, aspect not kept; values 0..255 with fractions. Each row is read once at most. */
export const resampleSquare = (
  image: RgbImage,
  side: number,
  resampling: keyof typeof kernels,
): Float32Array<ArrayBuffer> => {
  const columns = kernels[resampling](image.width, side);
  const stride = side * 3;
  const sums = new Float64Array(side * stride);
  const narrow = new Float64Array(stride);
  for (const [source, users] of usesOfRows(kernels[resampling](image.height, side))) {
    resampleRow(image, source, columns, narrow);
    for (const { row, weight } of users) {
      for (let index = 0; index < stride; index += 1) sums[row * stride + index]! += weight * narrow[index]!;
    }
  }
  return Float32Array.from(sums);
};
