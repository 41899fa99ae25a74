import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '#engine/text/normalise.ts';
import { hammingDistance64, simhash64 } from './simhash.ts';
import { findWords } from './words.ts';

const fingerprint = (text: string): string => {
  const normalised = normalise(text);
  const found = simhash64(normalised.text, findWords(normalised));
  if (found === undefined) throw new Error(`no fingerprint of: ${text}`);
  return found;
};

const template = (name: string, sum: number): string =>
  `Congratulations ${name}, you have won ${sum} dollars in our monthly draw, reply with your bank details to claim the prize`;
const other =
  'I went to the market this morning and bought apples, pears and a large loaf of bread for the family table';

const hexadecimal = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((value) => value.toString(16).padStart(16, '0'));
/** The obvious way, as the reference. */
const countDifferences = (one: string, two: string): number =>
  [...(BigInt(`0x${one}`) ^ BigInt(`0x${two}`)).toString(2)].filter((bit) => bit === '1').length;

describe('the fingerprint of a template', () => {
  it('is near for the same template filled in otherwise, far for another text', () => {
    expect(hammingDistance64(fingerprint(template('Anna', 5000)), fingerprint(template('Peter', 750)))).toBeLessThan(
      14,
    );
    expect(hammingDistance64(fingerprint(template('Anna', 5000)), fingerprint(other))).toBeGreaterThan(20);
  });

  it('does not see digits, case or disguise', () => {
    const disguised = template('Anna', 5000).toUpperCase().replace('WON', 'W\u200bО\u200bN');
    expect(fingerprint(template('Anna', 1234))).toBe(fingerprint(template('Anna', 5678)));
    expect(fingerprint(disguised)).toBe(fingerprint(template('Anna', 5000)));
  });

  it('is left out for texts that are too short to tell', () => {
    const normalised = normalise('see you at noon');
    expect(simhash64(normalised.text, findWords(normalised))).toBeUndefined();
  });
});

describe('the distance of fingerprints', () => {
  it('is the number of different bits', () => {
    fc.assert(
      fc.property(hexadecimal, hexadecimal, (one, two) => {
        expect(hammingDistance64(one, two)).toBe(countDifferences(one, two));
        expect(hammingDistance64(two, one)).toBe(hammingDistance64(one, two));
        expect(hammingDistance64(one, one)).toBe(0);
      }),
    );
  });

  it.each(['', 'xyz', '0123456789ABCDEF', '0'.repeat(17)])('refuses %j', (wrong) => {
    expect(() => hammingDistance64(wrong, '0'.repeat(16))).toThrow(RangeError);
  });
});
