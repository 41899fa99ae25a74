import { expect, test } from 'vitest';
import { differentFrames } from './different-frames.ts';

const frame = (value: number, box?: readonly [left: number, top: number, width: number, height: number]) => {
  const [width, height] = [100, 80];
  const data = new Uint8Array(width * height * 3).fill(value);
  if (box !== undefined) {
    const [left, top, wide, high] = box;
    for (let y = top; y < top + high; y += 1) data.fill(255, (y * width + left) * 3, (y * width + left + wide) * 3);
  }
  return { width, height, data };
};

test('frames that look like one before them are left out; a letter makes a difference', () => {
  const [plain, noisy, speck, letter] = [frame(50), frame(60), frame(50, [10, 10, 3, 3]), frame(50, [10, 10, 2, 9])];
  expect(differentFrames([plain, noisy, plain, speck, letter, letter, plain], 8)).toEqual([plain, letter]);
  expect(differentFrames([frame(0), frame(80), frame(160), frame(240)], 3)).toHaveLength(3);
  expect(differentFrames([], 3)).toEqual([]);
});
