import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atBaseRate,
  averagePrecision,
  baseRateWeights,
  bestF1,
  everyThreshold,
  expectedCalibrationError,
  figuresAlong,
  figuresAt,
  reliability,
  rocAuc,
} from './measures.ts';

const scores = [0.9, 0.8, 0.7, 0.6];
const labels = [1, 0, 1, 0];

describe('measures counted by hand', () => {
  it('are those of four items', () => {
    expect(rocAuc(scores, labels)).toBeCloseTo(0.75);
    expect(averagePrecision(scores, labels)).toBeCloseTo((1 + 2 / 3) / 2);
    expect(figuresAt(scores, labels, 0.7)).toEqual({
      threshold: 0.7,
      precision: 2 / 3,
      recall: 1,
      falsePositiveRate: 0.5,
      f1: expect.closeTo(0.8),
      workload: 0.75,
    });
    expect(bestF1(scores, labels)).toEqual({ threshold: 0.7, f1: expect.closeTo(0.8) });
    expect(everyThreshold(scores, labels).map(({ workload }) => workload)).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('take equal scores together, whatever their order', () => {
    // One step: everything flagged, two of four right.
    expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0])).toBeCloseTo(0.5);
    expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [0, 0, 1, 1])).toBeCloseTo(0.5);
    expect(rocAuc([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 1])).toBeCloseTo(0.5);
    // 0.9: one hit of one; 0.4: two hits of three.
    expect(averagePrecision([0.9, 0.4, 0.4], [1, 1, 0])).toBeCloseTo(0.5 + 0.5 * (2 / 3));
  });

  it('say nothing where there is nothing to divide by', () => {
    expect(figuresAt([0.2], [0], 0.5)).toMatchObject({ precision: null, recall: null, falsePositiveRate: 0, f1: null });
    expect(figuresAt([0.9], [1], 0.5)).toMatchObject({ precision: 1, recall: 1, falsePositiveRate: null });
    expect(bestF1([0.2, 0.9], [0, 0])).toBeUndefined();
    expect(expectedCalibrationError([], [])).toBe(0);
  });

  it('compare what was said with what came true, bin by bin', () => {
    expect(expectedCalibrationError([0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0])).toBeCloseTo(0);
    expect(expectedCalibrationError([1, 1], [0, 0])).toBeCloseTo(1);
    // Two bins: 0.1 and 0.3 said of one hit in two (gap 0.3), 0.9 said of a miss (gap 0.9).
    expect(expectedCalibrationError([0.1, 0.3, 0.9], [1, 0, 0], 2)).toBeCloseTo((2 * 0.3 + 0.9) / 3);
    const bins = reliability([0, 0.05, 1], [0, 1, 1]);
    expect(bins).toHaveLength(15);
    expect(bins[0]).toMatchObject({ count: 2, positives: 1, meanProbability: 0.025, shareOfPositives: 0.5 });
    expect(bins[7]).toMatchObject({ count: 0, meanProbability: null, shareOfPositives: null });
    expect(bins[14]).toMatchObject({ count: 1, to: 1 });
  });

  it('weigh positives to a base rate', () => {
    // One of ten positives found in a hundred, 5 of 90 negatives flagged.
    const flags = Array.from({ length: 100 }, (_, index) => (index < 8 || (index >= 10 && index < 15) ? 0.9 : 0.1));
    const truths = Array.from({ length: 100 }, (_, index) => (index < 10 ? 1 : 0));
    const figures = atBaseRate(figuresAt(flags, truths, 0.5), 0.01);
    expect(figures.workload).toBeCloseTo(0.01 * 0.8 + 0.99 * (5 / 90));
    expect(figures.precision).toBeCloseTo(0.008 / (0.008 + 0.055));
    expect(figures.recall).toBeCloseTo(0.8);
  });
});

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 2,
  maxLength: 40,
});
const unzip = (pairs: readonly (readonly [number, number])[]) => ({
  scores: pairs.map(([score]) => score / 10),
  labels: pairs.map(([, label]) => label),
});

describe('laws of the measures', () => {
  it('ROC AUC is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const positives = pairs.filter(([, label]) => label === 1);
        const negatives = pairs.filter(([, label]) => label === 0);
        fc.pre(positives.length > 0 && negatives.length > 0);
        let right = 0;
        for (const [high] of positives) for (const [low] of negatives) right += high > low ? 1 : high === low ? 0.5 : 0;
        const found = unzip(pairs);
        expect(rocAuc(found.scores, found.labels)).toBeCloseTo(right / positives.length / negatives.length, 9);
      }),
    );
  });

  it('areas depend on the order of scores alone, not on their size or on the order of rows', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const found = unzip(pairs);
        const turned = unzip([...pairs].reverse());
        const squeezed = found.scores.map((score) => score ** 3 / 2);
        for (const area of [averagePrecision, rocAuc]) {
          expect(area(turned.scores, turned.labels)).toBeCloseTo(area(found.scores, found.labels), 9);
          expect(area(squeezed, found.labels)).toBeCloseTo(area(found.scores, found.labels), 9);
        }
      }),
    );
  });

  it('a higher threshold never flags more, finds more or raises more false alarms', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 }), (pairs, one, other) => {
        const found = unzip(pairs);
        const low = figuresAt(found.scores, found.labels, Math.min(one, other) / 10);
        const high = figuresAt(found.scores, found.labels, Math.max(one, other) / 10);
        expect(high.workload).toBeLessThanOrEqual(low.workload);
        expect(high.recall ?? 0).toBeLessThanOrEqual(low.recall ?? 0);
        expect(high.falsePositiveRate ?? 0).toBeLessThanOrEqual(low.falsePositiveRate ?? 0);
      }),
    );
  });

  it('many thresholds at once give what each gives by itself', () => {
    const thresholds = Array.from({ length: 21 }, (_, index) => index / 20);
    fc.assert(
      fc.property(rows, (pairs) => {
        const found = unzip(pairs);
        expect(figuresAlong(found.scores, found.labels, thresholds)).toEqual(
          thresholds.map((threshold) => figuresAt(found.scores, found.labels, threshold)),
        );
      }),
    );
  });

  it('no threshold has a better F1 than the best', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const found = unzip(pairs);
        const best = bestF1(found.scores, found.labels)?.f1 ?? 0;
        for (const { f1 } of everyThreshold(found.scores, found.labels)) expect(f1 ?? 0).toBeLessThanOrEqual(best);
      }),
    );
  });

  it('weights give positives their share, and figures under them are those of the formula', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (pairs, baseRate) => {
        const found = unzip(pairs);
        fc.pre(found.labels.includes(0) && found.labels.includes(1));
        const weights = baseRateWeights(found.labels, baseRate);
        const positive = weights.reduce((sum, weight, index) => sum + weight * found.labels[index]!, 0);
        expect(positive).toBeCloseTo(baseRate, 9);
        const weighed = figuresAt(found.scores, found.labels, 0.5, weights);
        const computed = atBaseRate(figuresAt(found.scores, found.labels, 0.5), baseRate);
        expect(weighed.workload).toBeCloseTo(computed.workload, 9);
        expect(weighed.precision ?? -1).toBeCloseTo(computed.precision ?? -1, 9);
        expect(weighed.f1 ?? -1).toBeCloseTo(computed.f1 ?? -1, 9);
      }),
    );
  });

  it('bins hold every item once, and their counts give the share of positives', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const found = unzip(pairs);
        const bins = reliability(found.scores, found.labels);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(pairs.length);
        expect(bins.reduce((sum, { positives }) => sum + positives, 0)).toBe(
          found.labels.reduce((sum, label) => sum + label, 0),
        );
        expect(expectedCalibrationError(found.scores, found.labels)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
