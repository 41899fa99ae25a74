import { describe, expect, it } from 'vitest';
import { pauseAfter, retryDelaysMs } from './retry-schedule.ts';

const hour = 3_600_000;

describe('the retry schedule', () => {
  it('is ten tries over about a day, each pause longer than the one before', () => {
    expect(retryDelaysMs.length + 1).toBe(10);
    expect(retryDelaysMs.toSorted((left, right) => left - right)).toEqual(retryDelaysMs);
    const whole = retryDelaysMs.reduce((sum, delay) => sum + delay, 0);
    expect(whole).toBeGreaterThan(23 * hour);
    expect(whole).toBeLessThan(25 * hour);
  });

  it('varies by a fifth either way and ends', () => {
    expect(pauseAfter(1, { retryAfterMs: null, random: 0 })).toBe(4_000);
    expect(pauseAfter(1, { retryAfterMs: null, random: 1 })).toBe(6_000);
    expect(pauseAfter(9, { retryAfterMs: null, random: 0.5 })).toBe(12 * hour);
    expect(pauseAfter(10, { retryAfterMs: null, random: 0.5 })).toBeUndefined();
    expect(pauseAfter(10, { retryAfterMs: 1_000, random: 0.5 })).toBeUndefined();
  });

  it('waits at least as long as it was asked to, within an hour', () => {
    expect(pauseAfter(1, { retryAfterMs: 60_000, random: 0.5 })).toBe(60_000);
    expect(pauseAfter(1, { retryAfterMs: 1, random: 0.5 })).toBe(5_000);
    expect(pauseAfter(1, { retryAfterMs: 100 * hour, random: 0.5 })).toBe(hour);
  });
});
