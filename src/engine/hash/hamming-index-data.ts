import { hash256Words } from './hash256.ts';

/** A hash is cut into this many chunks of 16 bits. */
export const chunkCount = 16;
/** Entries of one chunk's part of `starts`: one for each value, and the end. */
export const chunkStride = 65_537;
/** Up to here reading every hash is as fast as looking into 272 buckets, and the tables are left out. */
export const smallestIndexed = 2_048;
const largestIndexed = 1 << 26;

/**
 * An index over 256-bit hashes: plain arrays in shared memory, so that a worker thread builds it and `postMessage` hands it over without a
 * copy. 132 MB for 1,000,000 hashes: 32 of hashes, 64 of positions, 32 of neighbours, 4 of bucket starts.
 */
export interface HammingIndexData {
  /** Hashes in the index. */
  readonly count: number;
  /** Eight words a hash. */
  readonly hashes: Uint32Array<SharedArrayBuffer>;
  /**
   * For chunk c and value v, `starts[c * 65537 + v]` is where the hashes with that value begin in chunk c's part of the next two, and
   * `starts[c * 65537 + v + 1]` where they end. Empty in a small index, which is read from end to end.
   */
  readonly starts: Uint32Array<SharedArrayBuffer>;
  /** For each chunk the positions of all hashes, ordered by the value of the chunk. */
  readonly positions: Uint32Array<SharedArrayBuffer>;
  /** Beside each position, the value of the chunk that follows (chunk 0 follows chunk 15), so that most candidates never touch `hashes`. */
  readonly neighbours: Uint16Array<SharedArrayBuffer>;
}

/** Chunk 0 is the most significant 16 bits. `at` is the index of the hash's first word. */
export const chunkOf = (hashes: Uint32Array, at: number, chunk: number): number => {
  const word = hashes[at + (chunk >> 1)]!;
  return (chunk & 1) === 0 ? word >>> 16 : word & 0xffff;
};

const sharedWords = (length: number): Uint32Array<SharedArrayBuffer> =>
  new Uint32Array(new SharedArrayBuffer(length * 4));

const isShared = (words: Uint32Array): words is Uint32Array<SharedArrayBuffer> =>
  words.buffer instanceof SharedArrayBuffer;

const toShared = (words: Uint32Array): Uint32Array<SharedArrayBuffer> => {
  if (isShared(words)) return words;
  const shared = sharedWords(words.length);
  shared.set(words);
  return shared;
};

/** A counting sort of all positions by the value of one chunk. */
const sortByChunk = (data: HammingIndexData, chunk: number): void => {
  const { count, hashes } = data;
  const starts = data.starts.subarray(chunk * chunkStride, (chunk + 1) * chunkStride);
  const positions = data.positions.subarray(chunk * count, (chunk + 1) * count);
  const neighbours = data.neighbours.subarray(chunk * count, (chunk + 1) * count);
  const next = (chunk + 1) % chunkCount;
  for (let position = 0; position < count; position += 1)
    starts[chunkOf(hashes, position * hash256Words, chunk) + 1]! += 1;
  for (let value = 1; value < chunkStride; value += 1) starts[value]! += starts[value - 1]!;
  const free = starts.slice();
  for (let position = 0; position < count; position += 1) {
    const at = position * hash256Words;
    const value = chunkOf(hashes, at, chunk);
    const place = free[value]!;
    free[value] = place + 1;
    positions[place] = position;
    neighbours[place] = chunkOf(hashes, at, next);
  }
};

/**
 * Builds an index of hashes laid one after the other, eight words each. Their order is their position. Takes about half a second for
 * 1,000,000, so call it in a worker thread; hashes already in shared memory are not copied and must not change afterwards.
 *
 * @throws RangeError where the words are no whole number of hashes, or more than 67,108,864 hashes.
 */
export const buildHammingIndex = (hashes: Uint32Array): HammingIndexData => {
  const count = hashes.length / hash256Words;
  if (!Number.isInteger(count) || count > largestIndexed) {
    throw new RangeError(
      `${hashes.length} words are no index: give ${hash256Words} words a hash, and at most ${largestIndexed} hashes.`,
    );
  }
  const indexed = count > smallestIndexed;
  const data: HammingIndexData = {
    count,
    hashes: toShared(hashes),
    starts: sharedWords(indexed ? chunkCount * chunkStride : 0),
    positions: sharedWords(indexed ? chunkCount * count : 0),
    neighbours: new Uint16Array(new SharedArrayBuffer(indexed ? chunkCount * count * 2 : 0)),
  };
  if (indexed) for (let chunk = 0; chunk < chunkCount; chunk += 1) sortByChunk(data, chunk);
  return data;
};
