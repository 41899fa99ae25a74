import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { DecoderProcess, type DecoderReply } from './decoder-process.ts';
import type { DecoderJob, DecoderSettings } from './protocol.ts';

export interface DecoderPoolOptions extends DecoderSettings {
  readonly processes: number;
  readonly timeoutMs: number;
  readonly maximumWaiting: number;
  readonly maximumWaitingBytes: number;
  readonly jobsPerProcess: number;
}

interface Waiting {
  readonly job: DecoderJob;
  readonly file: Uint8Array;
  readonly resolve: (reply: DecoderReply) => void;
  readonly reject: (error: unknown) => void;
  /** Where the file is being worked on. */
  process?: DecoderProcess;
  settled: boolean;
}

/** A file whose caller went away may finish for as long; starting a process anew costs about that. */
const graceMs = 250;

const closedError = (): ImageFaultError => new ImageFaultError('closed', 'The image sandbox was closed.');

/** Hands files to decoder processes, first come, first served; starts processes when they are needed and replaces those that end. */
export class DecoderPool {
  readonly #options: DecoderPoolOptions;
  #processes: DecoderProcess[] = [];
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #closed = false;

  constructor(options: DecoderPoolOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    if (this.#closed) throw closedError();
    await (this.#processes.find(({ alive }) => alive) ?? this.#start()).ready();
  }

  processIds(): readonly number[] {
    return this.#processes.flatMap(({ processId }) => processId ?? []);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#takeAll()) job.reject(closedError());
    const processes = this.#processes;
    for (const process of processes) process.end(closedError());
    await Promise.all(processes.map((process) => process.ended()));
  }

  /** Rejects with ImageFaultError, or with the reason of `abort`. */
  run(job: DecoderJob, file: Uint8Array, abort?: AbortSignal): Promise<DecoderReply> {
    const refusal = this.#refusal(file, abort);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.process?.hurry(graceMs);
        waiting.reject(abort?.reason);
      };
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T): void => {
          if (waiting.settled) return;
          waiting.settled = true;
          abort?.removeEventListener('abort', onAbort);
          done(value);
        };
      const waiting: Waiting = { job, file, settled: false, resolve: settle(resolve), reject: settle(reject) };
      abort?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#waitingBytes += file.length;
      this.#handOut();
    });
  }

  /** Why a file is not even queued. The reason of an abort is the caller's own, of whatever type. */
  #refusal(file: Uint8Array, abort: AbortSignal | undefined): unknown {
    if (this.#closed) return closedError();
    if (abort?.aborted === true) return abort.reason;
    const { maximumBytes } = this.#options.limits;
    if (file.length === 0) return new ImageFaultError('not_an_image', 'The file is empty.');
    if (file.length > maximumBytes) {
      return new ImageFaultError(
        'too_many_bytes',
        `The file has ${file.length} bytes; at most ${maximumBytes} are accepted.`,
      );
    }
    this.#dropSettled();
    const { maximumWaiting, maximumWaitingBytes } = this.#options;
    const full = this.#waiting.length >= maximumWaiting || this.#waitingBytes + file.length > maximumWaitingBytes;
    if (full && !this.#canWorkAtOnce()) {
      return new ImageFaultError('overloaded', `${this.#waiting.length} pictures are waiting already; try again soon.`);
    }
    return undefined;
  }

  #canWorkAtOnce(): boolean {
    return (
      this.#waiting.length === 0 &&
      this.#processes.filter(({ alive, busy }) => alive && busy).length < this.#options.processes
    );
  }

  #dropSettled(): void {
    this.#waiting = this.#waiting.filter(({ settled }) => !settled);
    this.#waitingBytes = this.#waiting.reduce((sum, { file }) => sum + file.length, 0);
  }

  #takeAll(): Waiting[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return taken;
  }

  #handOut(): void {
    this.#dropSettled();
    while (this.#waiting.length > 0 && !this.#closed) {
      const process = this.#free();
      if (process === undefined) return;
      const next = this.#waiting.shift()!;
      this.#waitingBytes -= next.file.length;
      void this.#work(process, next);
    }
  }

  #free(): DecoderProcess | undefined {
    const alive = this.#processes.filter((process) => process.alive);
    const idle = alive.find(({ busy }) => !busy);
    if (idle !== undefined) return idle;
    return alive.length < this.#options.processes ? this.#start() : undefined;
  }

  #start(): DecoderProcess {
    const { limits, maximumMemoryBytes } = this.#options;
    const started = new DecoderProcess({ limits, maximumMemoryBytes });
    this.#processes.push(started);
    void started.ended().then(() => {
      this.#processes = this.#processes.filter((process) => process !== started);
      this.#handOut();
    });
    return started;
  }

  async #work(process: DecoderProcess, waiting: Waiting): Promise<void> {
    waiting.process = process;
    try {
      waiting.resolve(await process.run(waiting.job, waiting.file, this.#options.timeoutMs));
    } catch (error) {
      waiting.reject(error);
    }
    if (process.alive && process.jobs >= this.#options.jobsPerProcess) process.end(closedError());
    else this.#handOut();
  }
}
