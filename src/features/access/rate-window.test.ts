import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateWindow } from './rate-window.ts';

const start = Date.parse('2026-03-01T12:00:00Z');

test('lets the limit through, then says how long to wait, and that is true', () => {
  const window = new RateWindow();
  expect([1, 2, 3].map(() => window.take(3, start))).toEqual([0, 0, 0]);
  expect(window.take(3, start + 30_000)).toBe(30);
  expect(window.take(3, start + 59_999)).toBe(1);
  expect(window.take(3, start + 60_000)).toBe(0);
});

test('slides: what was taken later frees later', () => {
  const window = new RateWindow();
  window.take(2, start);
  window.take(2, start + 20_000);
  expect(window.take(2, start + 30_000)).toBe(30);
  expect(window.take(2, start + 60_000)).toBe(0);
  expect(window.take(2, start + 61_000)).toBe(19);
});

test('a clock that is set back gives nobody more', () => {
  const window = new RateWindow();
  window.take(1, start);
  expect(window.take(1, start - 3_600_000)).toBeGreaterThan(0);
});

test('agrees with a list of every request, whatever the times', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 60 }),
      (limit, gaps) => {
        const window = new RateWindow();
        const taken: number[] = [];
        let now = start;
        for (const gap of gaps) {
          now += gap;
          const second = Math.floor(now / 1_000);
          const inWindow = (at: number) => taken.filter((other) => other > at - 60).length;
          const wait = window.take(limit, now);
          expect(wait === 0).toBe(inWindow(second) < limit);
          if (wait === 0) taken.push(second);
          else {
            expect(inWindow(second + wait)).toBeLessThan(limit);
            expect(inWindow(second + wait - 1)).toBeGreaterThanOrEqual(limit);
          }
        }
      },
    ),
  );
});
