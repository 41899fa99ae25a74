import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceError } from './errors.ts';
import type { ProcessMessage, ProcessRequest } from './process-protocol.ts';

export interface InferenceProcessOptions {
  /** The process's entry file, which calls `serveJobs`. */
  readonly workerFile: URL;
  /** Passed to the process as JSON. */
  readonly settings: unknown;
  /** Jobs waiting, at most, and the bytes that they hold (256 MiB unless set); further ones are refused as `overloaded`. */
  readonly maximumWaiting: number;
  readonly maximumWaitingBytes?: number;
  /** A process that keeps a job longer than this is taken for hung and replaced. */
  readonly jobTimeoutMs: number;
  /** First pause before a crashed process is started again, 100 unless set; it doubles up to `restartPauseLimitMs`, 30,000 unless set. */
  readonly restartPauseMs?: number;
  readonly restartPauseLimitMs?: number;
  /** How far its work stands back behind that of others, as `nice` counts it: 0 (like any other) unless set, 19 at most. */
  readonly niceness?: number;
  /** MiB of V8's space for what lives briefly, 16 unless set. With less, a process whose numbers are in typed arrays stays smaller. */
  readonly shortLivedMegabytes?: number;
  /** Told of every crash and of a model that cannot be used, for the log. */
  readonly onProblem: (problem: InferenceError) => void;
  /** Told whenever the process could take a job at once. */
  readonly onFree?: () => void;
}

interface Job<Request, Answer> {
  readonly request: Request;
  readonly bytes: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: InferenceError) => void;
}

/** How long a process may take to load its models before it is taken for hung. */
const START_LIMIT_MS = 60_000;
const defaults = { maximumWaitingBytes: 256 * 2 ** 20, restartPauseMs: 100, restartPauseLimitMs: 30_000, niceness: 0 };

const lowerPriority = (pid: number, niceness: number): void => {
  if (niceness === 0) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It is gone already, or the system does not allow it: then it competes like anybody else.
  }
};

/**
 * glibc's malloc (others pass it over): what is large is given back once it is freed, whatever was freed before. Left to itself it learns from
 * a model's file, once read, to keep as much for ever.
 */
const memoryIsGivenBack = { MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '131072' };

/** Nothing of the environment, which holds secrets, but where Node keeps what it compiled: a start is shorter with it. */
const environment = (): Record<string, string> => {
  const folder = getCompileCacheDir();
  return { ...memoryIsGivenBack, ...(folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) }) };
};

/** Ends a process at once, whatever it is at, and waits until it is gone. */
const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined) return;
  child.removeAllListeners();
  child.on('error', () => {});
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // An idle one is not waited for by itself.
  child.ref();
  child.kill('SIGKILL');
  await gone;
};

/**
 * A process that answers one job at a time, in order; replaced with growing pauses when it crashes or hangs. A crash fails the job that was
 * in it; jobs that wait are kept for its successor. A process and not a thread, since native code cannot be stopped in a thread: ending one
 * in the middle of an inference ends everything. It is started by the first job where nobody has opened it before.
 */
export class InferenceProcess<Request, Answer> {
  readonly #options: InferenceProcessOptions & typeof defaults;
  #child: ChildProcess | undefined;
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

  constructor(options: InferenceProcessOptions) {
    this.#options = { ...defaults, ...options };
  }

  /** Runs, starts, or would start with the first job. */
  get serves(): boolean {
    return this.#state === 'new' || this.#state === 'starting' || this.#state === 'ready';
  }

  /** Would take a job at once, or start with it. */
  get free(): boolean {
    return (
      (this.#state === 'ready' || this.#state === 'new') && this.#flight === undefined && this.#waiting.length === 0
    );
  }

  /** Why every job is refused for good: the model's files cannot be used. */
  get modelFailure(): string | undefined {
    return this.#state === 'unusable' ? this.#modelFailure : undefined;
  }

  /** Resolves when the first start has succeeded or failed. Never throws: failures show in `run`. */
  open(): Promise<void> {
    if (this.#state === 'new') this.#start();
    return this.#opened.promise;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    clearTimeout(this.#restart);
    const closed = new InferenceError('closed', 'The model was closed.');
    this.#dropFlight(closed);
    this.#refuseWaiting(closed);
    this.#opened.resolve();
    await end(this.#release());
  }

  /**
   * @param bytes what the request holds, for the limit on waiting jobs
   * @throws InferenceError
   */
  run(request: Request, bytes: number, abort: AbortSignal): Promise<Answer> {
    const refusal = this.#refusal(bytes, abort);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (this.#state === 'new') this.#start();
    return new Promise<Answer>((resolve, reject) => {
      const done = (): void => abort.removeEventListener('abort', onAbort);
      const job: Job<Request, Answer> = {
        request,
        bytes,
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
        if (this.#flight?.job === job) this.#send({ kind: 'cancel', job: this.#flight.number });
        this.#forget(job);
        job.reject(new InferenceError('aborted', 'The caller gave up on the job.'));
      };
      abort.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(job);
      this.#waitingBytes += bytes;
      this.#next();
    });
  }

  #refusal(bytes: number, abort: AbortSignal): InferenceError | undefined {
    if (this.#state === 'closed') return new InferenceError('closed', 'The model was closed.');
    if (this.#state === 'unusable') return new InferenceError('model', this.#modelFailure);
    if (this.#state === 'down') return new InferenceError('crashed', 'The model is being started again after a crash.');
    if (abort.aborted) return new InferenceError('aborted', 'The caller gave up before the job was begun.');
    const { maximumWaiting, maximumWaitingBytes } = this.#options;
    const full = this.#waitingBytes + bytes > maximumWaitingBytes && this.#waiting.length > 0;
    if (full || this.#waiting.length >= maximumWaiting)
      return new InferenceError('overloaded', `${this.#waiting.length} jobs are waiting already.`);
    return undefined;
  }

  #next(): void {
    if (this.#state !== 'ready' || this.#flight !== undefined) return;
    const job = this.#waiting[0];
    if (job === undefined) {
      // A busy one keeps this process alive; an idle one does not.
      this.#child?.unref();
      this.#child?.channel?.unref();
      this.#options.onFree?.();
      return;
    }
    this.#forget(job);
    this.#number += 1;
    const limit = this.#options.jobTimeoutMs;
    const timer = setTimeout(() => {
      this.#fail(new InferenceError('timeout', `A job took more than ${limit} ms, and the process was replaced.`));
    }, limit);
    this.#flight = { number: this.#number, job, timer };
    this.#child?.ref();
    this.#child?.channel?.ref();
    this.#send({ kind: 'job', job: this.#number, request: job.request });
  }

  /** To a process that has just ended there is nothing to say; its end says the rest. */
  #send(message: ProcessRequest<Request>): void {
    if (this.#child?.connected === true) this.#child.send(message, () => {});
  }

  #forget(job: Job<Request, Answer>): void {
    const index = this.#waiting.indexOf(job);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#waitingBytes -= job.bytes;
  }

  #start(): void {
    this.#state = 'starting';
    const { workerFile, settings, shortLivedMegabytes } = this.#options;
    const child = fork(fileURLToPath(workerFile), [JSON.stringify(settings)], {
      execArgv: [
        '--no-warnings',
        ...(shortLivedMegabytes === undefined ? [] : [`--max-semi-space-size=${shortLivedMegabytes}`]),
      ],
      env: environment(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    if (child.pid !== undefined) lowerPriority(child.pid, this.#options.niceness);
    this.#startTimer = setTimeout(() => {
      this.#fail(new InferenceError('timeout', `A process was not ready after ${START_LIMIT_MS} ms.`));
    }, START_LIMIT_MS);
    child.on('message', (message) => {
      // Our own code, forked above, is at the other end.
      if (child === this.#child) this.#receive(message as ProcessMessage<Answer>);
    });
    const onEnd = (detail: string, cause?: unknown): void => {
      if (child === this.#child) this.#fail(new InferenceError('crashed', `A process ${detail}.`, { cause }));
    };
    child.on('error', (error) => onEnd('could not be started', error));
    child.on('exit', (code, signal) => onEnd(`ended with ${signal ?? `status ${code}`}`));
  }

  #receive(message: ProcessMessage<Answer>): void {
    if (message.kind === 'ready') {
      clearTimeout(this.#startTimer);
      this.#state = 'ready';
      this.#opened.resolve();
    } else if (message.kind === 'failed') {
      void end(this.#release());
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
      else job.reject(new InferenceError('refused', `The model could not process the content: ${message.error}.`));
    }
    this.#next();
  }

  #fail(problem: InferenceError): void {
    if (this.#state === 'closed' || this.#state === 'down' || this.#state === 'unusable') return;
    void end(this.#release());
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

  /** Lets go of the process, so that its late events are nobody's. */
  #release(): ChildProcess | undefined {
    clearTimeout(this.#startTimer);
    const child = this.#child;
    this.#child = undefined;
    return child;
  }

  #dropFlight(error: InferenceError): void {
    const flight = this.#flight;
    this.#flight = undefined;
    if (flight === undefined) return;
    clearTimeout(flight.timer);
    flight.job.reject(error);
  }

  #refuseWaiting(error: InferenceError): void {
    const jobs = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const job of jobs) job.reject(error);
  }
}
