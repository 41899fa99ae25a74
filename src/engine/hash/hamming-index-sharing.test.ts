import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { HammingIndex } from './hamming-index.ts';
import { type HammingIndexData, smallestIndexed } from './hamming-index-data.ts';
import { bruteForce, randomHash, randomOf, someBits, withFlipped } from './hash-samples.fixture.ts';

const buildAndHandOver = `
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort.once('message', async (hashes) => {
    const { buildHammingIndex } = await import(workerData);
    parentPort.postMessage(buildHammingIndex(hashes));
  });
`;

test('an index built in a worker thread is read where it was built', async () => {
  const random = randomOf(4);
  const hashes = Array.from({ length: smallestIndexed + 100 }, () => randomHash(random));
  const words = new Uint32Array(new SharedArrayBuffer(hashes.length * 32));
  for (const [position, hash] of hashes.entries()) words.set(hash, position * 8);
  const worker = new Worker(buildAndHandOver, {
    eval: true,
    workerData: new URL('./hamming-index-data.ts', import.meta.url).href,
  });
  worker.postMessage(words);
  const [data]: [HammingIndexData] = (await once(worker, 'message')) as [HammingIndexData];
  await worker.terminate();

  const index = new HammingIndex(data);
  for (let round = 0; round < 50; round += 1) {
    const query = withFlipped(hashes[random() % hashes.length]!, someBits(random, random() % 36));
    expect(index.search(query)).toEqual(bruteForce(hashes, query, 31, 64));
  }
  // One memory: what is written on this side shows on the other.
  words.fill(0, 0, 8);
  expect(data.hashes.subarray(0, 8)).toEqual(new Uint32Array(8));
});
