import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { luminanceGrid, type RgbPicture } from './luminance-grid.ts';
import { tentFilter } from './tent-filter.ts';

/** A box filter over a line as the description has it: the mean of what the box covers of the line. */
const box = (line: readonly number[], size: number): number[] =>
  line.map((_, at) => {
    const covered = line.slice(Math.max(0, at - (size - ((size + 2) >> 1))), at + ((size + 2) >> 1));
    return covered.reduce((sum, value) => sum + value, 0) / covered.length;
  });

const transpose = (rows: readonly (readonly number[])[]): number[][] =>
  rows[0]!.map((_, at) => rows.map((row) => row[at]!));

/** Rows, columns, rows, columns over the whole picture, then the centres: slow and plain. */
const plainGrid = ({ data, width, height }: RgbPicture): number[] => {
  let lines = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (y * width + x) * 3;
      return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    }),
  );
  for (let pass = 0; pass < 2; pass += 1) {
    lines = lines.map((line) => box(line, Math.ceil(width / 128)));
    lines = transpose(transpose(lines).map((line) => box(line, Math.ceil(height / 128))));
  }
  const centre = (sample: number, length: number): number => Math.floor(((sample + 0.5) * length) / 64);
  return Array.from({ length: 4_096 }, (_, at) => lines[centre(at >> 6, height)]![centre(at & 63, width)]!);
};

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 420 }), height: fc.integer({ min: 1, max: 420 }), seed: fc.nat() })
  .map(({ width, height, seed }): RgbPicture => {
    let state = seed | 1;
    const data = Uint8Array.from({ length: width * height * 3 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return state >>> 24;
    });
    return { data, width, height };
  });

describe('the luminance grid', () => {
  test('equals two box filters each way over the whole picture', () => {
    fc.assert(
      fc.property(pictures, (picture) => {
        const expected = plainGrid(picture);
        const furthest = luminanceGrid(picture).reduce(
          (most, value, at) => Math.max(most, Math.abs(value - expected[at]!)),
          0,
        );
        // The shares of red, green and blue are rounded to 65,536ths.
        expect(furthest).toBeLessThan(0.005);
      }),
      { numRuns: 30 },
    );
  });

  test.each([1, 5, 63, 64, 65, 128, 129, 1_600, 30_000])(
    'the weights of every sample of %i pixels sum to 1',
    (length) => {
      const { first, offset, weights } = tentFilter(length, 64);
      for (let sample = 0; sample < 64; sample += 1) {
        const taps = weights.subarray(offset[sample], offset[sample + 1]);
        expect(taps.reduce((sum, tap) => sum + tap, 0)).toBeCloseTo(1, 12);
        expect(first[sample]! + taps.length).toBeLessThanOrEqual(length);
      }
    },
  );
});
