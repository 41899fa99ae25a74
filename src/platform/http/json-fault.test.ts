import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from './json-fault.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the place where a text leaves JSON', () => {
  it.each([
    ['{"a": 1,}', 8],
    ['{"a": }', 6],
    ['[1 2]', 3],
    ['{"a": nul}', 6],
    ['"open', 5],
    ['"bad \\x"', 5],
    ['"line\nbreak"', 5],
    ['01', 1],
    ['{} {}', 3],
    ['{a: 1}', 1],
    ['', 0],
    ['[1, "two", {"three": [4', 23],
  ])('%j at %i', (text, offset) => {
    expect(isJson(text)).toBe(false);
    expect(findJsonFault(text)).toBe(offset);
  });

  it('finds none in what is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(findJsonFault(text)).toBe(text.length);
      }),
    );
  });

  it('finds one exactly where JSON.parse does: what comes before could be the beginning of JSON, what it stops at not', () => {
    const spoilt = fc
      .tuple(fc.json(), fc.nat(), fc.string({ minLength: 1, maxLength: 2 }))
      .map(
        ([text, at, noise]) => `${text.slice(0, at % (text.length + 1))}${noise}${text.slice(at % (text.length + 1))}`,
      );
    fc.assert(
      fc.property(spoilt, (text) => {
        const offset = findJsonFault(text);
        const message = /position (\d+)/.exec(errorOf(text))?.[1];
        if (isJson(text)) expect(offset).toBe(text.length);
        else if (message !== undefined) expect(offset).toBeLessThanOrEqual(Number(message));
        else expect(offset).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

const errorOf = (text: string): string => {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};
