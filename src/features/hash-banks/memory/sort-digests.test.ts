import { describe, expect, it } from 'vitest';
import { createRandom, randomHex } from '#test/support/hash-banks.ts';
import { sortDigests } from './sort-digests.ts';
import { hexOf, SortedDigests, wordsOf } from './sorted-digests.ts';

const listOf = (hex: readonly string[], words: number) => {
  const digests = new Uint32Array(new SharedArrayBuffer(hex.length * words * 4));
  const sequences = new Float64Array(new SharedArrayBuffer(hex.length * 8));
  hex.forEach((digest, at) => {
    digests.set(wordsOf(digest), at * words);
    sequences[at] = at + 1;
  });
  return { words, digests, sequences };
};

describe('B7: digests in order', () => {
  const random = createRandom(5);

  it.each([
    ['of every kind', (): string => randomHex(random, 32)],
    ['whose first words are all alike', (): string => `ffffffff${randomHex(random, 24)}`],
    ['of few values at first', (): string => `${randomHex(random, 1)}0000000${randomHex(random, 24)}`],
  ])('are sorted as their text is, with their entries: %s', (_, make) => {
    const hex = [...new Set(Array.from({ length: 2_000 }, make))];
    const sorted = sortDigests(listOf(hex, 4));
    const shown = Array.from(sorted.sequences, (_entry, at) => hexOf(sorted.digests, at * 4, 4));
    expect(shown).toEqual(hex.toSorted());
    expect(shown.map((digest) => hex.indexOf(digest) + 1)).toEqual([...sorted.sequences]);
    const digests = new SortedDigests('bank', sorted);
    for (const digest of hex) expect(digests.has(digest)).toBe(true);
    expect(digests.has(randomHex(random, 32))).toBe(false);
    expect(digests.has('')).toBe(false);
  });

  it('refuse what is out of order, or twice there', () => {
    const [low, high] = ['0'.repeat(32), 'f'.repeat(32)] as const;
    expect(() => new SortedDigests('bank', listOf([high, low], 4))).toThrow(/out of order/);
    expect(() => new SortedDigests('bank', sortDigests(listOf([low, high, low], 4)))).toThrow(/out of order/);
    expect(new SortedDigests('bank', listOf([], 8)).has('0'.repeat(64))).toBe(false);
  });
});
