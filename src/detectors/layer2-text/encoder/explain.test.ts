import { describe, expect, test } from 'vitest';
import { evidenceOf, groupWords, occlusionsOf, trimmed } from './explain.ts';
import type { CutWindow } from './worker-protocol.ts';

/** A window of six tokens in four words, the second of them of three tokens, each token of two units with a space behind each word. */
const window: CutWindow = {
  ids: Int32Array.of(101, 1, 2, 3, 4, 5, 6, 102),
  start: 10,
  end: 25,
  tokens: {
    starts: Int32Array.of(10, 13, 15, 17, 20, 23),
    ends: Int32Array.of(12, 15, 17, 19, 22, 25),
    words: Int32Array.of(7, 8, 8, 8, 9, 10),
  },
};
const scoreOfLogit = (logit: number): number => 1 / (1 + Math.exp(-logit));

describe('evidence by leaving words out', () => {
  test('words stay whole, and are grouped where there are more than may be asked', () => {
    expect(groupWords(window, 10)).toEqual([
      { from: 0, to: 1, start: 10, end: 12 },
      { from: 1, to: 4, start: 13, end: 19 },
      { from: 4, to: 5, start: 20, end: 22 },
      { from: 5, to: 6, start: 23, end: 25 },
    ]);
    expect(groupWords(window, 2)).toEqual([
      { from: 0, to: 4, start: 10, end: 19 },
      { from: 4, to: 6, start: 20, end: 25 },
    ]);
  });

  test('asks for nothing, for the window without each group, and for each group by itself', () => {
    expect(occlusionsOf(window.ids, groupWords(window, 2)).map((ids) => [...ids])).toEqual([
      [101, 102],
      [101, 5, 6, 102],
      [101, 1, 2, 3, 4, 102],
      [101, 1, 2, 3, 4, 102],
      [101, 5, 6, 102],
    ]);
  });

  test('weighs groups by the mean of what they add to the rest and to nothing, and joins neighbours', () => {
    const groups = groupWords(window, 10);
    // Nothing; without each; each alone.
    const logits = [-3, 3.9, 1, 2, 4, -3, 1, -1, -2.9];
    const spans = evidenceOf(groups, scoreOfLogit(4), logits.map(scoreOfLogit));
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({ start: 13, end: 22 });
    expect(spans[0]!.weight).toBeCloseTo((3 + 4) / 2 + (2 + 2) / 2, 6);
  });

  test('what lowers a score is no evidence, and five spans are the most', () => {
    const groups = Array.from({ length: 15 }, (_, word) => ({
      from: word,
      to: word + 1,
      start: word * 2,
      end: word * 2 + 1,
    }));
    const alone = groups.map((_, word) => (word % 2 === 0 ? 1 + word / 10 : -2));
    const spans = evidenceOf(groups, 0.5, [0.5, ...groups.map(() => 0.5), ...alone.map(scoreOfLogit)]);
    expect(spans.map(({ start }) => start)).toEqual([28, 24, 20, 16, 12]);
    expect(
      evidenceOf(
        groups,
        0.5,
        Array.from({ length: 31 }, () => 0.5),
      ),
    ).toEqual([]);
  });

  test('spans end with words, but for those that have none', () => {
    const text = '«well, well» !!';
    expect(trimmed(text, { start: 0, end: 15, weight: 1 })).toEqual({ start: 1, end: 11, weight: 1 });
    expect(trimmed(text, { start: 11, end: 15, weight: 1 })).toEqual({ start: 11, end: 15, weight: 1 });
  });
});
