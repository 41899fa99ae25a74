import { parentPort, workerData } from 'node:worker_threads';
import { buildHammingIndex } from '#engine/hash/hamming-index-data.ts';

/** Builds the index of the hashes that it was started with and ends. The arrays are shared, so nothing is copied. */
parentPort?.postMessage(buildHammingIndex(workerData as Uint32Array));
