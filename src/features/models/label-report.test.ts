import { describe, expect, it } from 'vitest';
import { type LabelledScore, reportLabel } from './label-report.ts';
import { lengthSlice } from './text-slices.ts';

const item = (score: number, label: 0 | 1, source = 'one'): LabelledScore => ({
  score,
  label,
  slices: { source, length: '8 words or fewer' },
});
const items = [item(0.9, 1), item(0.6, 0), item(0.4, 1, 'two'), item(0.1, 0), item(0.05, 0, 'two')];

describe('the report of a label', () => {
  it('holds the whole grid of thresholds and the policy’s own points', () => {
    const report = reportLabel(items, { label: 'spam', kind: 'category', thresholds: { review: 0.4, remove: 0.8 } });
    expect(report).toMatchObject({ count: 5, positives: 2, baseRate: 0.4 });
    expect(report.curve).toHaveLength(99);
    expect(report.curve[39]).toEqual({
      threshold: 0.4,
      precision: 0.66667,
      recall: 1,
      falsePositiveRate: 0.33333,
      workload: 0.6,
    });
    expect(report.operatingPoints).toMatchObject([
      { name: 'review', threshold: 0.4, recall: 1, f1: 0.8 },
      { name: 'remove', threshold: 0.8, precision: 1, recall: 0.5, falsePositiveRate: 0, workload: 0.2 },
    ]);
    expect(report.headline.bestF1).toEqual({ threshold: 0.4, f1: 0.8 });
  });

  it('computes precision and workload for another share of positives, and leaves the rest', () => {
    const report = reportLabel(items, { label: 'spam', kind: 'category', baseRate: 0.01 });
    expect(report.curve[39]).toMatchObject({ recall: 1, falsePositiveRate: 0.33333, workload: 0.34 });
    expect(report.curve[39]?.precision).toBeCloseTo(0.01 / 0.34, 4);
    expect(report.headline.auprc).toBe(reportLabel(items, { label: 'spam', kind: 'category' }).headline.auprc);
    expect(report.operatingPoints).toEqual([]);
  });

  it('looks at slices by themselves', () => {
    const { slices } = reportLabel(items, {
      label: 'spam',
      kind: 'category',
      thresholds: { review: 0.5, remove: 0.9 },
    });
    expect(slices.filter(({ dimension }) => dimension === 'source')).toEqual([
      {
        dimension: 'source',
        name: 'one',
        count: 3,
        positives: 1,
        auprc: 1,
        rocAuc: 1,
        recall: 1,
        falsePositiveRate: 0.5,
      },
      {
        dimension: 'source',
        name: 'two',
        count: 2,
        positives: 1,
        auprc: 1,
        rocAuc: 1,
        recall: 0,
        falsePositiveRate: 0,
      },
    ]);
  });

  it('says nothing where there is nothing to say', () => {
    expect(reportLabel([], { label: 'spam', kind: 'category' })).toMatchObject({
      count: 0,
      baseRate: 0,
      headline: { auprc: null, rocAuc: null, ece: null, bestF1: null },
    });
    expect(reportLabel([item(0.5, 1)], { label: 'spam', kind: 'category' }).headline).toMatchObject({
      auprc: null,
      rocAuc: null,
    });
  });
});

describe('slices by length', () => {
  it('count words, whatever stands between them', () => {
    expect(lengthSlice('')).toBe('8 words or fewer');
    expect(lengthSlice(' one\ntwo\tthree ')).toBe('8 words or fewer');
    expect(lengthSlice('w '.repeat(8))).toBe('8 words or fewer');
    expect(lengthSlice('w '.repeat(9))).toBe('9 to 30 words');
    expect(lengthSlice('w '.repeat(100))).toBe('31 to 100 words');
    expect(lengthSlice('w '.repeat(101))).toBe('more than 100 words');
  });
});
