import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { condense, diffLines } from './line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14 }).map((entries) => entries.join('\n'));

describe('comparing two texts line by line', () => {
  it('names what was removed and what was added, with their places', () => {
    expect(diffLines('spam:\n  remove: 0.85\nend', 'spam:\n  remove: 0.9\nend')).toEqual([
      { kind: 'same', text: 'spam:', before: 1, after: 1 },
      { kind: 'removed', text: '  remove: 0.85', before: 2, after: null },
      { kind: 'added', text: '  remove: 0.9', before: null, after: 2 },
      { kind: 'same', text: 'end', before: 3, after: 3 },
    ]);
  });

  it('leads from either text to the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after);
        const without = (kind: string) => diff.filter((line) => line.kind !== kind).map(({ text }) => text);
        expect(without('added').join('\n')).toBe(before);
        expect(without('removed').join('\n')).toBe(after);
      }),
    );
  });

  it('shows nothing of equal texts, and only the surroundings of a change', () => {
    const text = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    expect(condense(diffLines(text.join('\n'), text.join('\n')), 3)).toEqual([null]);
    const changed = text.with(15, 'another').join('\n');
    const shown = condense(diffLines(text.join('\n'), changed), 2);
    expect(shown.filter((line) => line !== null).length).toBe(6);
  });
});
