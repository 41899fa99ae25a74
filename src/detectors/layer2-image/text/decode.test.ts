import { describe, expect, test } from 'vitest';
import { decodeLine, readDictionary } from './decode.ts';

const dictionary = readDictionary('a\nb\nc');

/** Steps by letter (`-` for none); the rest of the probability lies on `-`, or where given on the space. */
const outputsOf = (steps: readonly (readonly [letter: string, probability: number, space?: number])[]) => {
  const symbols = ['-', ...dictionary];
  const data = new Float32Array(steps.length * symbols.length);
  steps.forEach(([letter, probability, space = 0], step) => {
    data[step * symbols.length + symbols.length - 1] = space;
    data[step * symbols.length + symbols.indexOf(letter)] = probability;
  });
  return { dims: [1, steps.length, symbols.length], data };
};

describe('decoding a line', () => {
  test('repetitions are one character, unless nothing stands between', () => {
    const { text, confidence } = decodeLine(
      outputsOf([
        ['a', 0.9],
        ['a', 0.8],
        ['-', 0.9],
        ['a', 0.7],
        ['b', 0.5],
      ]),
      dictionary,
    );
    expect(text).toBe('aab');
    expect(confidence).toBeCloseTo((0.9 + 0.7 + 0.5) / 3);
  });

  test('a space that is likely enough is read, though nothing is likelier; never at the ends', () => {
    const steps = [
      ['-', 0.5, 0.4],
      ['a', 0.9],
      ['-', 0.9, 0.05],
      ['b', 0.9],
      ['-', 0.9, 0.01],
      ['c', 0.9],
      [' ', 0.9, 0.9],
    ] as const;
    expect(decodeLine(outputsOf(steps), dictionary).text).toBe('a bc');
  });

  test('nothing read has no confidence', () => {
    expect(decodeLine(outputsOf([['-', 1]]), dictionary)).toEqual({ text: '', confidence: 0 });
    expect(decodeLine(outputsOf([]), dictionary)).toEqual({ text: '', confidence: 0 });
  });

  test('a dictionary of another network is refused', () => {
    expect(() => decodeLine(outputsOf([['a', 1]]), ['a'])).toThrow('5 outputs for 1 characters');
  });
});
