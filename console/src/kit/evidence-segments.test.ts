import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, segmentText } from './evidence-segments.ts';

const finding = (start: number, end: number, category = 'spam'): Finding => ({
  start,
  end,
  category,
  label: 'found',
  detector: 'terms',
});

describe('cutting a text at the borders of its findings', () => {
  it('shows where findings overlap, and what each stretch belongs to', () => {
    const segments = segmentText('free boats now', [finding(0, 10), finding(5, 14, 'violence')]);
    expect(segments.map(({ text, findings }) => [text, findings.map(({ category }) => category)])).toEqual([
      ['free ', ['spam']],
      ['boats', ['spam', 'violence']],
      [' now', ['violence']],
    ]);
  });

  it('never loses, adds or reorders a character, whatever the findings are', () => {
    const anyFinding = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -5, max: 60 }));
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.array(anyFinding, { maxLength: 8 }), (text, spans) => {
        const segments = segmentText(
          text,
          spans.map(([start, end]) => finding(start, end)),
        );
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
      }),
    );
  });
});
