import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { buildHammingIndex, type HammingIndexData } from '#engine/hash/hamming-index-data.ts';

/** Fewer hashes than this are indexed in a few milliseconds, sooner than a thread has started. */
const threadedFrom = 20_000;
const words = 8;

/** The index could not be built in its thread. */
export class IndexBuildError extends Error {
  override readonly name = 'IndexBuildError';
  readonly retryable = true;
}

/** Builds an index of hashes in shared memory; a large one in a thread of its own, so that decisions go on meanwhile. */
export const buildIndex = async (hashes: Uint32Array<SharedArrayBuffer>): Promise<HammingIndexData> => {
  if (hashes.length / words < threadedFrom) return buildHammingIndex(hashes);
  const worker = new Worker(new URL('./build-index-worker.ts', import.meta.url), {
    workerData: hashes,
    name: 'hash-bank-index',
  });
  try {
    const ended = once(worker, 'exit').then(([code]) => {
      throw new IndexBuildError(`The thread that builds the index ended with code ${String(code)}.`);
    });
    // Ends last in any case; only the first of the two counts.
    ended.catch(() => {});
    const [data] = (await Promise.race([once(worker, 'message'), ended])) as [HammingIndexData];
    return data;
  } catch (error) {
    if (error instanceof IndexBuildError) throw error;
    throw new IndexBuildError('The index of a hash bank could not be built.', { cause: error });
  } finally {
    await worker.terminate();
  }
};
