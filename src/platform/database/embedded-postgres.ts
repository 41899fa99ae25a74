import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { socketUrl } from './connection-url.ts';
import { DatabaseUnavailable, errorMessage, isConnectionFailure } from './database-errors.ts';
import { postgresBinaries } from './embedded-binaries.ts';
import {
  appRole,
  type Cluster,
  createClusterIfMissing,
  databaseName,
  locateCluster,
  ownerRole,
  readCredentials,
} from './embedded-cluster.ts';
import { socketFolder } from './embedded-location.ts';
import { logTail, runningPostmaster, startPostmaster, stopPostmaster } from './embedded-postmaster.ts';
import { type ServerSettings, serverSettings } from './embedded-settings.ts';
import { isAlive } from './is-alive.ts';

export interface EmbeddedPostgresOptions {
  /** Tidegate's data folder; the database lies in `postgres` below it. Made if it is not there. */
  dataDir: string;
  /** Told, in a sentence, what an operator would want to know. */
  log?: (message: string) => void;
  /** Server settings that differ from ours. Tests use it to trade durability for speed; the product does not. */
  settings?: ServerSettings;
}

/** A PostgreSQL 18 on this machine, shared by every process that started it with the same data folder. */
export interface EmbeddedPostgres {
  /** Database `tidegate` as its owner: for migrations, backup and restore. */
  adminUrl: string;
  /** Database `tidegate` as the application: no superuser, owns nothing. */
  appUrl: string;
  /** True when the server ran already, started by another process or left behind by one that was killed. */
  adopted: boolean;
  /** Lets go of the server. The last process to do so stops it. */
  stop(): Promise<void>;
}

/** How long a start may take. Recovery after a crash of a busy server is what takes long. */
const startTimeoutMs = 180_000;

/** Every process that uses the server holds this lock, shared; whoever gets it alone is the last one. ("tide" in ASCII.) */
const holdersLock = 0x74696465;

/** Followed by the process id. */
const holderName = 'tidegate-holder-';

/**
 * Starts the embedded PostgreSQL, or joins the one that runs. If the server dies later, it is started again.
 *
 * @throws DatabaseUnavailable when it cannot be started; the message says why and what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const supervisor = new Supervisor(options);
  return await supervisor.start();
}

class Supervisor {
  readonly #cluster: Cluster;
  readonly #settings: ServerSettings;
  readonly #log: (message: string) => void;
  #holder: pg.Client | undefined;
  #socketDirectory = '';
  #startedHere = false;
  #stopping: Promise<void> | undefined;
  #recovering: Promise<void> | undefined;

  constructor({ dataDir, log, settings }: EmbeddedPostgresOptions) {
    this.#cluster = locateCluster(resolve(dataDir));
    this.#settings = { ...serverSettings, ...settings };
    this.#log = log ?? (() => {});
  }

  async start(): Promise<EmbeddedPostgres> {
    await this.#join();
    const { owner, app } = readCredentials(this.#cluster);
    const at = { socketDirectory: this.#socketDirectory, database: databaseName };
    return {
      adminUrl: socketUrl({ ...at, user: ownerRole, password: owner }),
      appUrl: socketUrl({ ...at, user: appRole, password: app }),
      adopted: !this.#startedHere,
      stop: () => {
        this.#stopping ??= this.#stop();
        return this.#stopping;
      },
    };
  }

  /** Comes back when the server runs and this process is counted among its holders. */
  async #join(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    let child: ChildProcess | undefined;
    let lastProblem = 'it did not answer';
    while (Date.now() < deadline && this.#stopping === undefined) {
      const running = runningPostmaster(this.#cluster);
      if (running !== undefined) {
        try {
          await this.#hold(running.socketDirectory);
          this.#startedHere = child?.pid === running.pid;
          return;
        } catch (error) {
          // It is starting, or the last one out is just stopping it: both pass.
          if (!isConnectionFailure(error)) throw this.#failed(errorMessage(error), error);
          lastProblem = errorMessage(error);
        }
      } else if (child === undefined) {
        child = this.#spawn();
      } else if (child.exitCode !== null || child.signalCode !== null) {
        if (child.exitCode !== 0 && !this.#lostTheRace()) throw this.#failed(logTail(this.#cluster));
        child = undefined;
      }
      await sleep(10);
    }
    throw this.#failed(`after ${startTimeoutMs / 1000} s ${lastProblem}`);
  }

  #spawn(): ChildProcess {
    const { identity, home, data } = this.#cluster;
    const binaries = postgresBinaries(identity, () => join(home, 'binaries'));
    if (!existsSync(data)) this.#log(`Making the database in ${home}`);
    createClusterIfMissing(this.#cluster, binaries);
    const child = startPostmaster(this.#cluster, binaries.postgres, socketFolder(home, identity), this.#settings);
    child.on('error', (error) => this.#log(`PostgreSQL could not be started: ${error.message}`));
    return child;
  }

  /** Our postmaster gave way to one that another process started in the same moment. */
  #lostTheRace(): boolean {
    return /lock file "[^"]*" already exists|pre-existing shared memory block/.test(logTail(this.#cluster));
  }

  /** Opens the connection that marks this process as a user of the server. It vanishes with the process, however that ends. */
  async #hold(socketDirectory: string): Promise<void> {
    const { owner } = readCredentials(this.#cluster);
    const holder = new pg.Client({
      connectionString: socketUrl({ socketDirectory, user: ownerRole, password: owner, database: 'postgres' }),
      application_name: `${holderName}${process.pid}`,
      connectionTimeoutMillis: 10_000,
    });
    let lost: Error | undefined;
    holder.on('error', (error) => {
      lost = error;
    });
    try {
      await holder.connect();
      await holder.query('SELECT pg_advisory_lock_shared($1)', [holdersLock]);
    } catch (error) {
      await holder.end().catch(() => {});
      throw error;
    }
    if (lost !== undefined) throw lost;
    holder.once('end', () => this.#lost());
    this.#holder = holder;
    this.#socketDirectory = socketDirectory;
  }

  /** The server went away under us: start it again, for as long as it takes. */
  #lost(): void {
    this.#holder = undefined;
    if (this.#stopping !== undefined || this.#recovering !== undefined) return;
    this.#log('PostgreSQL went away; starting it again');
    this.#recovering = this.#recover().finally(() => {
      this.#recovering = undefined;
    });
  }

  async #recover(): Promise<void> {
    for (let waitMs = 100; this.#stopping === undefined; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        await this.#join();
        this.#log('PostgreSQL runs again');
        return;
      } catch (error) {
        this.#log(errorMessage(error));
        await sleep(waitMs);
      }
    }
  }

  async #stop(): Promise<void> {
    // Lets #recovering see that it is over before it is waited for.
    await Promise.resolve();
    await this.#recovering?.catch(() => {});
    const holder = this.#holder;
    if (holder === undefined) return;
    try {
      await holder.query('SELECT pg_advisory_unlock_shared($1)', [holdersLock]);
      const last = await this.#isLast(holder);
      const postmaster = runningPostmaster(this.#cluster);
      // Stopped while the lock is held: whoever comes now waits for it, loses the connection and starts a new server.
      if (last && postmaster !== undefined) await stopPostmaster(this.#cluster, postmaster);
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
    } finally {
      await holder.end().catch(() => {});
    }
  }

  /** Takes the lock for itself if nobody else is there any more. */
  async #isLast(holder: pg.Client): Promise<boolean> {
    for (const deadline = Date.now() + 1000; ; await sleep(20)) {
      const answer = await holder.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [holdersLock]);
      if (answer.rows[0]?.last === true) return true;
      const others = await holder.query<{ name: string }>(
        `SELECT application_name AS name FROM pg_stat_activity WHERE application_name LIKE $1 AND pid <> pg_backend_pid()`,
        [`${holderName}%`],
      );
      const alive = others.rows.some(({ name }) => isAlive(Number(name.slice(holderName.length))));
      // Of a process that was just killed, the server may not know yet.
      if (alive || Date.now() > deadline) return false;
    }
  }

  #failed(reason: string, cause?: unknown): DatabaseUnavailable {
    return new DatabaseUnavailable(
      `The embedded PostgreSQL in ${this.#cluster.home} did not start: ${reason}.`,
      `See ${this.#cluster.log}; TIDEGATE_DATA_DIR names another folder, TIDEGATE_DATABASE_URL another server.`,
      cause === undefined ? undefined : { cause },
    );
  }
}
