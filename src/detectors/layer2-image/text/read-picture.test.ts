import { describe, expect, test } from 'vitest';
import type { FloatTensor } from '../../inference/session.ts';
import { type ReadingBudget, readPicture, type TextNetworks } from './read-picture.ts';

const [width, height] = [640, 640];
const image = { width, height, data: new Uint8Array(width * height * 3) };

/**
 * Networks that find 1,000 specks and bars and are sure of nothing, as a picture made to cost time would have it: the detection's answer is
 * given, and every look is counted in columns.
 */
const neverSure = () => {
  const found = new Float32Array(width * height);
  for (let top = 4; top + 12 < height; top += 20) {
    for (let left = 4; left + 12 < width; left += 20) {
      const high = (left / 20) % 2 < 1 ? 5 : 12;
      for (let y = top; y < top + high; y += 1) found.fill(0.9, y * width + left, y * width + left + 5);
    }
  }
  const looks: number[] = [];
  const networks: TextNetworks = {
    detect: async () => ({ dims: [1, 1, height, width], data: found }),
    recognise: async ({ dims }: FloatTensor) => {
      looks.push(dims[3]!);
      return { dims: [1, 1, 3], data: Float32Array.of(0.3, 0.65, 0.05) };
    },
    dictionary: ['x', ' '],
  };
  return { networks, looks };
};

describe('reading a picture', () => {
  test('every look counts against the budget, however small, and however often a line is turned', async () => {
    const { networks, looks } = neverSure();
    const budget: ReadingBudget = { columns: 10_000, truncated: false };
    const lines = await readPicture(networks, image, budget, () => false);
    expect(looks.reduce((sum, columns) => sum + columns, 0)).toBeLessThanOrEqual(10_000);
    expect(looks.length).toBe(31);
    expect(budget.truncated).toBe(true);
    expect(lines.length).toBeGreaterThan(5);
  });

  test('stops between lines once nobody waits', async () => {
    const { networks, looks } = neverSure();
    await readPicture(networks, image, { columns: 1e6, truncated: false }, () => looks.length >= 6);
    expect(looks.length).toBeLessThan(10);
  });

  test('reads the largest letters first', async () => {
    const { networks } = neverSure();
    const lines = await readPicture(networks, image, { columns: 20_000, truncated: false }, () => false);
    const sizes = lines.map(({ thickness }) => thickness);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });
});
