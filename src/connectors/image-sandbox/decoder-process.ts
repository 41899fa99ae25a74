import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { type DecoderChild, startDecoder } from './decoder-command.ts';
import { frameMessage, type Message, MessageReader } from './frames.ts';
import { maximumAnswerBytes } from './limits.ts';
import {
  type DecoderAnswer,
  type DecoderJob,
  type DecoderRequest,
  type DecoderSettings,
  decoderAnswerSchema,
} from './protocol.ts';

export interface DecoderReply {
  readonly answer: Exclude<DecoderAnswer, { kind: 'ready' | 'memory' | 'fault' }>;
  readonly body: Uint8Array<ArrayBuffer>;
}

interface Flight {
  readonly id: number;
  readonly resolve: (reply: DecoderReply) => void;
  readonly reject: (error: ImageFaultError) => void;
  timer: NodeJS.Timeout;
}

/** How long a process may take to load before it is taken for hung. */
const startLimitMs = 30_000;
const shownStartErrors = 300;

/** One process with one file in it at most. It ends with the first thing that goes wrong; another takes its place. */
export class DecoderProcess {
  readonly #child: DecoderChild;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #flight: Flight | undefined;
  #taken = false;
  #jobs = 0;
  #isReady = false;
  #alive = true;
  /** Why it was ended from here. */
  #cause: ImageFaultError | undefined;
  #startErrors = '';

  constructor(settings: DecoderSettings) {
    this.#child = startDecoder(settings);
    const timer = setTimeout(
      () => this.end(new ImageFaultError('timeout', `A decoder was not ready after ${startLimitMs} ms.`)),
      startLimitMs,
    );
    this.#ready.promise.catch(() => {}).finally(() => clearTimeout(timer));
    const reader = new MessageReader({
      maximumHeaderBytes: 1_000_000,
      maximumBodyBytes: maximumAnswerBytes,
      onMessage: (message) => this.#receive(message),
    });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      try {
        if (this.#alive) reader.push(chunk);
      } catch (error) {
        this.end(brokenAnswer(error));
      }
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      if (!this.#isReady) this.#startErrors = (this.#startErrors + chunk.toString()).slice(-shownStartErrors);
    });
    // Writing to a process that has just ended; its end says the rest.
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => this.#onEnd(`cannot be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#onEnd(`ended with ${signal ?? `status ${code}`}`));
  }

  get alive(): boolean {
    return this.#alive;
  }

  get busy(): boolean {
    return this.#taken;
  }

  /** Files that it was given so far. */
  get jobs(): number {
    return this.#jobs;
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it can take files. @throws ImageFaultError where it cannot be started. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Has one file worked on, for at most `timeoutMs` from when the process is ready. @throws ImageFaultError */
  async run(job: DecoderJob, file: Uint8Array, timeoutMs: number): Promise<DecoderReply> {
    this.#taken = true;
    this.#ref();
    await this.#ready.promise;
    if (!this.#alive) throw this.#problem('ended');
    this.#jobs += 1;
    const request: DecoderRequest = { id: this.#jobs, job };
    const { promise, resolve, reject } = Promise.withResolvers<DecoderReply>();
    this.#flight = { id: request.id, resolve, reject, timer: this.#timer(timeoutMs) };
    for (const piece of frameMessage(request, [file])) this.#child.stdin.write(piece);
    return promise;
  }

  /** Nobody waits for the file at hand any more: it gets `graceMs` to finish, or the process ends. */
  hurry(graceMs: number): void {
    const flight = this.#flight;
    if (flight === undefined) return;
    clearTimeout(flight.timer);
    flight.timer = this.#timer(graceMs);
  }

  /** Ends the process now; a file that is being worked on fails with `cause`. */
  end(cause: ImageFaultError): void {
    this.#cause ??= cause;
    this.#child.kill('SIGKILL');
    this.#onEnd('');
  }

  #timer(milliseconds: number): NodeJS.Timeout {
    return setTimeout(
      () => this.end(new ImageFaultError('timeout', `The picture could not be decoded within ${milliseconds} ms.`)),
      milliseconds,
    );
  }

  #receive({ header, body }: Message): void {
    const answer = decoderAnswerSchema.parse(header);
    if (answer.kind === 'ready') {
      this.#isReady = true;
      if (!this.#taken) this.#unref();
      this.#ready.resolve();
      return;
    }
    if (answer.kind === 'memory') {
      this.end(new ImageFaultError('out_of_memory', 'The picture takes more memory to decode than it may.'));
      return;
    }
    const flight = this.#flight;
    if (flight?.id !== answer.id) throw new Error('an answer that nobody waits for');
    this.#flight = undefined;
    clearTimeout(flight.timer);
    this.#taken = false;
    this.#unref();
    if (answer.kind === 'fault') flight.reject(new ImageFaultError(answer.fault, answer.message));
    else flight.resolve({ answer, body });
  }

  #onEnd(how: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    const problem = this.#problem(how);
    const flight = this.#flight;
    this.#flight = undefined;
    if (flight !== undefined) clearTimeout(flight.timer);
    flight?.reject(problem);
    this.#ready.reject(problem);
    this.#ready.promise.catch(() => {});
    this.#ended.resolve();
  }

  #problem(how: string): ImageFaultError {
    if (this.#cause !== undefined) return this.#cause;
    if (this.#isReady) return new ImageFaultError('crashed', `The decoder ${how} at this picture.`);
    return new ImageFaultError('crashed', `The decoder ${how} at its start. ${this.#startErrors}`.trim());
  }

  /** A process at work keeps ours alive; an idle one does not. */
  #ref(): void {
    this.#child.ref();
    for (const stream of this.#streams()) stream.ref?.();
  }

  #unref(): void {
    this.#child.unref();
    for (const stream of this.#streams()) stream.unref?.();
  }

  /** Pipes to a child are sockets. */
  #streams(): readonly { ref?(): void; unref?(): void }[] {
    return [this.#child.stdin, this.#child.stdout, this.#child.stderr] as readonly { ref?(): void; unref?(): void }[];
  }
}

const brokenAnswer = (cause: unknown): ImageFaultError =>
  Object.assign(new ImageFaultError('crashed', 'The decoder answered something else than it should and was ended.'), {
    cause,
  });
