import { InferenceError } from '../../inference/errors.ts';
import { InferenceProcess, type InferenceProcessOptions } from '../../inference/inference-process.ts';
import type { EncoderAnswer, EncoderRequest, EncoderUnit, EncoderUnitAnswer } from './worker-protocol.ts';

/** Who goes first: short texts, then windows of long texts that were begun, long texts, and explanations. */
const lanes = ['short', 'window', 'long', 'explanation'] as const;
export type Lane = (typeof lanes)[number];

export interface EncoderQueueOptions {
  readonly processes: number;
  /** Texts waiting, at most, and the bytes that they hold; further ones are refused as `overloaded`. */
  readonly maximumWaiting: number;
  readonly maximumWaitingBytes: number;
  readonly process: Omit<InferenceProcessOptions, 'maximumWaiting' | 'maximumWaitingBytes' | 'onFree'>;
}

interface Task {
  readonly unit: EncoderUnit;
  readonly lane: Lane;
  readonly bytes: number;
  readonly cost: number;
  readonly abort: AbortSignal;
  readonly resolve: (answer: Exclude<EncoderUnitAnswer, { kind: 'refused' }>) => void;
  readonly reject: (error: InferenceError) => void;
  settled: boolean;
}

/** A job is so many units, or about so many tokens: long enough that the way to the process and back costs little, short enough to wait for. */
const MOST_UNITS = 8;
const MOST_TOKENS = 512;
/** Jobs that may overtake those of a later lane before it has its turn. */
const PATIENCE = 4;

/** About so many tokens, from the number of UTF-16 units; what a text costs at most is a window. */
const costOf = (unit: EncoderUnit): number =>
  unit.kind === 'ids' ? unit.ids.length : Math.min(128, Math.ceil(unit.text.length / 4) + 2);

/**
 * Units of work for equal processes. Those that arrive together travel together, spread evenly over the processes that are free; each is
 * answered or refused by itself. A crash fails what was in that process and nothing else.
 */
export class EncoderQueue {
  readonly #options: EncoderQueueOptions;
  readonly #processes: InferenceProcess<EncoderRequest, EncoderAnswer>[];
  readonly #lanes = lanes.map((name) => ({ name, tasks: [] as Task[], passedOver: 0 }));
  /** Keeps this process alive while somebody waits, also while all the others are down and nothing else does. */
  readonly #alive = setInterval(() => {}, 2 ** 30).unref();
  #waitingTexts = 0;
  #waitingBytes = 0;
  #scheduled = false;
  #closed = false;

  constructor(options: EncoderQueueOptions) {
    this.#options = options;
    this.#processes = Array.from(
      { length: options.processes },
      () =>
        new InferenceProcess({
          ...options.process,
          // It gets work when it is free.
          maximumWaiting: 1,
          onFree: () => this.#schedule(),
          onProblem: (problem) => {
            options.process.onProblem(problem);
            this.#refuseIfUnusable();
          },
        }),
    );
  }

  /** Starts the processes, and waits until each is ready or has failed. Never throws. */
  async open(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.open()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#refuseWaiting(new InferenceError('closed', 'The text encoder was closed.'));
    clearInterval(this.#alive);
    await Promise.all(this.#processes.map((process) => process.close()));
  }

  /** @throws InferenceError */
  run(unit: EncoderUnit, lane: Lane, abort: AbortSignal): Promise<Exclude<EncoderUnitAnswer, { kind: 'refused' }>> {
    const bytes = unit.kind === 'ids' ? 0 : unit.text.length * 2;
    const refusal = this.#refusal(unit, bytes, abort);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#take([task]);
        task.reject(new InferenceError('aborted', 'The caller gave up on the text.'));
      };
      const settle = <Value>(done: (value: Value) => void) => {
        return (value: Value): void => {
          if (task.settled) return;
          task.settled = true;
          abort.removeEventListener('abort', onAbort);
          done(value);
        };
      };
      const task: Task = {
        unit,
        lane,
        bytes,
        cost: costOf(unit),
        abort,
        settled: false,
        resolve: settle(resolve),
        reject: settle(reject),
      };
      abort.addEventListener('abort', onAbort, { once: true });
      this.#tasksOf(task).push(task);
      if (unit.kind !== 'ids') this.#waitingTexts += 1;
      this.#waitingBytes += bytes;
      this.#alive.ref();
      this.#schedule();
    });
  }

  #refusal(unit: EncoderUnit, bytes: number, abort: AbortSignal): InferenceError | undefined {
    if (this.#closed) return new InferenceError('closed', 'The text encoder was closed.');
    if (abort.aborted) return new InferenceError('aborted', 'The caller gave up before the text was looked at.');
    if (!this.#processes.some(({ serves }) => serves)) {
      const problem = this.#unusable();
      return problem ?? new InferenceError('crashed', 'The text encoder is being started again after a crash.');
    }
    // Parts of a text that was let in have their place already.
    if (unit.kind === 'ids') return undefined;
    const { maximumWaiting, maximumWaitingBytes } = this.#options;
    const full = this.#waitingTexts > 0 && this.#waitingBytes + bytes > maximumWaitingBytes;
    if (full || this.#waitingTexts >= maximumWaiting)
      return new InferenceError('overloaded', `${this.#waitingTexts} texts are waiting already.`);
    return undefined;
  }

  /** Hands out work after the current turn, so that what arrives together travels together. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      const free = this.#processes.filter((process) => process.free);
      free.forEach((process, index) => {
        const waiting = this.#nextLane();
        if (waiting !== undefined) this.#handOut(process, waiting, free.length - index);
      });
    });
  }

  #tasksOf({ lane }: Task): Task[] {
    return this.#lanes.find(({ name }) => name === lane)!.tasks;
  }

  /** The tasks of the lane whose turn it is. */
  #nextLane(): readonly Task[] | undefined {
    const waiting = this.#lanes.filter(({ tasks }) => tasks.length > 0);
    const chosen = waiting.find(({ passedOver }) => passedOver >= PATIENCE) ?? waiting[0];
    if (chosen === undefined) return undefined;
    for (const lane of waiting) lane.passedOver += 1;
    chosen.passedOver = 0;
    return chosen.tasks;
  }

  #handOut(process: InferenceProcess<EncoderRequest, EncoderAnswer>, waiting: readonly Task[], free: number): void {
    const share = Math.min(MOST_UNITS, Math.ceil(waiting.length / free));
    let tokens = 0;
    let count = 0;
    while (count < share && (count === 0 || tokens + waiting[count]!.cost <= MOST_TOKENS)) {
      tokens += waiting[count]!.cost;
      count += 1;
    }
    const tasks = waiting.slice(0, count);
    this.#take(tasks);
    const abandoned = new AbortController();
    const onAbort = (): void => {
      if (tasks.every(({ abort }) => abort.aborted)) abandoned.abort();
    };
    for (const { abort } of tasks) abort.addEventListener('abort', onAbort);
    process
      .run(
        tasks.map(({ unit }) => unit),
        0,
        abandoned.signal,
      )
      .then(
        (answers) => settleAll(tasks, answers),
        (error: InferenceError) => {
          for (const task of tasks) task.reject(error);
        },
      )
      .finally(() => {
        for (const { abort } of tasks) abort.removeEventListener('abort', onAbort);
      });
  }

  /** Takes tasks that wait out of their lanes. */
  #take(tasks: readonly Task[]): void {
    for (const task of tasks) {
      const waiting = this.#tasksOf(task);
      const place = waiting.indexOf(task);
      if (place < 0) continue;
      waiting.splice(place, 1);
      if (task.unit.kind !== 'ids') this.#waitingTexts -= 1;
      this.#waitingBytes -= task.bytes;
    }
    if (this.#lanes.every((lane) => lane.tasks.length === 0)) this.#alive.unref();
  }

  #unusable(): InferenceError | undefined {
    const failures = this.#processes.map(({ modelFailure }) => modelFailure);
    const first = failures[0];
    if (first === undefined || failures.includes(undefined)) return undefined;
    return new InferenceError('model', first);
  }

  #refuseIfUnusable(): void {
    const problem = this.#unusable();
    if (problem !== undefined) this.#refuseWaiting(problem);
  }

  #refuseWaiting(error: InferenceError): void {
    const tasks = this.#lanes.flatMap((lane) => lane.tasks);
    this.#take(tasks);
    for (const task of tasks) task.reject(error);
  }
}

const settleAll = (tasks: readonly Task[], answers: EncoderAnswer): void => {
  tasks.forEach((task, index) => {
    const answer = answers[index];
    if (answer === undefined) task.reject(new InferenceError('aborted', 'The text was given up on.'));
    else if (answer.kind === 'refused')
      task.reject(new InferenceError('refused', `The model could not process the text: ${answer.error}.`));
    else task.resolve(answer);
  });
};
