import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '#platform/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { AbandonedJobs } from './abandoned-jobs.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

let test: TestDatabase;
let runner: JobRunner;
const started = Promise.withResolvers<void>();
const finish = Promise.withResolvers<void>();
const done: unknown[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  runner = await startJobRunner({
    database: test.database,
    tasks: {
      slow: async () => {
        started.resolve();
        await finish.promise;
      },
      quick: async (payload) => {
        done.push(payload);
      },
    },
    crontab: [],
    log: silentLog,
  });
});
afterAll(async () => {
  finish.resolve();
  await runner.stop();
  await test.drop();
});

const query = <Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> =>
  test.database.query<Row>(sql, values);
const lockOf = async (key: string): Promise<string | null> => {
  const rows = await query<{ locked_by: string | null }>(
    'SELECT locked_by FROM graphile_worker._private_jobs WHERE key = $1',
    [key],
  );
  return rows[0]!.locked_by;
};
/** As a further process does when it starts. */
const lookAround = async (): Promise<void> => {
  const further = new AbandonedJobs({ database: test.database, log: silentLog, runner: 'a-further-runner' });
  await further.start();
  await further.stop();
};

describe('jobs of other runners', () => {
  it('are left alone while their process lives, however long they take', async () => {
    await query("SELECT graphile_worker.add_job('slow', '{}', job_key => 'living')");
    await started.promise;
    await query("UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 hour' WHERE key = 'living'");
    const before = await lockOf('living');
    expect(before).not.toBeNull();
    await lookAround();
    expect(await lockOf('living')).toBe(before);
  });

  it('are freed and done once their process is gone', async () => {
    await query(
      "SELECT graphile_worker.add_job('quick', '{\"n\": 1}', job_key => 'dead', run_at => now() + interval '1 hour')",
    );
    await query(
      "UPDATE graphile_worker._private_jobs SET locked_by = 'pool-of-a-killed-process', locked_at = now() - interval '1 minute', run_at = now() WHERE key = 'dead'",
    );
    await lookAround();
    await expect.poll(() => done, { timeout: 20_000 }).toEqual([{ n: 1 }]);
  });

  it('are not taken in the moment in which a runner begins', async () => {
    await query(
      "SELECT graphile_worker.add_job('quick', '{}', job_key => 'fresh', run_at => now() + interval '1 hour')",
    );
    await query(
      "UPDATE graphile_worker._private_jobs SET locked_by = 'pool-just-made', locked_at = now() WHERE key = 'fresh'",
    );
    await lookAround();
    expect(await lockOf('fresh')).toBe('pool-just-made');
  });
});
