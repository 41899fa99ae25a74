import { describe, expect, it } from 'vitest';
import { textGroups } from './text-groups.ts';

describe('textGroups', () => {
  it('keeps the order and leaves nothing out', () => {
    const texts = Array.from({ length: 1_000 }, (_, index) => `${index} ${'a'.repeat((index * 37) % 9_000)}`);
    const groups = textGroups(texts);
    expect(groups.flat()).toEqual(texts);
    expect(Math.max(...groups.map(({ length }) => length))).toBe(8);
    expect(Math.max(...groups.map((group) => group.join('').length))).toBeLessThanOrEqual(20_000);
  });

  it('gives a long text a group of its own', () => {
    const long = 'a'.repeat(50_000);
    expect(textGroups(['one', long, 'two', 'three'])).toEqual([['one'], [long], ['two', 'three']]);
    expect(textGroups([])).toEqual([]);
  });
});
