import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '#platform/database/database.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';

/** First half of the advisory locks that show which job runners live; the second is a hash of the runner's name. */
const livenessClass = 0x7469_6465;
/** A runner that just began may hold a job before its liveness lock. */
const graceSeconds = 2;
const lookEveryMs = 3_000;

// pg_locks shows the two halves unsigned.
const unlockAbandoned = `
  WITH abandoned AS (
    SELECT array_agg(DISTINCT locked_by) AS runners FROM graphile_worker._private_jobs AS job
    WHERE locked_by IS NOT NULL AND locked_at < now() - make_interval(secs => $2)
      AND NOT EXISTS (SELECT 1 FROM pg_locks AS held WHERE held.locktype = 'advisory' AND held.granted
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND held.classid::bigint = $1 AND held.objid::bigint = (hashtext(job.locked_by)::bigint & 4294967295))
  )
  SELECT graphile_worker.force_unlock_workers(runners), array_length(runners, 1) AS runners FROM abandoned WHERE runners IS NOT NULL`;

/**
 * Frees jobs whose process was killed over them, so that they go on at the next start and not after the four hours that graphile-worker
 * waits. Every runner holds an advisory lock for as long as its process lives and reaches the database; a job of a runner without one is
 * free. A job that is freed while its runner lives after all runs twice, which every job has to stand anyway.
 */
export class AbandonedJobs {
  readonly #database: Database;
  readonly #log: Log;
  readonly #stopped = new AbortController();
  #runner: string;
  #holder: pg.PoolClient | undefined;
  #watching: Promise<void> | undefined;

  constructor({ database, log, runner }: { readonly database: Database; readonly log: Log; readonly runner: string }) {
    this.#database = database;
    this.#log = log;
    this.#runner = runner;
  }

  async start(): Promise<void> {
    await this.#look();
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
    this.#letGo();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await sleep(lookEveryMs, undefined, { signal: this.#stopped.signal, ref: false });
        await this.#look();
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#letGo();
        this.#log.warn({ error: errorName(error) }, 'abandoned jobs cannot be looked for; trying again');
      }
    }
  }

  async #look(): Promise<void> {
    const holder = this.#holder ?? (await this.#hold());
    const { rows } = await holder.query<{ runners: number }>(unlockAbandoned, [livenessClass, graceSeconds]);
    if (rows[0] !== undefined)
      this.#log.warn({ runners: rows[0].runners }, 'took over the jobs of processes that ended without finishing them');
  }

  async #hold(): Promise<pg.PoolClient> {
    const client = await this.#database.pool.connect();
    this.#holder = client;
    client.on('error', () => {
      if (this.#holder === client) this.#letGo();
    });
    await client.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [livenessClass, this.#runner]);
    return client;
  }

  /** Closes the connection instead of giving it back: the lock must go with it. */
  #letGo(): void {
    const holder = this.#holder;
    // Forgotten first: closing a broken connection can report its fault once more.
    this.#holder = undefined;
    holder?.release(true);
  }
}
