import { chunkCount, chunkOf, chunkStride, type HammingIndexData } from './hamming-index-data.ts';
import { bitCount, type Hash256, hash256Words } from './hash256.ts';
import { type HashMatch, NearestMatches } from './nearest-matches.ts';
import { distanceUpTo } from './scan-hashes.ts';

export type { HashMatch };

/** The furthest that can be looked up: beyond it a chunk may differ in more than one bit. */
export const largestDistance = 31;
const chunkBits = 16;
const usualLimit = 64;
const largestLimit = 1_000;

const ofHash = (hash: Hash256): Hash256 => {
  if (hash.length === hash256Words) return hash;
  throw new RangeError(`A 256-bit hash is ${hash256Words} words; this has ${hash.length}.`);
};

/**
 * Finds every stored hash within 31 bits of another, exactly.
 *
 * Two hashes within r bits, cut into 16 chunks in a ring, have a chunk from which the differences of any l chunks in a row stay within
 * l * r / 16: the one behind the point where the differences run furthest ahead of their average. So the buckets of the chunks' own values
 * and of the values one bit away (272 in all) hold all matches, and of what they hold only what is within 3 bits over two neighbouring
 * chunks, 1 in 500 of unrelated hashes, is compared in full. (Multi-index hashing: Norouzi, Punjani, Fleet 2012; the ring: Qin, Xiao,
 * "Pigeonring" 2018.)
 *
 * Where many hashes share their chunks, the buckets are large. Their sizes are summed first, and where that comes to more than there are hashes,
 * all hashes are read once instead: no look-up costs much more than a plain scan, whatever is stored, and no memory depends on it.
 *
 * Added hashes stand in an unsorted tail that is read from end to end: cheap for thousands; build anew for more. A removed hash is passed
 * over, and its place is free again only when the index is built anew.
 */
export class HammingIndex {
  readonly #data: HammingIndexData;
  /** Which look-up last compared a hash in full, so that it does not do so twice. */
  readonly #seen: Uint32Array;
  #lookUp = 0;
  #tail = new Uint32Array(0);
  #tailCount = 0;
  readonly #removed = new Set<number>();

  /** @throws RangeError where the arrays do not fit each other. */
  constructor(data: HammingIndexData) {
    const { count, hashes, starts, positions, neighbours } = data;
    const entries = starts.length === 0 ? 0 : chunkCount * count;
    const fits =
      hashes.length === count * hash256Words &&
      (starts.length === 0 || starts.length === chunkCount * chunkStride) &&
      positions.length === entries &&
      neighbours.length === entries;
    if (!fits) throw new RangeError('The arrays of the index do not fit each other; pass what buildHammingIndex gave.');
    this.#data = data;
    this.#seen = new Uint32Array(starts.length === 0 ? 0 : count);
  }

  /** Hashes that can be found. */
  get size(): number {
    return this.#data.count + this.#tailCount - this.#removed.size;
  }

  /** Hashes added since the index was built; each look-up reads them all. */
  get tailSize(): number {
    return this.#tailCount;
  }

  /** Hashes removed since the index was built; each still takes its place. */
  get removedSize(): number {
    return this.#removed.size;
  }

  /**
   * Adds a hash, also one that is there already, and gives its position. The next look-up finds it.
   *
   * @throws RangeError where the hash is not eight words.
   */
  add(hash: Hash256): number {
    const at = this.#tailCount * hash256Words;
    ofHash(hash);
    if (at === this.#tail.length) {
      const larger = new Uint32Array(Math.max(64 * hash256Words, this.#tail.length * 2));
      larger.set(this.#tail);
      this.#tail = larger;
    }
    this.#tail.set(hash, at);
    this.#tailCount += 1;
    return this.#data.count + this.#tailCount - 1;
  }

  /** Takes a hash out by its position. False where there is none, or none any more. */
  remove(position: number): boolean {
    const known = Number.isInteger(position) && position >= 0 && position < this.#data.count + this.#tailCount;
    if (!known || this.#removed.has(position)) return false;
    this.#removed.add(position);
    return true;
  }

  /**
   * The stored hashes within `maximumDistance` bits (0 to 31), nearest first and equally near ones by position, at most `limit` of them.
   *
   * @throws RangeError where the hash is not eight words, the distance not 0 to 31, or the limit not 1 to 1,000.
   */
  search(hash: Hash256, maximumDistance: number = largestDistance, limit: number = usualLimit): HashMatch[] {
    ofHash(hash);
    if (!Number.isInteger(maximumDistance) || maximumDistance < 0 || maximumDistance > largestDistance) {
      throw new RangeError(`A distance of ${maximumDistance} bits cannot be looked up: give a whole number, 0 to 31.`);
    }
    if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
      throw new RangeError(`A limit of ${limit} matches is none: give a whole number, 1 to ${largestLimit}.`);
    }
    const found = new NearestMatches(maximumDistance, limit);
    const { count, hashes, starts } = this.#data;
    if (starts.length === 0 || this.#candidates(hash, maximumDistance) > count)
      this.#scan(hashes, count, 0, hash, found);
    else this.#probe(hash, maximumDistance, found);
    this.#scan(this.#tail, this.#tailCount, count, hash, found);
    return found.toArray();
  }

  /** How many entries the buckets of a look-up hold together. */
  #candidates(hash: Hash256, maximumDistance: number): number {
    const { starts } = this.#data;
    let sum = 0;
    for (let chunk = 0; chunk < chunkCount; chunk += 1) {
      const base = chunk * chunkStride;
      const value = chunkOf(hash, 0, chunk);
      sum += starts[base + value + 1]! - starts[base + value]!;
      if (maximumDistance < chunkCount) continue;
      for (let bit = 0; bit < chunkBits; bit += 1) {
        const near = base + (value ^ (1 << bit));
        sum += starts[near + 1]! - starts[near]!;
      }
    }
    return sum;
  }

  #probe(hash: Hash256, maximumDistance: number, found: NearestMatches): void {
    this.#lookUp = (this.#lookUp + 1) >>> 0;
    if (this.#lookUp === 0) {
      // After 2^32 look-ups the numbers begin again, and old marks would be taken for new ones.
      this.#seen.fill(0);
      this.#lookUp = 1;
    }
    const inTwoChunks = Math.floor((2 * maximumDistance) / chunkCount);
    for (let chunk = 0; chunk < chunkCount; chunk += 1) {
      const value = chunkOf(hash, 0, chunk);
      const next = chunkOf(hash, 0, (chunk + 1) % chunkCount);
      this.#readBucket(chunk, value, next, inTwoChunks, hash, found);
      if (maximumDistance < chunkCount) continue;
      for (let bit = 0; bit < chunkBits; bit += 1) {
        this.#readBucket(chunk, value ^ (1 << bit), next, inTwoChunks - 1, hash, found);
      }
    }
  }

  /** Compares what has `value` in `chunk` and differs from `next` in at most `allowed` bits of the following chunk. */
  #readBucket(chunk: number, value: number, next: number, allowed: number, hash: Hash256, found: NearestMatches): void {
    const { count, starts, positions, neighbours, hashes } = this.#data;
    const bucket = chunk * chunkStride + value;
    const end = chunk * count + starts[bucket + 1]!;
    for (let entry = chunk * count + starts[bucket]!; entry < end; entry += 1) {
      if (bitCount(neighbours[entry]! ^ next) > allowed) continue;
      const position = positions[entry]!;
      if (this.#seen[position] === this.#lookUp) continue;
      this.#seen[position] = this.#lookUp;
      const distance = distanceUpTo(hashes, position * hash256Words, hash, found.radius);
      if (found.wants(position, distance) && !this.#removed.has(position)) found.add(position, distance);
    }
  }

  #scan(hashes: Uint32Array, count: number, firstPosition: number, hash: Hash256, found: NearestMatches): void {
    let { radius } = found;
    for (let index = 0; index < count; index += 1) {
      const distance = distanceUpTo(hashes, index * hash256Words, hash, radius);
      if (distance > radius) continue;
      const position = firstPosition + index;
      if (!found.wants(position, distance) || this.#removed.has(position)) continue;
      found.add(position, distance);
      radius = found.radius;
    }
  }
}
