import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combinedOpinion, explicitness, firstOpinion, isAmbiguous, secondOpinion } from './opinions.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('the opinions of the two models', () => {
  test('"sexy" and "drawing" alone never raise the score', () => {
    expect(explicitness(firstOpinion([0.02, 0, 0.03, 0, 0.95]))).toBe(0);
    expect(explicitness(firstOpinion([0.95, 0, 0.05, 0, 0]))).toBe(0);
    expect(explicitness(firstOpinion([0, 0.4, 0.1, 0.5, 0]))).toBeCloseTo(0.9);
  });

  test('the second model is asked where the first is in doubt, and only there', () => {
    expect([0, 0.0999, 0.1, 0.5, 0.9499, 0.95, 1].map(isAmbiguous)).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('the combined opinion lies between both, rises with each, and is a probability', () => {
    fc.assert(
      fc.property(probability, probability, probability, (first, second, more) => {
        const combined = combinedOpinion(first, second);
        expect(combined).toBeGreaterThan(0);
        expect(combined).toBeLessThan(1);
        expect(combined).toBeGreaterThanOrEqual(Math.min(first, second) - 1e-4);
        expect(combined).toBeLessThanOrEqual(Math.max(first, second) + 1e-4);
        expect(combinedOpinion(first, Math.max(second, more))).toBeGreaterThanOrEqual(combined);
        expect(combinedOpinion(Math.max(first, more), second)).toBeGreaterThanOrEqual(combined);
      }),
    );
    expect(combinedOpinion(0.7, 0.3)).toBeCloseTo(0.5);
  });

  test('outputs that are no probabilities are an error, not a score', () => {
    expect(() => firstOpinion([0.1, 0.2])).toThrow('five');
    expect(() => firstOpinion([Number.NaN, 0, 0, 0, 1])).toThrow('five');
    expect(() => secondOpinion([0.5])).toThrow('two');
    expect(() => secondOpinion([0, Number.NaN])).toThrow('two');
  });
});
