import { Logger, parseCrontab, type Runner, run, type TaskList } from 'graphile-worker';
import type { Database } from '#platform/database/database.ts';
import type { Log } from '#platform/telemetry/log.ts';

export interface JobRunnerOptions {
  readonly database: Database;
  readonly tasks: TaskList;
  /** Lines of graphile-worker's crontab format. */
  readonly crontab: readonly string[];
  readonly log: Log;
  readonly concurrency?: number;
}

/** Starts working off jobs. A failing job is tried again with growing pauses (about 25 times over days), then kept for a person to see. */
export const startJobRunner = async ({
  database,
  tasks,
  crontab,
  log,
  concurrency = 4,
}: JobRunnerOptions): Promise<Runner> => {
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') log.error({ jobs: true }, message);
    else if (level === 'warning') log.warn({ jobs: true }, message);
    else log.debug({ jobs: true }, message);
  });
  return run({
    pgPool: database.pool,
    taskList: tasks,
    parsedCronItems: parseCrontab(crontab.join('\n')),
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger,
  });
};
