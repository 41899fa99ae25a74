import { parentPort, workerData } from 'node:worker_threads';
import { buildHammingIndex } from '#engine/hash/hamming-index-data.ts';
import { type DigestList, sortDigests } from './sort-digests.ts';

/** What the thread is started for. Arrays are shared, so nothing is copied. */
export type BuildTask =
  | { readonly kind: 'index'; readonly hashes: Uint32Array<SharedArrayBuffer> }
  | { readonly kind: 'sort'; readonly list: DigestList };

const task = workerData as BuildTask;
parentPort?.postMessage(task.kind === 'index' ? buildHammingIndex(task.hashes) : sortDigests(task.list));
