import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HammingIndex } from './hamming-index.ts';
import { buildHammingIndex, smallestIndexed } from './hamming-index-data.ts';
import { bruteForce, lay, type Random, randomHash, randomOf, someBits, withFlipped } from './hash-samples.fixture.ts';
import type { Hash256 } from './hash256.ts';

const indexOf = (hashes: readonly Hash256[]): HammingIndex => new HammingIndex(buildHammingIndex(lay(hashes)));

const count = smallestIndexed + 500;

/** Ways in which a bank can be filled; the first is what hashing gives, the rest is what strains the buckets. */
const fillings: Readonly<Record<string, (random: Random) => Hash256[]>> = {
  random: (random) => Array.from({ length: count }, () => randomHash(random)),
  'near-duplicates of ten pictures': (random) => {
    const originals = Array.from({ length: 10 }, () => randomHash(random));
    return Array.from({ length: count }, (_, at) => withFlipped(originals[at % 10]!, someBits(random, random() % 40)));
  },
  'all chunks zero but the last four': (random) =>
    Array.from({ length: count }, () => randomHash(random).fill(0, 0, 6)),
  'few bits set': (random) =>
    Array.from({ length: count }, () => withFlipped(new Uint32Array(8), someBits(random, random() % 20))),
  'every chunk one of two values': (random) =>
    Array.from({ length: count }, () => randomHash(random).map((word) => (word & 0x00010001) * 0x5a5a)),
  'all the same': () => Array.from({ length: count }, () => new Uint32Array(8).fill(0xdeadbeef)),
  'too few for tables': (random) => Array.from({ length: 300 }, () => randomHash(random).fill(0, 1)),
};

describe('equals brute force', () => {
  test.each(Object.entries(fillings))('%s', (_, fill) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomOf(seed);
        const hashes = fill(random);
        const index = indexOf(hashes);
        for (let round = 0; round < 12; round += 1) {
          const query = withFlipped(hashes[random() % hashes.length]!, someBits(random, random() % 45));
          const maximumDistance = round < 4 ? 31 : random() % 32;
          const limit = [1, 5, 64, 1_000][random() % 4]!;
          expect(index.search(query, maximumDistance, limit)).toEqual(
            bruteForce(hashes, query, maximumDistance, limit),
          );
        }
      }),
      { numRuns: 6 },
    );
  });

  test('whichever way the differences fall into the chunks', () => {
    const random = randomOf(5);
    const hashes = Array.from({ length: count }, () => randomHash(random));
    const index = indexOf(hashes);
    fc.assert(
      fc.property(
        fc.nat(count - 1),
        fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 16 }),
        fc.integer({ min: 0, max: 31 }),
        fc.nat(),
        (position, chunks, distance, seed) => {
          // Only these chunks differ, as evenly as can be: what is furthest from having a chunk in common.
          const order = randomOf(seed);
          const bits = new Set<number>();
          const room = Math.min(distance, chunks.length * 16);
          for (let at = 0; bits.size < room; at += 1) {
            const before = bits.size;
            while (bits.size === before) {
              const chunk = chunks[at % chunks.length]!;
              const free = Array.from({ length: 16 }, (_, bit) => chunk * 16 + bit).filter((bit) => !bits.has(bit));
              if (free.length === 0) break;
              bits.add(free[order() % free.length]!);
            }
          }
          const query = withFlipped(hashes[position]!, bits);
          expect(index.search(query, room)).toEqual([{ position, distance: room }]);
          if (room > 0) expect(index.search(query, room - 1)).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the boundary', () => {
  const random = randomOf(9);
  const hashes = Array.from({ length: count }, () => randomHash(random));
  const index = indexOf(hashes);

  test('31 bits are found, 32 are not, wherever the chunk with fewer lies', () => {
    // Two bits in each chunk are 32; one less in one chunk is the one way to find it.
    const two = Array.from({ length: 32 }, (_, at) => (at >> 1) * 16 + (at & 1) * 7);
    expect(index.search(withFlipped(hashes[70]!, two))).toEqual([]);
    for (let left = 0; left < 32; left += 1) {
      expect(index.search(withFlipped(hashes[70]!, two.toSpliced(left, 1)))).toEqual([{ position: 70, distance: 31 }]);
    }
  });

  test('each distance is found and the next one is not, however evenly the bits are spread over the chunks', () => {
    for (let distance = 1; distance <= 31; distance += 1) {
      for (let first = 0; first < 16; first += 1) {
        const bits = Array.from(
          { length: distance },
          (_, at) => ((first + at) % 16) * 16 + ((at * 5 + (at >> 4)) % 16),
        );
        const query = withFlipped(hashes[70]!, bits);
        expect(index.search(query, distance)).toEqual([{ position: 70, distance }]);
        expect(index.search(query, distance - 1)).toEqual([]);
      }
    }
  });

  test.each([-1, 32, 1.5, Number.NaN])('a distance of %d is refused', (distance) => {
    expect(() => index.search(hashes[0]!, distance)).toThrow(RangeError);
  });

  test.each([0, -1, 1.5, 1_001, Number.POSITIVE_INFINITY])('a limit of %d is refused', (limit) => {
    expect(() => index.search(hashes[0]!, 31, limit)).toThrow(RangeError);
  });

  test('a hash of another length is refused, in look-ups, additions and building', () => {
    expect(() => index.search(new Uint32Array(7))).toThrow(RangeError);
    expect(() => index.add(new Uint32Array(9))).toThrow(RangeError);
    expect(() => buildHammingIndex(new Uint32Array(12))).toThrow(RangeError);
  });

  test('arrays that do not belong together are refused', () => {
    const data = buildHammingIndex(lay(hashes));
    expect(() => new HammingIndex({ ...data, count: data.count - 1 })).toThrow(RangeError);
    expect(() => new HammingIndex({ ...data, starts: data.starts.subarray(1) })).toThrow(RangeError);
  });
});

describe('hashes come and go', () => {
  test('an empty index finds nothing, then what is added', () => {
    const index = indexOf([]);
    const hash = randomHash(randomOf(1));
    expect([index.size, index.search(hash)]).toEqual([0, []]);
    expect(index.add(hash)).toBe(0);
    expect([index.size, index.search(hash)]).toEqual([1, [{ position: 0, distance: 0 }]]);
  });

  test('any order of additions, removals and look-ups equals brute force', () => {
    const seeds = randomOf(3);
    const stored = Array.from({ length: count }, () => randomHash(seeds));
    const data = buildHammingIndex(lay(stored));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'search'), fc.nat()), { maxLength: 150 }),
        (steps) => {
          const index = new HammingIndex(data);
          const hashes = [...stored];
          const removed = new Set<number>();
          for (const [step, seed] of steps) {
            const random = randomOf(seed);
            // A handful of hashes, so that steps meet.
            const near = withFlipped(hashes[(hashes.length - 1) >> (random() % 4)]!, someBits(random, random() % 35));
            if (step === 'add') {
              expect(index.add(near)).toBe(hashes.length);
              hashes.push(near);
            } else if (step === 'remove') {
              const position = (hashes.length - 1) >> (random() % 4);
              expect(index.remove(position)).toBe(!removed.has(position));
              removed.add(position);
            } else {
              const expected = bruteForce(hashes, near, 31, 5_000).filter(({ position }) => !removed.has(position));
              expect(index.search(near, 31, 3)).toEqual(expected.slice(0, 3));
            }
          }
          expect(index.size).toBe(hashes.length - removed.size);
          expect([index.tailSize, index.removedSize]).toEqual([hashes.length - stored.length, removed.size]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each([-1, 0.5, 3, Number.NaN])('there is nothing to remove at %d', (position) => {
    expect(indexOf([randomHash(randomOf(1))]).remove(position)).toBe(false);
  });

  test('equal hashes are each found, and removed each by itself', () => {
    const random = randomOf(2);
    const hashes = Array.from({ length: count }, () => randomHash(random));
    hashes[10] = hashes[2_000] = hashes[5]!;
    const index = indexOf(hashes);
    expect(index.search(hashes[5]!, 0).map(({ position }) => position)).toEqual([5, 10, 2_000]);
    index.remove(10);
    expect(index.search(hashes[5]!, 0).map(({ position }) => position)).toEqual([5, 2_000]);
  });
});

test('hashes in shared memory are taken as they are, others are copied', () => {
  const shared = new Uint32Array(new SharedArrayBuffer(32 * 4));
  expect(buildHammingIndex(shared).hashes).toBe(shared);
  const own = new Uint32Array(32);
  const data = buildHammingIndex(own);
  own.fill(1);
  expect(new HammingIndex(data).search(new Uint32Array(8), 0)).toHaveLength(4);
  for (const array of [data.hashes, data.starts, data.positions, data.neighbours]) {
    expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  }
});
