import { ClassifierError, type ClassifierFailure } from './errors.ts';
import type { ClassifierPoolOptions } from './pool-options.ts';
import { PoolWorker } from './pool-worker.ts';
import type { JudgedText, TextAnswer } from './worker-protocol.ts';

interface Job {
  readonly text: string;
  readonly resolve: (judged: JudgedText) => void;
  readonly reject: (error: ClassifierError) => void;
  settled: boolean;
}

/** Characters sent to a worker at once, so that one batch of long texts does not hold up the next for long. */
const BATCH_CHARACTERS = 64_000;

/** Longer texts take a worker tens to hundreds of milliseconds each: they wait until no shorter one does. */
const LONG_TEXT = 20_000;

/**
 * Judges texts in worker threads. A free worker takes what waits at once; while all are busy, texts gather into batches.
 * Each text is answered or refused by itself. A crash fails the texts that were in that worker and no others.
 */
export class ClassifierPool {
  readonly #options: ClassifierPoolOptions;
  readonly #workers: PoolWorker[] = [];
  #waiting: Job[] = [];
  #modelFailure: string | undefined;
  #state: 'new' | 'open' | 'closed' = 'new';
  #scheduled = false;

  constructor(options: ClassifierPoolOptions) {
    this.#options = options;
  }

  /** Starts the workers and waits until each is ready or has failed. Never throws: failures show in `classify`. */
  async open(): Promise<void> {
    if (this.#state !== 'new') return;
    this.#state = 'open';
    for (let index = 0; index < this.#options.workers; index += 1) {
      this.#workers.push(
        new PoolWorker(this.#options, {
          onFree: () => this.#schedule(),
          onCrash: (problem) => {
            this.#options.onProblem(problem);
            this.#refuseIfNobodyServes(problem);
          },
          onModelFailure: (problem) => {
            this.#modelFailure = problem.message;
            this.#options.onProblem(problem);
            this.#refuseIfNobodyServes(problem);
          },
        }),
      );
    }
    await Promise.all(this.#workers.map((worker) => worker.started()));
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#refuseWaiting(new ClassifierError('closed', 'The classifier was closed.'));
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  /** Judges one text. Rejects with `ClassifierError`. */
  classify(text: string, abort?: AbortSignal): Promise<JudgedText> {
    const refused = this.#refusal(abort);
    if (refused !== undefined) return Promise.reject(refused);
    return new Promise<JudgedText>((resolve, reject) => {
      const onAbort = (): void => job.reject(new ClassifierError('aborted', 'The caller gave up on the text.'));
      const settle = <T>(done: (value: T) => void) => {
        return (value: T): void => {
          if (job.settled) return;
          job.settled = true;
          abort?.removeEventListener('abort', onAbort);
          done(value);
        };
      };
      const job: Job = { text, settled: false, resolve: settle(resolve), reject: settle(reject) };
      abort?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(job);
      this.#schedule();
    });
  }

  #refusal(abort: AbortSignal | undefined): ClassifierError | undefined {
    const refuse = (failure: ClassifierFailure, message: string): ClassifierError =>
      new ClassifierError(failure, message);
    if (this.#state !== 'open') return refuse('closed', 'The classifier is not open: call open() first.');
    if (abort?.aborted === true) return refuse('aborted', 'The caller gave up before the text was looked at.');
    if (this.#modelFailure !== undefined) return refuse('model', this.#modelFailure);
    if (!this.#workers.some((worker) => worker.serves))
      return refuse('crashed', 'No worker is running; one is being restarted.');
    if (this.#waiting.length >= this.#options.maximumWaiting) {
      this.#waiting = this.#waiting.filter((job) => !job.settled);
      if (this.#waiting.length >= this.#options.maximumWaiting) {
        return refuse('overloaded', `${this.#waiting.length} texts are waiting already.`);
      }
    }
    return undefined;
  }

  /** Hands out work after the current turn of the event loop, so that texts that arrive together travel together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const worker of this.#workers) {
        if (this.#waiting.length === 0) return;
        if (worker.free) this.#handOut(worker);
      }
    });
  }

  #handOut(worker: PoolWorker): void {
    const open = this.#waiting.filter((job) => !job.settled);
    const short = open.filter(({ text }) => text.length <= LONG_TEXT);
    // Whoever sends long texts keeps the others waiting for one of them at most.
    const jobs = short.length > 0 ? firstOf(short, this.#options.maximumBatch) : open.slice(0, 1);
    const taken = new Set(jobs);
    this.#waiting = open.filter((job) => !taken.has(job));
    if (jobs.length === 0) return;
    worker.run(
      jobs.map((job) => job.text),
      (answers) => settleAll(jobs, answers),
      (error) => {
        for (const job of jobs) job.reject(error);
      },
    );
  }

  #refuseIfNobodyServes(problem: ClassifierError): void {
    if (!this.#workers.some((worker) => worker.serves)) this.#refuseWaiting(problem);
  }

  #refuseWaiting(error: ClassifierError): void {
    const jobs = this.#waiting;
    this.#waiting = [];
    for (const job of jobs) job.reject(error);
  }
}

/** As many from the front as make one batch. */
function firstOf(jobs: readonly Job[], maximum: number): Job[] {
  let characters = 0;
  const from = jobs.findIndex((job, index) => {
    const full = index === maximum || characters > BATCH_CHARACTERS;
    characters += job.text.length;
    return full;
  });
  return jobs.slice(0, from < 0 ? jobs.length : from);
}

function settleAll(jobs: readonly Job[], answers: readonly TextAnswer[]): void {
  jobs.forEach((job, index) => {
    const answer = answers[index];
    if (answer?.ok === true) job.resolve(answer.judged);
    else
      job.reject(new ClassifierError('crashed', `The text could not be processed: ${answer?.error ?? 'no answer'}.`));
  });
}
