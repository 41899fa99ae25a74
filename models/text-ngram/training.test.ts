import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { augmentedRows } from './augment.ts';
import { applyCalibration, fitIsotonic } from './calibration.ts';
import type { Row } from './corpus.ts';
import { automation, type DecidedRow, reweighted, type ThresholdTable, violates } from './decide.ts';
import { CATEGORY_HEADS, type CategoryHead } from './heads.ts';
import { targetsOf } from './labels.ts';
import { type LogisticSettings, trainLogistic } from './logistic.ts';
import { quantise } from './quantise.ts';
import { seededRandom, stableFraction } from './random.ts';
import { fewestErrors, mostAutomatic } from './thresholds.ts';

const rowOf = (set: string, labels: Row['labels'], text = 'some text'): Row => ({
  id: '1',
  set,
  text,
  labels,
  part: 'train',
});

describe('targets', () => {
  test('a missing label is unknown, not negative', () => {
    expect(targetsOf(rowOf('hatexplain', { hate_speech: 1 })).sexual).toBeUndefined();
    expect(targetsOf(rowOf('edos_sexism', { hate_speech: 0 })).harassment).toBeUndefined();
  });

  test('what a label implies counts less than the label', () => {
    const targets = targetsOf(rowOf('paradetox', { toxicity: 0 }));
    expect(targets.toxicity).toEqual({ target: 0, weight: 1 });
    expect(targets.harassment).toEqual({ target: 0, weight: 0.5 });
  });

  test('a row with doubtful words is no weak negative', () => {
    expect(targetsOf(rowOf('paradetox', { toxicity: 0 }, 'she talked about suicide')).self_harm).toBeUndefined();
  });
});

describe('logistic heads', () => {
  const settings: LogisticSettings = { buckets: 4, heads: 2, epochs: 40, alpha: 1, l1: 0, l2: 0, seed: 1 };
  // Bucket 0 means positive for head 0; bucket 1 means negative; bucket 2 appears in unlabelled rows only.
  const rows = {
    offsets: Uint32Array.from([0, 1, 2, 3]),
    indices: Uint32Array.from([0, 1, 2]),
    values: Float32Array.from([1, 1, 1]),
  };
  const targets = Uint8Array.from([1, 0, 0, 0, 1, 1]);
  const weights = Float32Array.from([1, 0, 1, 0, 0, 0]);

  test('learn from labelled rows', () => {
    const model = trainLogistic({ rows, targets, weights }, settings);
    expect(model.weights[0]).toBeGreaterThan(0.5);
    expect(model.weights[2]).toBeLessThan(-0.5);
  });

  test('unknown labels leave no trace', () => {
    const model = trainLogistic({ rows, targets, weights }, settings);
    expect(model.weights[4]).toBe(0);
    expect([1, 3, 5, 7].map((place) => model.weights[place])).toEqual([0, 0, 0, 0]);
    expect(model.intercepts[1]).toBe(0);
  });

  test('the same seed gives the same weights', () => {
    expect(trainLogistic({ rows, targets, weights }, settings)).toEqual(
      trainLogistic({ rows, targets, weights }, settings),
    );
  });
});

describe('calibration', () => {
  test('is monotone and stays within 0..1, whatever it was fitted on', () => {
    const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(
        rows,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (pairs, one, other) => {
          const points = fitIsotonic(
            pairs.map(([score]) => score),
            pairs.map(([, label]) => label),
          );
          const [low, high] = one < other ? [one, other] : [other, one];
          expect(applyCalibration(points, low)).toBeLessThanOrEqual(applyCalibration(points, high) + 1e-9);
          expect(applyCalibration(points, low)).toBeGreaterThanOrEqual(0);
          expect(applyCalibration(points, high)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('recovers a known probability', () => {
    const random = seededRandom(5);
    const scores = Array.from({ length: 20_000 }, () => random());
    const points = fitIsotonic(
      scores,
      scores.map((score) => (random() < score * score ? 1 : 0)),
    );
    for (const score of [0.2, 0.5, 0.8]) expect(applyCalibration(points, score)).toBeCloseTo(score * score, 1);
  });
});

describe('weights as int8', () => {
  test('stay within half a step of what they were, and keep zeros', () => {
    const random = seededRandom(3);
    const weights = Float32Array.from({ length: 4000 }, () => (random() < 0.5 ? 0 : random() * 4 - 2));
    const { weights: small, scales } = quantise(weights, 2);
    weights.forEach((weight, place) => {
      expect(Math.abs(small[place]! * scales[place % 2]! - weight)).toBeLessThanOrEqual(scales[place % 2]! / 2 + 1e-6);
      if (weight === 0) expect(small[place]).toBe(0);
    });
  });
});

describe('automatic decisions', () => {
  const zero = Object.fromEntries(CATEGORY_HEADS.map((head) => [head, 0])) as Record<CategoryHead, number>;
  const table = Object.fromEntries(
    CATEGORY_HEADS.map((head) => [head, { review: 0.3, remove: 0.9 }]),
  ) as unknown as ThresholdTable;
  const row = (spam: number, labels: DecidedRow['labels'], assessed = true): DecidedRow => ({
    set: 's',
    weight: 1,
    assessed,
    labels,
    probabilities: { ...zero, spam },
  });

  test('count approvals of violations and unsupported removals as wrong, and people never', () => {
    const rows = [
      row(0.1, {}),
      row(0.1, { spam: 1 }),
      row(0.95, { spam: 1 }),
      row(0.95, { toxicity: 1 }),
      row(0.5, { spam: 1 }),
      row(0.1, {}, false),
    ];
    expect(automation(rows, table)).toMatchObject({
      automatic: 4 / 6,
      wrong: 0.5,
      approved: 2 / 6,
      removed: 2 / 6,
      missed: 1 / 3,
    });
  });

  test('toxicity supports a removal for harassment', () => {
    const rude: DecidedRow = { ...row(0, { toxicity: 1 }), probabilities: { ...zero, harassment: 0.95 } };
    expect(automation([rude], table)).toMatchObject({ automatic: 1, wrong: 0 });
  });

  test('reweighting gives violating rows the asked share', () => {
    const rows = reweighted([row(0, { spam: 1 }), row(0, {}), row(0, {}), row(0, {})], 0.08);
    expect(rows.filter(violates).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(0.08);
    expect(rows.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
  });

  test('chosen thresholds keep what was asked of them', () => {
    const random = seededRandom(9);
    const rows = Array.from({ length: 600 }, () => {
      const spam = random();
      return row(spam, { spam: random() < (spam > 0.85 ? 0.98 : spam ** 4) ? 1 : 0 });
    });
    expect(mostAutomatic(rows, 0.05).figures.wrong).toBeLessThanOrEqual(0.05);
    expect(mostAutomatic(rows, 0.05).figures.automatic).toBeGreaterThan(0.3);
    expect(fewestErrors(rows, 0.7).figures.automatic).toBeGreaterThanOrEqual(0.7);
  });
});

describe('own sentences', () => {
  test('are the same for the same seed, filled everywhere and never twice', () => {
    const rows = augmentedRows(4);
    expect(augmentedRows(4)).toEqual(rows);
    expect(new Set(rows.map(({ text }) => text)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(3000);
    for (const { text } of rows) expect(text).not.toMatch(/[{}]/);
  });
});

test('the split of rows does not depend on the run', () => {
  expect(stableFraction('a:1')).toBe(stableFraction('a:1'));
  const shares = Array.from({ length: 2000 }, (_, index) => stableFraction(`row-${index}`));
  expect(shares.filter((share) => share < 0.5).length / 2000).toBeCloseTo(0.5, 1);
});
