import pg from 'pg';
import { restoreMarker } from './backup-tables.ts';
import { asDatabaseError, DatabaseUnavailable, errorMessage, MigrationError } from './database-errors.ts';
import { grantJobTables, migrateJobTables } from './job-tables.ts';
import { type MigrationFile, readMigrationFiles } from './migration-files.ts';

export interface MigrateOptions {
  /** A role that owns the database, or may create schemas in it. */
  adminUrl: string;
  /** The folder with the numbered SQL files. */
  folder: string;
  /** Stops after the file with this number. Restoring an older backup uses it. */
  upTo?: number;
  /** Lets `restore` work on a database that is refused otherwise. */
  restoring?: boolean;
  log?: (message: string) => void;
}

/** What `migrate` did. */
export interface MigrationReport {
  /** Names of the files applied now, in order. */
  applied: string[];
  /** Number of the newest file that the database has. 0 when it has none. */
  current: number;
}

/** One row of `tidegate_migrations`. */
export interface AppliedMigration {
  number: number;
  name: string;
  checksum: string;
}

/** Any number, as long as every process takes the same. */
const migrationLock = 0x74696467;

/** As PostgreSQL numbers its versions: 15.0. */
export const oldestServer = 150_000;

/**
 * Brings the database to the newest schema: ours from `folder`, then the job tables of graphile-worker. Each file runs in its
 * own transaction, once; several processes that start at the same time wait for each other.
 *
 * @throws MigrationError when a file fails, was altered after it was applied, is gone, or comes before one that was applied.
 * @throws DatabaseUnavailable when the server cannot be reached or is older than PostgreSQL 15.
 */
export async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const files = await readMigrationFiles(options.folder);
  const wanted = files.filter((file) => file.number <= (options.upTo ?? Number.POSITIVE_INFINITY));
  const client = new pg.Client({ connectionString: options.adminUrl, application_name: 'tidegate-migrate' });
  client.on('error', () => {});
  try {
    await client.connect();
    await refuseOldServer(client);
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    if (options.restoring !== true) await refuseHalfRestored(client);
    const report = await applyMissing(client, wanted, options.log ?? (() => {}));
    await migrateJobTables(options.adminUrl);
    await grantJobTables(client);
    return report;
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    // Ending the session also gives the lock back.
    await client.end().catch(() => {});
  }
}

/** The files that the database has, oldest first; empty for one that was never migrated. */
export async function appliedMigrations(client: pg.ClientBase): Promise<AppliedMigration[]> {
  const known = await client.query<{ found: boolean }>(
    `SELECT to_regclass('public.tidegate_migrations') IS NOT NULL AS found`,
  );
  if (known.rows[0]?.found !== true) return [];
  const rows = await client.query<AppliedMigration>(
    'SELECT number, name, checksum FROM public.tidegate_migrations ORDER BY number',
  );
  return rows.rows;
}

async function applyMissing(
  client: pg.Client,
  files: readonly MigrationFile[],
  log: (message: string) => void,
): Promise<MigrationReport> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS public.tidegate_migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
  const applied = await appliedMigrations(client);
  refuseAltered(files, applied);
  const newest = applied.at(-1)?.number ?? 0;
  const known = new Set(applied.map((migration) => migration.number));
  const missing = files.filter((file) => !known.has(file.number));
  const late = missing.find((file) => file.number < newest);
  if (late !== undefined) {
    throw new MigrationError(
      `Migration ${late.name} comes before number ${newest}, which this database already has.`,
      `Give it the next free number, ${newest + 1} or higher.`,
    );
  }
  for (const file of missing) {
    await apply(client, file);
    log(`Applied migration ${file.name}`);
  }
  return { applied: missing.map((file) => file.name), current: missing.at(-1)?.number ?? newest };
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  try {
    await client.query('BEGIN');
    const before = await transactionId(client);
    await client.query(file.sql);
    if ((await transactionId(client)) !== before) {
      throw new Error('it ends the transaction it runs in; leave BEGIN, COMMIT and ROLLBACK out');
    }
    await client.query('INSERT INTO public.tidegate_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
      file.number,
      file.name,
      file.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new MigrationError(
      `Migration ${file.name} failed${place(error, file.sql)}: ${errorMessage(error)}.`,
      'Nothing of it was applied; correct the file and start again.',
      { cause: error },
    );
  }
}

async function transactionId(client: pg.Client): Promise<string> {
  const answer = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return answer.rows[0]!.id;
}

/** " at line 12", where PostgreSQL told the position (1-based, in characters). */
function place(error: unknown, sql: string): string {
  if (typeof error !== 'object' || error === null || !('position' in error)) return '';
  const position = Number(error.position);
  return Number.isFinite(position) ? ` at line ${sql.slice(0, position - 1).split('\n').length}` : '';
}

function refuseAltered(files: readonly MigrationFile[], applied: readonly AppliedMigration[]): void {
  const byNumber = new Map(files.map((file) => [file.number, file]));
  for (const { number, name, checksum } of applied) {
    const file = byNumber.get(number);
    if (file === undefined) {
      throw new MigrationError(
        `This database has migration ${name}, which this version of Tidegate does not know.`,
        'Start the newer version that made it, or restore a backup from before.',
      );
    }
    if (file.checksum !== checksum) {
      throw new MigrationError(
        `Migration ${file.name} was altered after it was applied (then ${checksum.slice(0, 12)}, now ${file.checksum.slice(0, 12)}).`,
        'Put it back as it was, and make the change in a new file with the next number.',
      );
    }
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const answer = await client.query<{ number: number; shown: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS shown`,
  );
  const { number, shown } = answer.rows[0]!;
  if (number < oldestServer) {
    throw new DatabaseUnavailable(
      `The database server is PostgreSQL ${shown}.`,
      'Tidegate needs 15 or newer: upgrade the server, or unset TIDEGATE_DATABASE_URL to use the embedded one.',
    );
  }
}

async function refuseHalfRestored(client: pg.Client): Promise<void> {
  const answer = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    `public.${restoreMarker}`,
  ]);
  if (answer.rows[0]?.found === true) {
    throw new MigrationError(
      'A restore into this database was cut off.',
      'Run "tidegate restore" again with the same file.',
    );
  }
}
