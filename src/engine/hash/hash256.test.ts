import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitCount, formatHash256, HashFormatError, hammingDistance, parseHash256 } from './hash256.ts';

const words = fc.uint32Array({ minLength: 8, maxLength: 8 });
const onesOf = (value: bigint): number => value.toString(2).replaceAll('0', '').length;
const toNumber = (hash: Uint32Array): bigint => BigInt(`0x${formatHash256(hash)}`);

const faultOf = (text: string): HashFormatError => {
  try {
    parseHash256(text);
  } catch (error) {
    if (error instanceof HashFormatError) return error;
  }
  throw new Error('The text was taken for a hash.');
};

describe('the written form', () => {
  test('the first digits are the most significant word', () => {
    const hash = parseHash256(`F8f8f0ce${'0'.repeat(55)}1`);
    expect([...hash]).toEqual([0xf8f8f0ce, 0, 0, 0, 0, 0, 0, 1]);
    expect(formatHash256(hash)).toBe(`f8f8f0ce${'0'.repeat(55)}1`);
  });

  test('any hash survives being written and read, in either case', () => {
    fc.assert(
      fc.property(words, fc.boolean(), (hash, upper) => {
        const text = formatHash256(hash);
        expect(text).toMatch(/^[0-9a-f]{64}$/);
        expect(parseHash256(upper ? text.toUpperCase() : text)).toEqual(hash);
      }),
    );
  });

  test.each(['', '0', '0'.repeat(63), '0'.repeat(65), '0'.repeat(1_000_000)])(
    'a wrong length is named (%#)',
    (text) => {
      const fault = faultOf(text);
      expect(fault.kind).toBe('length');
      expect(fault.offset).toBeNull();
      expect(fault.message).toContain(`has ${text.length}`);
    },
  );

  test.each([
    [`g${'0'.repeat(63)}`, 0],
    [`0x${'0'.repeat(62)}`, 1],
    [`${'0'.repeat(63)} `, 63],
    [`${'0'.repeat(40)}\u0661${'0'.repeat(23)}`, 40],
    [`${'0'.repeat(8)}-${'0'.repeat(55)}`, 8],
  ])('a character that is no hex digit is named with its place (%#)', (text, offset) => {
    expect(faultOf(text)).toMatchObject({ kind: 'digit', offset });
  });
});

describe('distance', () => {
  test('bits of a word', () => {
    expect([0, 1, -1, 0x80000000, 0xffffffff, 0x0f0f0f0f].map(bitCount)).toEqual([0, 1, 32, 1, 32, 16]);
  });

  test('is the number of ones in the exclusive or, both ways', () => {
    fc.assert(
      fc.property(words, words, (left, right) => {
        const distance = hammingDistance(left, right);
        expect(distance).toBe(onesOf(toNumber(left) ^ toNumber(right)));
        expect(hammingDistance(right, left)).toBe(distance);
      }),
    );
  });

  test('all bits differ', () => {
    expect(hammingDistance(new Uint32Array(8), new Uint32Array(8).fill(0xffffffff))).toBe(256);
  });
});
