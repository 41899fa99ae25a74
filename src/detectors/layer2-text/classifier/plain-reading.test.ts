import { describe, expect, it } from 'vitest';
import { plainReading } from './plain-reading.ts';

/** The original behind a word of the plain reading. */
const behind = (text: string, word: string): string => {
  const reading = plainReading(text)!;
  const start = reading.text.indexOf(word);
  expect(start, `${word} in ${reading.text}`).toBeGreaterThanOrEqual(0);
  const span = reading.span(start, start + word.length);
  return text.slice(span.start, span.end);
};

describe('the way back from a plain reading', () => {
  it.each([
    ['leet', 'You are an 1d10t, friend', 'idiot', '1d10t'],
    ['separators', 'What an i-d-i-o-t that is', 'idiot', 'i-d-i-o-t'],
    ['stretched letters', 'such a looooser here', 'loser', 'looooser'],
    ['an emoji before it', '\u{1F600}\u{1F600} such a looooser here', 'loser', 'looooser'],
    ['look-alikes', 'such an \u0456d\u0456ot here', 'idiot', '\u0456d\u0456ot'],
    ['invisible characters', 'such an id\u200biot here', 'idiot', 'id\u200biot'],
    ['stretches on both sides', 'nooooo you looooser noooo', 'loser', 'looooser'],
  ])('finds the original through %s', (_how, text, word, original) => {
    expect(behind(text, word)).toBe(original);
  });

  it('maps every stretch into the text', () => {
    const text = 'Soooo \u{1F600} y0u 1d10ttt, \u0430nd nooooo';
    const reading = plainReading(text)!;
    for (let start = 0; start < reading.text.length; start += 1) {
      for (let end = start + 1; end <= reading.text.length; end += 1) {
        const span = reading.span(start, end);
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThan(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }
  });

  it('knows where each part of the text stands in it', () => {
    const text = 'Soooo \u{1F600} y0u 1d10ttt, \u0430nd i-d-i-o-t nooooo';
    const reading = plainReading(text)!;
    for (let place = 0; place < reading.text.length; place += 1) {
      const { start, end } = reading.span(place, place + 1);
      const found = reading.placeOf(end - 1);
      expect(found).toBeLessThanOrEqual(place);
      expect(reading.span(found, found + 1).end).toBe(end);
      expect(reading.placeOf(start)).toBeLessThanOrEqual(place);
    }
    expect(reading.placeOf(text.length)).toBe(reading.text.length);
  });

  it('is not made where nothing is hidden', () => {
    expect(plainReading('You are an idiot.')).toBeUndefined();
  });
});
