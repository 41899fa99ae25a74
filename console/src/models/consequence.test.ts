import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelReport } from '#contracts/models.ts';
import { confidenceOf, consequenceOf, curveAt, oddsOf, ratesAt } from './consequence.ts';

/** Recall falls from 1 to 0 in a line, false alarms with its square. */
const report = {
  curve: Array.from({ length: 99 }, (_, index) => {
    const threshold = (index + 1) / 100;
    return { threshold, precision: null, recall: 1 - threshold, falsePositiveRate: (1 - threshold) ** 2, workload: 0 };
  }),
} as unknown as LabelReport;

describe('what thresholds would do', () => {
  it('is counted for the share of violating posts that is asked for', () => {
    const found = consequenceOf(report, { review: 0.5, remove: 0.9 }, { baseRate: 0.1, removesAlone: true });
    // 10 in 100 violate: 5 of them are found, and 90 x 0.25 harmless ones flagged; 1 and 0.9 of these are removed.
    expect(found.found).toBeCloseTo(0.5);
    expect(found.flagged).toBeCloseTo(0.05 + 0.225);
    expect(found.removed).toBeCloseTo(0.01 + 0.009);
    expect(found.people).toBeCloseTo(0.275 - 0.019);
    expect(found.removedWrong).toBeCloseTo(0.009 / 0.019);
    expect(found.peopleWrong).toBeCloseTo(0.216 / 0.256);
    expect(found.flaggedWrong).toBeCloseTo(0.225 / 0.275);
  });

  it('leaves everything that is flagged to people where the machine may not remove', () => {
    const found = consequenceOf(report, { review: 0.5, remove: 0.9 }, { baseRate: 0.1, removesAlone: false });
    expect(found).toMatchObject({ removed: 0, removedWrong: null });
    expect(found.people).toBeCloseTo(found.flagged);
  });

  it('holds at the ends of the scale', () => {
    expect(ratesAt(report, 0)).toEqual({ recall: 1, falsePositiveRate: 1 });
    expect(ratesAt(report, 1)).toEqual({ recall: 0, falsePositiveRate: 0 });
    expect(ratesAt(report, 0.305).recall).toBeCloseTo(0.7, 1);
    expect(consequenceOf(report, { review: 1, remove: 1 }, { baseRate: 0.1, removesAlone: true })).toMatchObject({
      people: 0,
      peopleWrong: null,
      flaggedWrong: null,
    });
  });

  it('of a higher review threshold is never more work and never more found', () => {
    const threshold = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);
    fc.assert(
      fc.property(threshold, threshold, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (one, other, baseRate) => {
        const at = (review: number) => consequenceOf(report, { review, remove: 1 }, { baseRate, removesAlone: true });
        const low = at(Math.min(one, other));
        const high = at(Math.max(one, other));
        expect(high.people).toBeLessThanOrEqual(low.people + 1e-12);
        expect(high.found ?? 0).toBeLessThanOrEqual((low.found ?? 0) + 1e-12);
      }),
    );
  });

  it('a curve for another share keeps recall and lowers precision', () => {
    const [rare, common] = [curveAt(report, 0.01), curveAt(report, 0.2)];
    expect(rare[49]?.recall).toBe(common[49]?.recall);
    expect(rare[49]!.precision!).toBeLessThan(common[49]!.precision!);
    expect(common[49]?.precision).toBeCloseTo(0.1 / (0.1 + 0.2));
  });
});

describe('in words', () => {
  it.each([
    [0, { kind: 'none' }],
    [0.25, { kind: 'in', part: 1, whole: 4 }],
    [0.26, { kind: 'in', part: 1, whole: 4 }],
    [0.5, { kind: 'in', part: 1, whole: 2 }],
    [0.953, { kind: 'in', part: 19, whole: 20 }],
    [0.03, { kind: 'in', part: 3, whole: 100 }],
    [0.96, { kind: 'in', part: 24, whole: 25 }],
    [1, { kind: 'all' }],
  ])('%d', (share, odds) => {
    expect(oddsOf(share)).toEqual(odds);
  });

  it('is never far from the share', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (share) => {
        const odds = oddsOf(share);
        if (odds.kind !== 'in') throw new Error('within the ends');
        expect(Math.abs(odds.part / odds.whole - share)).toBeLessThanOrEqual(0.051);
      }),
    );
  });
});

describe('how sure a share is', () => {
  it('is the Wilson interval', () => {
    const [low, high] = confidenceOf(0.5, 100)!;
    expect(low).toBeCloseTo(0.404, 3);
    expect(high).toBeCloseTo(0.596, 3);
    expect(confidenceOf(1, 10)![0]).toBeCloseTo(0.722, 3);
    expect(confidenceOf(null, 10)).toBeNull();
    expect(confidenceOf(0.5, 0)).toBeNull();
  });
});
