import type { JudgeCallRecord } from '#engine/ports/language-model.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { newId } from '#platform/ids.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { appendCalls, type StoredCall } from './usage-store.ts';

const flushEveryMs = 2_000;
const flushAt = 100;
/** More than that while the database is away are forgotten, oldest first. */
const mostWaiting = 10_000;

/** Collects questions to the judges and writes them down a few at a time, so that no decision waits for it. */
export class CallRecorder {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting: StoredCall[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(dependencies: { readonly database: Database; readonly clock: Clock; readonly log: Log }) {
    this.#database = dependencies.database;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
  }

  record(call: JudgeCallRecord): void {
    const now = this.#clock.now();
    this.#waiting.push({ ...call, id: newId(now), at: new Date(now) });
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    if (this.#waiting.length === flushAt) void this.flush();
    this.#timer ??= setTimeout(() => void this.flush(), flushEveryMs).unref();
  }

  /** Writes what waits. Never rejects: what could not be written is tried again with the next. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(async () => {
      const calls = this.#waiting;
      if (calls.length === 0) return;
      this.#waiting = [];
      try {
        await appendCalls(this.#database, calls);
      } catch (error) {
        this.#waiting = [...calls, ...this.#waiting].slice(-mostWaiting);
        this.#log.warn(
          { error: errorName(error), calls: calls.length },
          'questions to judges could not be recorded yet',
        );
      }
    });
    return this.#writing;
  }
}
