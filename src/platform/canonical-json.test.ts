import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
};

describe('canonicalJson', () => {
  it('law: the order of members does not matter, and the text reads back as the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        // JSON has no -0.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves out members without a value, and keeps their places in lists', () => {
    expect(canonicalJson({ b: undefined, a: [undefined, 1], c: { d: undefined } })).toBe('{"a":[null,1],"c":{}}');
  });

  it('sorts by code unit and writes dates as ISO 8601', () => {
    expect(canonicalJson({ é: 1, a: 2, Z: 3, at: new Date(0) })).toBe(
      '{"Z":3,"a":2,"at":"1970-01-01T00:00:00.000Z","é":1}',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1])('refuses %s, which JSON cannot say', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});
