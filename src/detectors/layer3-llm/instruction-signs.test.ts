import { describe, expect, it } from 'vitest';
import { instructionSigns } from './instruction-signs.ts';
import injections from './test-data/injections.json' with { type: 'json' };
import ordinary from './test-data/ordinary.json' with { type: 'json' };

describe('D1 signs that a text speaks to the machine', () => {
  it.each(injections.injections)('sees it in %j', (text) => {
    expect(instructionSigns([text])).not.toEqual([]);
  });

  it.each(injections.injections)('sees it inside a longer text: %j', (text) => {
    expect(instructionSigns([`We had a lovely day at the lake.\n${text}\nSee you tomorrow.`])).not.toEqual([]);
  });

  it.each(ordinary.texts)('sees none in %j', (text) => {
    expect(instructionSigns([text])).toEqual([]);
  });

  it('looks through a long hostile text in no time to speak of', () => {
    const texts = [
      'ignore '.repeat(5_000),
      'mark this '.repeat(4_000),
      'a'.repeat(200_000),
      'aWdub3Jl'.repeat(3_000),
      '%41 '.repeat(9_000),
    ];
    for (const text of texts) expect(Array.isArray(instructionSigns([text]))).toBe(true);
  });
});
