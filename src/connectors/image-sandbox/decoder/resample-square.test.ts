import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { photo } from '../hostile-files.fixture.ts';
import { resampleSquare } from './resample-square.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const greatestDifference = (one: ArrayLike<number>, other: ArrayLike<number>): number => {
  let greatest = 0;
  for (let index = 0; index < one.length; index += 1) {
    greatest = Math.max(greatest, Math.abs(one[index]! - other[index]!));
  }
  return greatest;
};

describe('a picture as a square', () => {
  it.each([
    [300, 200, 224],
    [640, 479, 224],
    [17, 900, 32],
    [1, 1, 8],
    [2, 1, 5],
    [50, 40, 1],
  ])('%i x %i to %i is what TensorFlow makes of it with aligned corners', async (width, height, side) => {
    const data = await photo(width, height).raw().toBuffer();
    const ours = resampleSquare({ data, width, height }, side, 'align_corners_bilinear');
    const pixels = tf.tensor3d(Float32Array.from(data), [height, width, 3]);
    const theirs = await tf.image.resizeBilinear(pixels, [side, side], true).data();
    expect(ours).toHaveLength(theirs.length);
    expect(greatestDifference(ours, theirs)).toBeLessThan(0.01);
  });

  it.each([
    [200, 200, 200],
    [40, 30, 64],
    [900, 17, 64],
    [1, 1, 3],
  ])('%i x %i to %i with antialiasing keeps the mean and the range', async (width, height, side) => {
    const data = await photo(width, height).raw().toBuffer();
    const square = resampleSquare({ data, width, height }, side, 'bilinear_antialiased');
    const mean = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(square) - mean(data))).toBeLessThan(4);
    expect(Math.min(...square)).toBeGreaterThanOrEqual(Math.min(...data) - 0.001);
    expect(Math.max(...square)).toBeLessThanOrEqual(Math.max(...data) + 0.001);
    if (side === width && side === height) expect(greatestDifference(square, data)).toBeLessThan(0.001);
  });
});
