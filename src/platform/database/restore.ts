import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type BackupEnd, type BackupOrigin, type BackupTable, verifyBackupFile } from './backup-format.ts';
import { BackupReader } from './backup-reader.ts';
import { allTables, copyTarget, dataTables, foreignKeys, qualified, restoreMarker, triggers } from './backup-tables.ts';
import { quoteIdentifier } from './connection-url.ts';
import { asDatabaseError, BackupError } from './database-errors.ts';
import { jobSchema } from './job-tables.ts';
import { migrate } from './migrate.ts';
import { readMigrationFiles } from './migration-files.ts';

export interface RestoreOptions {
  /** The owner of an empty database: one that was never migrated. */
  adminUrl: string;
  /** A file that `backup` wrote. */
  file: string;
  /** The folder with the migrations. */
  migrations: string;
  log?: (message: string) => void;
}

export interface RestoreReport {
  /** When the backup was made. */
  createdAt: string;
  tables: number;
  rows: number;
}

/**
 * Restores a backup into an empty database and brings it to the newest schema. The file is verified before anything is
 * written; the data comes in one transaction. A restore that was cut off can be repeated; until then the database is refused by `migrate`.
 *
 * @throws BackupError when the file is damaged or of another version, or the database is not empty.
 * @throws DatabaseUnavailable
 */
export async function restore({ adminUrl, file, migrations, log }: RestoreOptions): Promise<RestoreReport> {
  const { createdAt } = await verifyBackupFile(file);
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'tidegate-restore' });
  client.on('error', () => {});
  const reader = new BackupReader(file);
  try {
    await client.connect();
    await client.query(`SET client_encoding = 'UTF8'`);
    await refuseUsedDatabase(client);
    const origin = await reader.line<BackupOrigin>();
    await refuseOtherMigrations(origin, migrations);
    await client.query(
      `CREATE TABLE IF NOT EXISTS public.${restoreMarker} (started_at timestamptz NOT NULL DEFAULT now())`,
    );
    // The schema that the data was made for; what came later is applied to the restored data, as it once was to the original.
    const upTo = origin.migrations.at(-1)!.number;
    await migrate({ adminUrl, folder: migrations, upTo, restoring: true });
    await client.query('BEGIN');
    const end = await load(client, reader, log ?? (() => {}));
    await client.query(`DROP TABLE public.${restoreMarker}`);
    await client.query('COMMIT');
    await migrate({ adminUrl, folder: migrations, ...(log === undefined ? {} : { log }) });
    await client.query('ANALYZE');
    return { createdAt, tables: end.tables, rows: end.rows };
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await reader.close();
    await client.end().catch(() => {});
  }
}

async function load(client: pg.Client, reader: BackupReader, log: (message: string) => void): Promise<BackupEnd> {
  const keys = await foreignKeys(client);
  const fired = (await triggers(client)).filter((trigger) => trigger.enabled !== 'D');
  const known = new Map((await dataTables(client)).map((table) => [qualified(table.schema, table.table), table]));

  // Tables come in the order of their names, so keys are checked at the end, all at once. Triggers ran when the rows were first
  // written; what they did is in the backup.
  for (const { schema, table, name } of keys) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} DROP CONSTRAINT ${quoteIdentifier(name)}`);
  }
  for (const { schema, table, name } of fired) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} DISABLE TRIGGER ${quoteIdentifier(name)}`);
  }
  // Migrations may have put in rows; those of the backup count.
  if (known.size > 0) await client.query(`TRUNCATE ${[...known.keys()].join(', ')}`);

  const end = await loadTables(client, reader, known, log);
  for (const { schema, sequence, lastValue, isCalled } of end.sequences) {
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [
      qualified(schema, sequence),
      lastValue,
      isCalled,
    ]);
  }
  await releaseJobs(client);

  for (const { schema, table, name, enabled } of fired) {
    const how = { O: 'ENABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA', D: 'DISABLE' }[enabled];
    await client.query(`ALTER TABLE ${qualified(schema, table)} ${how} TRIGGER ${quoteIdentifier(name)}`);
  }
  for (const { schema, table, name, definition } of keys) {
    await client.query(`ALTER TABLE ${qualified(schema, table)} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition}`);
  }
  return end;
}

async function loadTables(
  client: pg.Client,
  reader: BackupReader,
  known: ReadonlyMap<string, BackupTable>,
  log: (message: string) => void,
): Promise<BackupEnd> {
  let tables = 0;
  let rows = 0;
  for (;;) {
    const line = await reader.line<BackupTable | BackupEnd>();
    if (!('table' in line)) {
      if (line.tables === tables && line.rows === rows) return line;
      throw new BackupError(
        `The backup says ${line.rows} rows in ${line.tables} tables, and ${rows} in ${tables} were read.`,
        'Take another backup. Nothing was restored.',
      );
    }
    refuseUnknownColumns(line, known.get(qualified(line.schema, line.table)));
    const copy = client.query(copyFrom(`COPY ${copyTarget(line)} FROM STDIN`));
    await pipeline(Readable.from(reader.rows(), { objectMode: false }), copy);
    tables += 1;
    rows += copy.rowCount;
    log(`${line.schema}.${line.table}: ${copy.rowCount} rows`);
  }
}

function refuseUnknownColumns(wanted: BackupTable, found: BackupTable | undefined): void {
  const missing = wanted.columns.filter((column) => found?.columns.includes(column) !== true);
  if (found !== undefined && missing.length === 0) return;
  throw new BackupError(
    found === undefined
      ? `The backup has a table ${wanted.schema}.${wanted.table}, which this version of Tidegate does not have.`
      : `The backup has columns of ${wanted.schema}.${wanted.table} that this version does not have: ${missing.join(', ')}.`,
    'Restore it with the version of Tidegate that made it. Nothing was restored.',
  );
}

/** Whoever worked on a job when the backup was made does not any more; without this it would wait for hours. */
async function releaseJobs(client: pg.Client): Promise<void> {
  await client.query(`
    UPDATE ${jobSchema}._private_jobs SET locked_at = NULL, locked_by = NULL WHERE locked_at IS NOT NULL;
    UPDATE ${jobSchema}._private_job_queues SET locked_at = NULL, locked_by = NULL WHERE locked_at IS NOT NULL;
  `);
}

async function refuseUsedDatabase(client: pg.Client): Promise<void> {
  const tables = (await allTables(client)).map(({ schema, table }) => `${schema}.${table}`);
  if (tables.length === 0 || tables.includes(`public.${restoreMarker}`)) return;
  throw new BackupError(
    `The database is not empty: it has ${tables.length} tables, ${tables.slice(0, 3).join(', ')} among them.`,
    'Restore into a new one: set TIDEGATE_DATA_DIR to a folder that does not exist yet, or TIDEGATE_DATABASE_URL to an empty database.',
  );
}

async function refuseOtherMigrations(origin: BackupOrigin, folder: string): Promise<void> {
  const files = new Map((await readMigrationFiles(folder)).map((file) => [file.number, file]));
  const unknown = origin.migrations.find(({ number, checksum }) => files.get(number)?.checksum !== checksum);
  if (unknown === undefined) return;
  throw new BackupError(
    `The backup was made with migration ${unknown.name}, which this version of Tidegate ${files.has(unknown.number) ? 'has in another form' : 'does not have'}.`,
    'Restore it with the version of Tidegate that made it, or a newer one. Nothing was restored.',
  );
}
