import { describe, expect, test } from 'vitest';
import { findLines, type ProbabilityMap } from './find-lines.ts';

/** A map of this size with patches `[left, top, right, bottom, probability]`, ends exclusive. */
const mapOf = (width: number, height: number, patches: readonly (readonly number[])[]): ProbabilityMap => {
  const data = new Float32Array(width * height);
  for (const [left = 0, top = 0, right = 0, bottom = 0, probability = 0] of patches) {
    for (let y = top; y < bottom; y += 1) data.fill(probability, y * width + left, y * width + right);
  }
  return { width, height, data };
};

describe('lines in a probability map', () => {
  test('a patch becomes a rectangle, grown by area x 1.5 / perimeter on every side', () => {
    const [line, ...others] = findLines(mapOf(200, 100, [[20, 40, 120, 50, 0.9]]));
    expect(others).toEqual([]);
    const margin = (100 * 10 * 1.5) / 220;
    expect(line!.centre).toEqual({ x: 70, y: 45 });
    expect(line!.width).toBeCloseTo(100 + 2 * margin);
    expect(line!.height).toBeCloseTo(10 + 2 * margin);
  });

  test('a turned patch becomes a turned rectangle', () => {
    const map = mapOf(200, 200, []);
    for (let x = 20; x < 160; x += 1) {
      for (let thick = 0; thick < 12; thick += 1) map.data[(30 + Math.round(x / 2) + thick) * 200 + x] = 0.9;
    }
    const [line] = findLines(map);
    expect(Math.atan2(line!.across.y, line!.across.x)).toBeCloseTo(Math.atan(0.5), 1);
    expect(line!.width / line!.height).toBeGreaterThan(5);
  });

  test('patches that touch over a corner are one line; others stay apart', () => {
    const touching = [
      [10, 10, 30, 20, 0.9],
      [30, 20, 50, 30, 0.9],
    ];
    expect(findLines(mapOf(100, 100, touching))).toHaveLength(1);
    expect(findLines(mapOf(100, 100, [...touching, [60, 60, 90, 70, 0.9]]))).toHaveLength(2);
  });

  test('faint patches, specks and an empty map are no lines', () => {
    expect(findLines(mapOf(100, 100, []))).toEqual([]);
    expect(findLines(mapOf(100, 100, [[10, 10, 60, 20, 0.4]]))).toEqual([]);
    expect(findLines(mapOf(100, 100, [[10, 10, 60, 20, 0.29]]))).toEqual([]);
    expect(findLines(mapOf(100, 100, [[10, 10, 60, 12, 0.95]]))).toEqual([]);
  });

  test('a map that is text all over is one line, found in linear time', () => {
    expect(findLines(mapOf(960, 960, [[0, 0, 960, 960, 1]]))).toHaveLength(1);
  });
});
