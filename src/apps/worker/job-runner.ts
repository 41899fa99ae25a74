import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, parseCrontab, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Database } from '#platform/database/database.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { AbandonedJobs } from './abandoned-jobs.ts';

export interface JobRunnerOptions {
  readonly database: Database;
  /** Each must stand being run again: a process can be killed between a job's work and its end. */
  readonly tasks: TaskList;
  /** Lines of graphile-worker's crontab format. */
  readonly crontab: readonly string[];
  readonly log: Log;
  readonly concurrency?: number;
}

export interface JobRunner {
  /** Finishes the jobs under way. */
  stop(): Promise<void>;
}

interface Running {
  readonly runner: Runner;
  readonly abandoned: AbandonedJobs;
}

const longestPauseMs = 10_000;

const begin = async ({ database, tasks, crontab, log, concurrency = 4 }: JobRunnerOptions): Promise<Running> => {
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') log.error({ jobs: true }, message);
    else if (level === 'warning') log.warn({ jobs: true }, message);
    else log.debug({ jobs: true }, message);
  });
  const events: WorkerEvents = new EventEmitter();
  let name = '';
  events.once('pool:create', ({ workerPool }) => {
    name = workerPool.id;
  });
  const runner = await run({
    pgPool: database.pool,
    taskList: tasks,
    parsedCronItems: parseCrontab(crontab.join('\n')),
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger,
    events,
    // Without these, a database that goes away while a job ends rejects a promise that graphile-worker awaits nowhere, which ends the
    // process; with them the runner ends, and is started again.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  // Its end is seen by whoever supervises it; nobody may be awaiting it at the moment it fails.
  runner.promise.catch(() => undefined);
  const abandoned = new AbandonedJobs({ database, log, runner: name });
  try {
    await abandoned.start();
  } catch (error) {
    await runner.stop().catch(() => undefined);
    await abandoned.stop();
    throw error;
  }
  return { runner, abandoned };
};

/** Tries until the database is back; undefined where it was stopped meanwhile. */
const beginAgain = async (options: JobRunnerOptions, stopped: AbortSignal): Promise<Running | undefined> => {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await sleep(pauseMs, undefined, { signal: stopped }).catch(() => undefined);
    if (stopped.aborted) return undefined;
    try {
      return await begin(options);
    } catch (error) {
      options.log.warn({ error: errorName(error) }, 'jobs cannot be taken up yet');
    }
  }
};

/**
 * Starts working off jobs. A failing job is tried again with growing pauses (about 25 times over days), then kept for a person to see.
 * graphile-worker ends for good where the database stays away for long; here it is started again.
 */
export const startJobRunner = async (options: JobRunnerOptions): Promise<JobRunner> => {
  const stopped = new AbortController();
  let running: Running | undefined = await begin(options);

  const supervise = async (): Promise<void> => {
    while (running !== undefined) {
      await running.runner.promise.catch(() => undefined);
      await running.abandoned.stop();
      if (stopped.signal.aborted) return;
      options.log.warn({}, 'the job runner ended; starting it again');
      running = await beginAgain(options, stopped.signal);
    }
  };
  const supervised = supervise();

  return {
    async stop() {
      stopped.abort();
      // One that ended by itself a moment ago has nothing left to stop.
      await running?.runner.stop().catch(() => undefined);
      await supervised;
    },
  };
};
