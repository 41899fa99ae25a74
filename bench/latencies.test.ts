import { describe, expect, it } from 'vitest';
import { itemSubmissionSchema } from '#contracts/item.ts';
import { itemBodies } from './http-bodies.ts';
import { medianAndP99, percentile } from './latencies.ts';
import { formatTable } from './table.ts';

describe('the figures of a bench', () => {
  it('are nearest-rank percentiles', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(medianAndP99(hundred)).toEqual({ medianMs: 50, p99Ms: 99 });
    expect(percentile([7], 0.99)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('stand in a Markdown table whose rows are all as wide', () => {
    const table = formatTable([
      { name: 'a', medianMs: 0.1234, perSecond: 12_345 },
      { name: 'longer name', note: 'n' },
    ]);
    const lines = table.split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(table).toContain('0.123');
    expect(table).toContain('12 345');
  });

  it('come from items that the API takes, the same in every run, no two alike', () => {
    const bodies = itemBodies(500, { deadlineMs: 0 });
    for (const body of bodies) expect(itemSubmissionSchema.parse(JSON.parse(body)).deadlineMs).toBe(0);
    expect(itemBodies(500, { deadlineMs: 0 })).toEqual(bodies);
    expect(new Set(bodies.map((body) => JSON.parse(body).parts[0].text)).size).toBeGreaterThan(495);
  });
});
