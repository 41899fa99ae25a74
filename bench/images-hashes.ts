import { HammingIndex } from '#engine/hash/hamming-index.ts';
import { buildHammingIndex, type HammingIndexData } from '#engine/hash/hamming-index-data.ts';
import { bitCount, type Hash256 } from '#engine/hash/hash256.ts';
import { pdqHash, pdqMatchDistance } from '#engine/hash/pdq.ts';
import { makePicture } from './images-hashes-pictures.ts';
import { seeded } from './layer1-text.ts';
import { measure } from './measure.ts';
import type { BenchRow } from './table.ts';

const hashCount = 1_000_000;
const wordsOfHash = 8;
const queryCount = 2_000;
/** A scan takes a hundred times as long as a look-up. */
const scannedQueries = 100;
const clusterSize = 1_000;

/** PDQ of decoded pictures in all eight orientations, one call after the other on one core. */
export async function benchPdq(): Promise<BenchRow[]> {
  const sizes = [
    [1_600, 1_200, 'target: under 10 ms'],
    [4_000, 3_000, undefined],
    [512, 512, undefined],
  ] as const;
  const rows: BenchRow[] = [];
  for (const [width, height, note] of sizes) {
    const pictures = Array.from({ length: 4 }, (_, at) => makePicture(seeded(at + 1), width, height));
    const calls = Array.from({ length: 40 }, (_, at) => () => pdqHash(pictures[at % pictures.length]!));
    rows.push(await measure(`PDQ of a decoded ${width} x ${height} picture, eight orientations`, calls, note));
  }
  return rows;
}

const randomWord = (random: () => number): number => Math.floor(random() * 4_294_967_296);

const flip = (words: Uint32Array, at: number, bits: number, random: () => number): void => {
  const flipped = new Set<number>();
  while (flipped.size < bits) flipped.add(Math.floor(random() * 256));
  for (const bit of flipped) words[at + (bit >> 5)]! ^= 1 << (bit & 31);
};

/** `clusters` unrelated hashes, each with its near-duplicates, which differ from it in up to 20 bits. */
const makeHashes = (random: () => number, clusters: number): Uint32Array<SharedArrayBuffer> => {
  const hashes = new Uint32Array(new SharedArrayBuffer(hashCount * wordsOfHash * 4));
  for (let position = 0; position < hashCount; position += 1) {
    const at = position * wordsOfHash;
    if (position < clusters) {
      for (let word = 0; word < wordsOfHash; word += 1) hashes[at + word] = randomWord(random);
    } else {
      const original = (position % clusters) * wordsOfHash;
      hashes.copyWithin(at, original, original + wordsOfHash);
      flip(hashes, at, Math.floor(random() * 21), random);
    }
  }
  return hashes;
};

/** Half of the queries are a stored hash with 0 to 31 bits turned over, half are unrelated to any. */
const makeQueries = (random: () => number, hashes: Uint32Array, count: number): Hash256[] =>
  Array.from({ length: count }, (_, index) => {
    const query = Uint32Array.from({ length: wordsOfHash }, () => randomWord(random));
    if (index % 2 === 1) return query;
    const at = Math.floor(random() * hashCount) * wordsOfHash;
    query.set(hashes.subarray(at, at + wordsOfHash));
    flip(query, 0, Math.floor(random() * 32), random);
    return query;
  });

/** The plain alternative: every hash in turn, two words at a time, until it is too far. Gives how many are within the distance. */
const scan = (hashes: Uint32Array, query: Hash256): number => {
  const [a, b, c, d, e, f, g, h] = query as unknown as [number, number, number, number, number, number, number, number];
  let found = 0;
  for (let at = 0; at < hashes.length; at += wordsOfHash) {
    let distance = bitCount(hashes[at]! ^ a) + bitCount(hashes[at + 1]! ^ b) + bitCount(hashes[at + 2]! ^ c);
    if (distance > pdqMatchDistance) continue;
    distance += bitCount(hashes[at + 3]! ^ d) + bitCount(hashes[at + 4]! ^ e) + bitCount(hashes[at + 5]! ^ f);
    if (distance > pdqMatchDistance) continue;
    distance += bitCount(hashes[at + 6]! ^ g) + bitCount(hashes[at + 7]! ^ h);
    if (distance <= pdqMatchDistance) found += 1;
  }
  return found;
};

const megabytes = (data: HammingIndexData): string => {
  const { hashes, starts, positions, neighbours } = data;
  // What an opened index marks beside them: a word for each hash.
  const bytes = [hashes, starts, positions, neighbours, hashes.subarray(0, data.count)].reduce(
    (sum, array) => sum + array.byteLength,
    0,
  );
  return (bytes / 1e6).toFixed(0);
};

const build = (hashes: Uint32Array): { readonly data: HammingIndexData; readonly seconds: string } => {
  const started = performance.now();
  const data = buildHammingIndex(hashes);
  return { data, seconds: ((performance.now() - started) / 1_000).toFixed(2) };
};

const lookUps = (index: HammingIndex, queries: readonly Hash256[]) => queries.map((query) => () => index.search(query));

/** Every look-up beside the scan of the same hashes: they must agree on how many are near. */
const agreeing = (index: HammingIndex, hashes: Uint32Array, queries: readonly Hash256[]): string => {
  const most = 1_000;
  const wrong = queries.filter(
    (query) => index.search(query, pdqMatchDistance, most).length !== Math.min(most, scan(hashes, query)),
  );
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${queries.length} look-ups differ from the scan.`);
  return `${queries.length} look-ups agree with the scan`;
};

/** Look-ups within 31 bits among 1,000,000 hashes, beside a scan of the same in the same run. */
export async function benchHashLookUp(): Promise<BenchRow[]> {
  const random = seeded(7);
  const unrelated = makeHashes(random, hashCount);
  const { data, seconds } = build(unrelated);
  const index = new HammingIndex(data);
  const queries = makeQueries(random, unrelated, queryCount);
  const few = queries.slice(0, scannedQueries);
  const withTail = new HammingIndex(data);
  for (const query of makeQueries(random, unrelated, 2_000)) withTail.add(query);
  const clustered = makeHashes(random, hashCount / clusterSize);
  const inClusters = new HammingIndex(buildHammingIndex(clustered));
  const clusterQueries = makeQueries(random, clustered, queryCount / 10);
  const same = new Uint32Array(new SharedArrayBuffer(hashCount * wordsOfHash * 4)).fill(0x5a5a5a5a);
  const allSame = new HammingIndex(buildHammingIndex(same));
  return [
    await measure(
      'look-up within 31 bits in 1,000,000 hashes, half of them near',
      lookUps(index, queries),
      `target: p99 under 1 ms, under 200 MB; ${megabytes(data)} MB, built in ${seconds} s; ${agreeing(index, unrelated, few)}`,
    ),
    await measure('the same with 2,000 added since', lookUps(withTail, queries)),
    await measure(
      'alternative: a plain scan of the same',
      few.map((query) => () => scan(unrelated, query)),
      '32 MB',
    ),
    await measure(
      `look-up where the hashes are ${hashCount / clusterSize} pictures with ${clusterSize} near-duplicates each`,
      lookUps(inClusters, clusterQueries),
      agreeing(inClusters, clustered, clusterQueries.slice(0, scannedQueries)),
    ),
    await measure(
      'look-up where all 1,000,000 hashes are the same one, which is asked for',
      Array.from({ length: 20 }, () => () => allSame.search(same.subarray(0, wordsOfHash))),
      'the worst there is: reads every hash once',
    ),
  ];
}
