import type { ClassifierError } from './errors.ts';

/** How the classifier's worker threads are run. */
export interface ClassifierPoolOptions {
  readonly manifestPath: string;
  /** Worker threads; each holds its own copy of the model (a few MB) and the language data. */
  readonly workers: number;
  /** Texts sent to a worker at once, at most. */
  readonly maximumBatch: number;
  /** Texts waiting, at most; further ones are refused as `overloaded`. */
  readonly maximumWaiting: number;
  /** A worker that keeps a batch longer than this is taken for hung and replaced. */
  readonly batchTimeoutMs: number;
  /** First pause before a crashed worker is started again; it doubles up to `restartPauseLimitMs`. */
  readonly restartPauseMs: number;
  readonly restartPauseLimitMs: number;
  /** The thread's entry file; another one only in tests. */
  readonly workerFile: URL;
  /** Told of every crash and of a model that cannot be used, for the log. */
  readonly onProblem: (problem: ClassifierError) => void;
}
