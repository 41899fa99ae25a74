import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  type BackupEnd,
  type BackupHeader,
  type BackupOrigin,
  backupVersion,
  encodeHeader,
  endOfRows,
  headerBytes,
} from './backup-format.ts';
import { copyTarget, dataTables, readSequences } from './backup-tables.ts';
import { asDatabaseError, BackupError, errorCode } from './database-errors.ts';
import { appliedMigrations } from './migrate.ts';

export interface BackupOptions {
  /** The owner of the database. */
  adminUrl: string;
  /** Where to write it; must not exist yet. Readable by its owner only, since everything is in it. */
  file: string;
  log?: (message: string) => void;
}

export interface BackupReport {
  file: string;
  createdAt: string;
  tables: number;
  rows: number;
  /** Size of the file. */
  bytes: number;
}

/**
 * Writes everything in the database to one file, as it was at one moment, while others go on working. `restore` reads it, on this
 * or any other PostgreSQL from 15 up. The secret key is not in it: keep that as well.
 *
 * @throws BackupError when the file exists or cannot be written; nothing is left behind then.
 * @throws DatabaseUnavailable
 */
export async function backup({ adminUrl, file, log }: BackupOptions): Promise<BackupReport> {
  if (existsSync(file)) throw new BackupError(`${file} exists already.`, 'Give another name, or move it away.');
  const draft = `${file}.${process.pid}.partial`;
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'tidegate-backup' });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`SET client_encoding = 'UTF8'`);
    // One snapshot for all tables.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const createdAt = await snapshotTime(client);
    await using handle = await createFile(draft);
    const end: BackupEnd = { sequences: [], tables: 0, rows: 0 };
    const { sha256, bytes } = await writeBody(handle, body(client, end, log ?? (() => {})));
    const header: BackupHeader = { format: 'tidegate-backup', version: backupVersion, createdAt, sha256, bytes };
    await handle.write(encodeHeader(header), 0, headerBytes, 0);
    await handle.sync();
    await rename(draft, file);
    await syncFolder(dirname(file));
    return { file, createdAt, tables: end.tables, rows: end.rows, bytes: headerBytes + bytes };
  } catch (error) {
    await rm(draft, { force: true });
    throw asDatabaseError(error);
  } finally {
    await client.end().catch(() => {});
  }
}

async function* body(
  client: pg.Client,
  end: BackupEnd,
  log: (message: string) => void,
): AsyncGenerator<Buffer | string> {
  const version = await client.query<{ shown: string }>(`SELECT current_setting('server_version') AS shown`);
  const origin: BackupOrigin = {
    postgresVersion: version.rows[0]!.shown,
    migrations: await appliedMigrations(client),
  };
  if (origin.migrations.length === 0) {
    throw new BackupError(
      'The database has no tables of Tidegate.',
      'Check TIDEGATE_DATA_DIR and TIDEGATE_DATABASE_URL.',
    );
  }
  yield jsonLine(origin);
  for (const table of await dataTables(client)) {
    yield jsonLine(table);
    const rows = client.query(copyTo(`COPY ${copyTarget(table)} TO STDOUT`));
    for await (const chunk of rows as AsyncIterable<Buffer>) yield chunk;
    yield endOfRows;
    end.tables += 1;
    end.rows += rows.rowCount;
    log(`${table.schema}.${table.table}: ${rows.rowCount} rows`);
  }
  end.sequences = await readSequences(client);
  yield jsonLine(end);
}

async function writeBody(
  handle: FileHandle,
  chunks: AsyncGenerator<Buffer | string>,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  // Room for the header, which is known last.
  await handle.appendFile(Buffer.alloc(headerBytes));
  await pipeline(Readable.from(chunks, { objectMode: false }), createGzip({ level: 5 }), async (compressed) => {
    for await (const chunk of compressed as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.appendFile(chunk);
      bytes += chunk.length;
    }
  });
  return { sha256: hash.digest('hex'), bytes };
}

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

async function snapshotTime(client: pg.Client): Promise<string> {
  const answer = await client.query<{ now: Date }>('SELECT now()');
  return answer.rows[0]!.now.toISOString();
}

async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (error) {
    throw new BackupError(
      `${path} cannot be written (${errorCode(error)}).`,
      'Give a path in a folder that exists and can be written.',
      {
        cause: error,
      },
    );
  }
}

/** Makes the new name survive a crash. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
