import { array, assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chosenWindows, MOST_WINDOWS, windowAt, windowCount } from './windows.ts';

const sizes = { size: 126, overlap: 32 };
const anySizes = constantFrom(sizes, { size: 8, overlap: 0 }, { size: 10, overlap: 9 }, { size: 3, overlap: 1 });
/** Tokens of three units with a space behind each. */
const endsOf = (tokens: number): Int32Array => Int32Array.from({ length: tokens }, (_, token) => token * 4 + 3);

describe('windows of a text', () => {
  test('every token lies in one, neighbours overlap as asked, all are full and the last ends with the text', () => {
    assert(
      property(integer({ min: 0, max: 2_000 }), anySizes, (tokens, given) => {
        const count = windowCount(tokens, given);
        const windows = Array.from({ length: count }, (_, place) => windowAt(place, tokens, given));
        expect(windows[0]?.from ?? 0).toBe(0);
        expect(windows.at(-1)?.to ?? 0).toBe(tokens);
        for (const [place, { from, to }] of windows.entries()) {
          expect(to - from).toBe(Math.min(given.size, tokens));
          if (place > 0) expect(windows[place - 1]!.to - from).toBeGreaterThanOrEqual(given.overlap);
          if (place > 0) expect(from).toBeGreaterThan(windows[place - 1]!.from);
        }
      }),
    );
  });

  test('each window is chosen once, all of them where they are few, and no more than the most', () => {
    const hints = array(integer({ min: -5, max: 60_000 }), { maxLength: 40 });
    assert(
      property(integer({ min: 0, max: 12_000 }), hints, integer({ min: 2, max: 20 }), (tokens, given, most) => {
        const count = windowCount(tokens, sizes);
        const chosen = chosenWindows(endsOf(tokens), given, sizes, most);
        expect(chosen).toHaveLength(Math.min(count, most));
        expect(new Set(chosen).size).toBe(chosen.length);
        for (const place of chosen) expect(place >= 0 && place < count).toBe(true);
      }),
    );
  });

  test('a hint lies in the first window that is read, and so do as many more as there is room for', () => {
    assert(
      property(
        integer({ min: 3_000, max: 9_000 }),
        array(integer({ min: 0, max: 2_999 }), { minLength: 1, maxLength: 16 }),
        (tokens, hinted) => {
          const chosen = chosenWindows(
            endsOf(tokens),
            hinted.map((token) => token * 4),
            sizes,
          );
          const first = windowAt(chosen[0]!, tokens, sizes);
          expect(hinted[0]! >= first.from && hinted[0]! < first.to).toBe(true);
          for (const token of hinted) {
            const holds = chosen.some((place) => {
              const { from, to } = windowAt(place, tokens, sizes);
              return token >= from && token < to;
            });
            expect(holds).toBe(true);
          }
        },
      ),
    );
  });

  test('without hints the first, the last and others evenly spread are read', () => {
    const tokens = 20_000;
    const count = windowCount(tokens, sizes);
    const chosen = chosenWindows(endsOf(tokens), [], sizes).sort((one, other) => one - other);
    expect(chosen).toHaveLength(MOST_WINDOWS);
    expect([chosen[0], chosen.at(-1)]).toEqual([0, count - 1]);
    const gaps = chosen.slice(1).map((place, index) => place - chosen[index]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(count / (MOST_WINDOWS - 1)) + 1);
  });

  test('what is no offset is passed over', () => {
    const hints = [Number.NaN, -1, Number.POSITIVE_INFINITY];
    expect(chosenWindows(endsOf(5_000), hints, sizes)).toHaveLength(MOST_WINDOWS);
  });
});
