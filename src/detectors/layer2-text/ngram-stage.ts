import { fileURLToPath } from 'node:url';
import { ClassifierPool } from './classifier-pool.ts';
import type { ClassifierError } from './errors.ts';
import { type ModelManifest, readManifest } from './ngram-model.ts';
import type { ClassifierPoolOptions } from './pool-options.ts';
import type { JudgedText } from './worker-protocol.ts';

export interface NgramStageOptions {
  /** `model.json` of the model to use; the one that ships unless set. */
  readonly manifestPath?: string;
  /** Worker threads, 1 unless set. */
  readonly workers?: number;
  /** Told of crashes and of a model that cannot be used; the error says what to do. */
  readonly onProblem?: (problem: ClassifierError) => void;
  /** Settings of the worker pool that only tests and benchmarks change. */
  readonly pool?: Partial<
    Pick<
      ClassifierPoolOptions,
      'maximumBatch' | 'maximumWaiting' | 'batchTimeoutMs' | 'restartPauseMs' | 'restartPauseLimitMs' | 'workerFile'
    >
  >;
}

/** The n-gram model in worker threads: the cheap first look at every text, and a detector's whole model where a policy wants no more. */
export interface NgramStage {
  readonly manifest: ModelManifest;
  /** Never throws: failures show in `classify`. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Rejects with `ClassifierError`. */
  classify(text: string, abort: AbortSignal): Promise<JudgedText>;
}

const SHIPPED_MANIFEST = fileURLToPath(new URL('../../../models/text-ngram/model.json', import.meta.url));

/** @throws ModelFileError if the manifest cannot be read; weights that do not match their checksum fail every text instead. */
export function createNgramStage(options: NgramStageOptions = {}): NgramStage {
  const manifestPath = options.manifestPath ?? SHIPPED_MANIFEST;
  const manifest = readManifest(manifestPath);
  const pool = new ClassifierPool({
    manifestPath,
    workers: options.workers ?? 1,
    maximumBatch: 32,
    maximumWaiting: 4096,
    batchTimeoutMs: 5000,
    restartPauseMs: 100,
    restartPauseLimitMs: 30_000,
    workerFile: new URL('./classifier-worker.ts', import.meta.url),
    onProblem: options.onProblem ?? (() => {}),
    ...options.pool,
  });
  return {
    manifest,
    open: () => pool.open(),
    close: () => pool.close(),
    classify: (text, abort) => pool.classify(text, abort),
  };
}
