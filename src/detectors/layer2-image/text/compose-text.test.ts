import { describe, expect, test } from 'vitest';
import { composeText } from './compose-text.ts';
import type { PlacedLine } from './read-picture.ts';

const line = (text: string, start: number, middle: number, width = 100, thickness = 20): PlacedLine => ({
  text,
  confidence: 0.9,
  x: start / 1000,
  y: middle / 1000,
  width: width / 1000,
  height: thickness / 1000,
  turns: 0,
  start,
  end: start + width,
  middle,
  thickness,
});

describe('composing the text of a picture', () => {
  test('reads from the top, and in a row from the left; words of a row make a sentence, columns do not', () => {
    const { text } = composeText([
      [line('below', 10, 100), line('right', 115, 52), line('left', 10, 50), line('far away', 600, 48)],
    ]);
    expect(text).toBe('left right\nfar away\nbelow');
  });

  test('words turned the same way are read together', () => {
    const upended = (text: string, start: number) => ({ ...line(text, start, 30), turns: 3 }) as const;
    const { text } = composeText([[upended('left', 100), line('UPRIGHT', 10, 50), upended('on the', 0)]]);
    expect(text).toBe('UPRIGHT\non the left');
  });

  test('places lead back from the text to the lines', () => {
    const { text, places } = composeText([[line('one', 10, 50), line('two', 112, 50), line('three', 10, 90)]]);
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(['one', 'two', 'three']);
    expect(places[2]).toMatchObject({ x: 0.01, y: 0.09, width: 0.1, height: 0.02 });
  });

  test('a later frame adds only what it says anew', () => {
    const { text } = composeText([[line('WAIT FOR IT', 10, 50)], [line('Wait for  it', 10, 50), line('NOW', 10, 90)]]);
    expect(text).toBe('WAIT FOR IT\nNOW');
  });

  test('stops at 500 lines and at 20,000 characters, and says so', () => {
    const many = Array.from({ length: 600 }, (_, index) => line(`line ${index}`, 10, index * 40));
    expect(composeText([many])).toMatchObject({ truncated: true, places: { length: 500 } });
    const long = Array.from({ length: 30 }, (_, index) => line(`${index}${'x'.repeat(1_000)}`, 10, index * 40));
    const composed = composeText([long]);
    expect(composed.truncated).toBe(true);
    expect(composed.text.length).toBeLessThanOrEqual(20_000);
  });

  test('no lines are no text', () => {
    expect(composeText([[], []])).toEqual({ text: '', places: [], confidence: 0, truncated: false });
  });
});
