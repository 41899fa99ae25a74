import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { buildHammingIndex, type HammingIndexData } from '#engine/hash/hamming-index-data.ts';
import type { BuildTask } from './build-worker.ts';
import { type DigestList, sortDigests } from './sort-digests.ts';

/** Fewer hashes than this are indexed or sorted in a few milliseconds, sooner than a thread has started. */
const threadedFrom = 20_000;
const words = 8;

/** The index of a bank could not be built in its thread. */
export class IndexBuildError extends Error {
  override readonly name = 'IndexBuildError';
  readonly retryable = true;
}

const runInThread = async <Result>(task: BuildTask): Promise<Result> => {
  const worker = new Worker(new URL('./build-worker.ts', import.meta.url), {
    workerData: task,
    name: 'hash-bank-index',
  });
  try {
    const ended = once(worker, 'exit').then(([code]): never => {
      throw new IndexBuildError(`The thread that builds the index ended with code ${String(code)}.`);
    });
    // Ends last in any case; only the first of the two counts.
    ended.catch(() => {});
    const [result] = await Promise.race([once(worker, 'message'), ended]);
    return result as Result;
  } catch (error) {
    if (error instanceof IndexBuildError) throw error;
    throw new IndexBuildError('The index of a hash bank could not be built.', { cause: error });
  } finally {
    await worker.terminate();
  }
};

/** Builds an index of hashes in shared memory; a large one in a thread of its own, so that decisions go on meanwhile. @throws IndexBuildError */
export const buildIndex = async (hashes: Uint32Array<SharedArrayBuffer>): Promise<HammingIndexData> =>
  hashes.length / words < threadedFrom ? buildHammingIndex(hashes) : runInThread({ kind: 'index', hashes });

/** Sorts digests, many of them in a thread of its own. @throws IndexBuildError */
export const sortList = async (list: DigestList): Promise<DigestList> =>
  list.sequences.length < threadedFrom ? sortDigests(list) : runInThread({ kind: 'sort', list });
