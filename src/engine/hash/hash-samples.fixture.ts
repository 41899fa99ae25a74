// Made-up hashes and the obvious way to look them up, for the tests of the index.
import { type Hash256, hammingDistance } from './hash256.ts';
import type { HashMatch } from './nearest-matches.ts';

export type Random = () => number;

/** Whole numbers of 32 bits, the same for a seed. */
export const randomOf = (seed: number): Random => {
  let state = (seed ^ 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

export const randomHash = (random: Random): Hash256 => Uint32Array.from({ length: 8 }, random);

/** The hash with these bits turned over; bit 0 is the lowest of word 0. */
export const withFlipped = (hash: Hash256, bits: Iterable<number>): Hash256 => {
  const flipped = hash.slice();
  for (const bit of bits) flipped[bit >> 5]! ^= 1 << (bit & 31);
  return flipped;
};

/** So many different bits. */
export const someBits = (random: Random, count: number): Set<number> => {
  const bits = new Set<number>();
  while (bits.size < count) bits.add(random() % 256);
  return bits;
};

/** Hashes one after the other, as the index takes them. */
export const lay = (hashes: readonly Hash256[]): Uint32Array => {
  const words = new Uint32Array(hashes.length * 8);
  for (const [position, hash] of hashes.entries()) words.set(hash, position * 8);
  return words;
};

/** What a look-up must give: every hash compared, sorted, cut off. */
export const bruteForce = (
  hashes: readonly Hash256[],
  query: Hash256,
  maximumDistance: number,
  limit: number,
): HashMatch[] =>
  hashes
    .map((hash, position) => ({ position, distance: hammingDistance(hash, query) }))
    .filter(({ distance }) => distance <= maximumDistance)
    .sort((left, right) => left.distance - right.distance || left.position - right.position)
    .slice(0, limit);
