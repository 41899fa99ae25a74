import { Worker } from 'node:worker_threads';
import { ClassifierError } from './errors.ts';
import type { ClassifierPoolOptions } from './pool-options.ts';
import type { ClassifyRequest, TextAnswer, WorkerMessage, WorkerSettings } from './worker-protocol.ts';

export interface PoolWorkerEvents {
  /** Ready for the next batch. */
  onFree(): void;
  onCrash(problem: ClassifierError): void;
  /** The model cannot be used; the worker stays down. */
  onModelFailure(problem: ClassifierError): void;
}

interface Flight {
  readonly batch: number;
  readonly onAnswers: (answers: readonly TextAnswer[]) => void;
  readonly onError: (error: ClassifierError) => void;
  readonly timer: NodeJS.Timeout;
}

/** How long a worker may take to load its model before it is taken for hung. */
const START_LIMIT_MS = 30_000;

/** One worker thread with at most one batch in flight; replaced with growing pauses when it crashes or hangs. */
export class PoolWorker {
  readonly #options: ClassifierPoolOptions;
  readonly #events: PoolWorkerEvents;
  #thread: Worker | undefined;
  #state: 'starting' | 'ready' | 'down' | 'closed' = 'starting';
  #flight: Flight | undefined;
  #batch = 0;
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #startTimer: NodeJS.Timeout | undefined;
  #settled: Promise<void>;
  #settle: () => void = () => {};

  constructor(options: ClassifierPoolOptions, events: PoolWorkerEvents) {
    this.#options = options;
    this.#events = events;
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#start();
  }

  /** Resolves when the first start has succeeded or failed. */
  started(): Promise<void> {
    return this.#settled;
  }

  /** Runs, or will run in a moment. */
  get serves(): boolean {
    return this.#state === 'ready' || this.#state === 'starting';
  }

  get free(): boolean {
    return this.#state === 'ready' && this.#flight === undefined;
  }

  run(texts: readonly string[], onAnswers: Flight['onAnswers'], onError: Flight['onError']): void {
    this.#batch += 1;
    const limit = this.#options.batchTimeoutMs;
    const timer = setTimeout(() => {
      this.#fail(new ClassifierError('timeout', `A worker kept a batch for more than ${limit} ms and was replaced.`));
    }, limit);
    this.#flight = { batch: this.#batch, onAnswers, onError, timer };
    // A busy worker keeps the process alive; an idle one does not.
    this.#thread?.ref();
    this.#thread?.postMessage({ kind: 'classify', batch: this.#batch, texts } satisfies ClassifyRequest);
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    clearTimeout(this.#restart);
    clearTimeout(this.#startTimer);
    this.#dropFlight(new ClassifierError('closed', 'The classifier was closed.'));
    this.#settle();
    await this.#thread?.terminate();
  }

  #start(): void {
    this.#state = 'starting';
    const settings: WorkerSettings = { manifestPath: this.#options.manifestPath };
    let thread: Worker;
    try {
      thread = new Worker(this.#options.workerFile, { workerData: settings, name: 'text-classifier' });
    } catch (cause) {
      this.#fail(new ClassifierError('crashed', 'A worker thread could not be started.', { cause }));
      return;
    }
    this.#thread = thread;
    this.#startTimer = setTimeout(() => {
      this.#fail(new ClassifierError('timeout', `A worker was not ready after ${START_LIMIT_MS} ms.`));
    }, START_LIMIT_MS);
    thread.on('message', (message: WorkerMessage) => {
      if (thread === this.#thread) this.#receive(message);
    });
    const onEnd = (detail: string, cause?: unknown): void => {
      if (thread === this.#thread) this.#fail(new ClassifierError('crashed', `A worker ${detail}.`, { cause }));
    };
    thread.on('error', (error) => onEnd('crashed', error));
    thread.on('exit', (code) => onEnd(`stopped with code ${code}`));
  }

  #receive(message: WorkerMessage): void {
    if (this.#state === 'closed') return;
    if (message.kind === 'ready') {
      clearTimeout(this.#startTimer);
      this.#state = 'ready';
      this.#thread?.unref();
      this.#settle();
      this.#events.onFree();
    } else if (message.kind === 'failed') {
      this.#discard();
      this.#state = 'down';
      this.#settle();
      this.#events.onModelFailure(new ClassifierError('model', message.message));
    } else if (this.#flight?.batch === message.batch) {
      const { onAnswers, timer } = this.#flight;
      clearTimeout(timer);
      this.#flight = undefined;
      this.#crashes = 0;
      this.#thread?.unref();
      onAnswers(message.answers);
      this.#events.onFree();
    }
  }

  #fail(problem: ClassifierError): void {
    if (this.#state === 'closed' || this.#state === 'down') return;
    this.#discard();
    this.#state = 'down';
    this.#dropFlight(problem);
    const pause = Math.min(this.#options.restartPauseMs * 2 ** this.#crashes, this.#options.restartPauseLimitMs);
    this.#crashes += 1;
    this.#restart = setTimeout(() => this.#start(), pause);
    this.#restart.unref();
    this.#settle();
    this.#events.onCrash(problem);
  }

  /** Lets go of the thread, so that its late events are nobody's. */
  #discard(): void {
    clearTimeout(this.#startTimer);
    const thread = this.#thread;
    this.#thread = undefined;
    thread?.removeAllListeners();
    thread?.on('error', () => {});
    void thread?.terminate();
  }

  #dropFlight(error: ClassifierError): void {
    const flight = this.#flight;
    this.#flight = undefined;
    if (flight === undefined) return;
    clearTimeout(flight.timer);
    flight.onError(error);
  }
}
