import { Worker } from 'node:worker_threads';
import { InferenceError } from './errors.ts';
import type { ThreadMessage, ThreadRequest } from './thread-protocol.ts';

export interface InferenceThreadOptions {
  /** The thread's entry file, which calls `serveJobs`. */
  readonly workerFile: URL;
  /** Passed to the thread as its `workerData`. */
  readonly settings: unknown;
  readonly name: string;
  /** Jobs waiting, at most, and the bytes that they hold; further ones are refused as `overloaded`. */
  readonly maximumWaiting: number;
  readonly maximumWaitingBytes: number;
  /** A thread that keeps a job longer than this is taken for hung and replaced. */
  readonly jobTimeoutMs: number;
  /** First pause before a crashed thread is started again; it doubles up to `restartPauseLimitMs`. */
  readonly restartPauseMs: number;
  readonly restartPauseLimitMs: number;
  /** Told of every crash and of a model that cannot be used, for the log. */
  readonly onProblem: (problem: InferenceError) => void;
}

interface Job<Request, Answer> {
  readonly request: Request;
  readonly bytes: number;
  readonly cancelled: SharedArrayBuffer;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: InferenceError) => void;
}

/** How long a thread may take to load its models before it is taken for hung. */
const START_LIMIT_MS = 60_000;

/**
 * A worker thread that answers one job at a time, in order, off the event loop; replaced with growing pauses when it crashes or hangs.
 * A crash fails the job that was in the thread; jobs that wait are kept for its successor.
 */
export class InferenceThread<Request, Answer> {
  readonly #options: InferenceThreadOptions;
  #thread: Worker | undefined;
  #state: 'new' | 'starting' | 'ready' | 'down' | 'unusable' | 'closed' = 'new';
  #modelFailure = '';
  #waiting: Job<Request, Answer>[] = [];
  #waitingBytes = 0;
  #flight: { readonly number: number; readonly job: Job<Request, Answer>; readonly timer: NodeJS.Timeout } | undefined;
  #number = 0;
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #startTimer: NodeJS.Timeout | undefined;
  readonly #opened = Promise.withResolvers<void>();

  constructor(options: InferenceThreadOptions) {
    this.#options = options;
  }

  /** Resolves when the first start has succeeded or failed. Never throws: failures show in `run`. */
  open(): Promise<void> {
    if (this.#state === 'new') this.#start();
    return this.#opened.promise;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    clearTimeout(this.#restart);
    clearTimeout(this.#startTimer);
    const closed = new InferenceError('closed', 'The model was closed.');
    this.#dropFlight(closed);
    this.#refuseWaiting(closed);
    this.#opened.resolve();
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  /**
   * @param bytes what the request holds, for the limit on waiting jobs
   * @throws InferenceError
   */
  run(request: Request, bytes: number, abort: AbortSignal): Promise<Answer> {
    const refusal = this.#refusal(bytes, abort);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise<Answer>((resolve, reject) => {
      const cancelled = new SharedArrayBuffer(4);
      const done = (): void => abort.removeEventListener('abort', onAbort);
      const job: Job<Request, Answer> = {
        request,
        bytes,
        cancelled,
        resolve: (answer) => {
          done();
          resolve(answer);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      const onAbort = (): void => {
        Atomics.store(new Int32Array(cancelled), 0, 1);
        this.#forget(job);
        job.reject(new InferenceError('aborted', 'The caller gave up on the picture.'));
      };
      abort.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(job);
      this.#waitingBytes += bytes;
      this.#next();
    });
  }

  #refusal(bytes: number, abort: AbortSignal): InferenceError | undefined {
    if (this.#state === 'new' || this.#state === 'closed')
      return new InferenceError('closed', 'The model is not open: call open() first.');
    if (this.#state === 'unusable') return new InferenceError('model', this.#modelFailure);
    if (this.#state === 'down') return new InferenceError('crashed', 'The model is being started again after a crash.');
    if (abort.aborted) return new InferenceError('aborted', 'The caller gave up before the picture was looked at.');
    const { maximumWaiting, maximumWaitingBytes } = this.#options;
    const full = this.#waitingBytes + bytes > maximumWaitingBytes && this.#waiting.length > 0;
    if (full || this.#waiting.length >= maximumWaiting)
      return new InferenceError('overloaded', `${this.#waiting.length} pictures are waiting already.`);
    return undefined;
  }

  #next(): void {
    if (this.#state !== 'ready' || this.#flight !== undefined) return;
    const job = this.#waiting[0];
    if (job === undefined) {
      // A busy thread keeps the process alive; an idle one does not.
      this.#thread?.unref();
      return;
    }
    this.#forget(job);
    this.#number += 1;
    const limit = this.#options.jobTimeoutMs;
    const timer = setTimeout(() => {
      this.#fail(new InferenceError('timeout', `A picture took more than ${limit} ms, and the thread was replaced.`));
    }, limit);
    this.#flight = { number: this.#number, job, timer };
    this.#thread?.ref();
    const { request, cancelled } = job;
    this.#thread?.postMessage({ job: this.#number, request, cancelled } satisfies ThreadRequest<Request>);
  }

  #forget(job: Job<Request, Answer>): void {
    const index = this.#waiting.indexOf(job);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#waitingBytes -= job.bytes;
  }

  #start(): void {
    this.#state = 'starting';
    const { workerFile, settings, name } = this.#options;
    let thread: Worker;
    try {
      thread = new Worker(workerFile, { workerData: settings, name });
    } catch (cause) {
      this.#fail(new InferenceError('crashed', 'A worker thread could not be started.', { cause }));
      return;
    }
    this.#thread = thread;
    this.#startTimer = setTimeout(() => {
      this.#fail(new InferenceError('timeout', `A thread was not ready after ${START_LIMIT_MS} ms.`));
    }, START_LIMIT_MS);
    thread.on('message', (message: ThreadMessage<Answer>) => {
      if (thread === this.#thread) this.#receive(message);
    });
    const onEnd = (detail: string, cause?: unknown): void => {
      if (thread === this.#thread) this.#fail(new InferenceError('crashed', `A thread ${detail}.`, { cause }));
    };
    thread.on('error', (error) => onEnd('crashed', error));
    thread.on('exit', (code) => onEnd(`stopped with code ${code}`));
  }

  #receive(message: ThreadMessage<Answer>): void {
    if (message.kind === 'ready') {
      clearTimeout(this.#startTimer);
      this.#state = 'ready';
      this.#opened.resolve();
    } else if (message.kind === 'failed') {
      this.#discard();
      this.#state = 'unusable';
      this.#modelFailure = message.message;
      const problem = new InferenceError('model', message.message);
      this.#opened.resolve();
      this.#refuseWaiting(problem);
      this.#options.onProblem(problem);
    } else if (this.#flight?.number === message.job) {
      const { job, timer } = this.#flight;
      clearTimeout(timer);
      this.#flight = undefined;
      this.#crashes = 0;
      if (message.kind === 'answer') job.resolve(message.answer);
      else job.reject(new InferenceError('refused', `The picture could not be processed: ${message.error}.`));
    }
    this.#next();
  }

  #fail(problem: InferenceError): void {
    if (this.#state === 'closed' || this.#state === 'down' || this.#state === 'unusable') return;
    this.#discard();
    this.#state = 'down';
    this.#dropFlight(problem);
    const { restartPauseMs, restartPauseLimitMs, onProblem } = this.#options;
    const pause = Math.min(restartPauseMs * 2 ** this.#crashes, restartPauseLimitMs);
    this.#crashes += 1;
    this.#restart = setTimeout(() => this.#start(), pause);
    this.#restart.unref();
    this.#opened.resolve();
    onProblem(problem);
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

  #dropFlight(error: InferenceError): void {
    const flight = this.#flight;
    this.#flight = undefined;
    if (flight === undefined) return;
    clearTimeout(flight.timer);
    Atomics.store(new Int32Array(flight.job.cancelled), 0, 1);
    flight.job.reject(error);
  }

  #refuseWaiting(error: InferenceError): void {
    const jobs = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const job of jobs) job.reject(error);
  }
}
