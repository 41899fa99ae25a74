import { describe, expect, it } from 'vitest';
import { maximumSpans, sentenceSpans } from './sentence-spans.ts';

describe('sentences', () => {
  it('are at most 64, the last with all that is left', () => {
    const text = Array.from({ length: 100 }, (_, index) => `Sentence number ${index}.`).join(' ');
    const spans = sentenceSpans(text);
    expect(spans).toHaveLength(maximumSpans);
    expect(text.slice(spans[63]!.begin, spans[63]!.end)).toMatch(/^Sentence number 63\..*number 99\.$/s);
  });

  it('lie in order, within the text, without blanks around them', () => {
    for (const text of ['', '   ', 'one', '  One.  Two?\n\nThree! ', '。。。', '😀. 😀.']) {
      let last = 0;
      for (const { begin, end } of sentenceSpans(text)) {
        expect(begin).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(begin);
        expect(text.slice(begin, end).trim()).toBe(text.slice(begin, end));
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }
  });
});
