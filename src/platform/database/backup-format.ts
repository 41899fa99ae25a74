import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { BackupError, errorCode } from './database-errors.ts';

/**
 * A backup file:
 *
 * - the header: one line of JSON, filled up with spaces to 1,024 bytes
 * - the body, compressed with gzip: lines of JSON, and after each line that names a table its rows as COPY's text format writes
 *   them, ended by the line `\.` (https://www.postgresql.org/docs/current/sql-copy.html, "Text Format"; a row cannot be that line,
 *   since a backslash in it is doubled)
 *
 * Body lines, in this order: one `BackupOrigin`, a `BackupTable` per table, one `BackupEnd`.
 */
export interface BackupHeader {
  format: 'tidegate-backup';
  version: number;
  /** ISO 8601, UTC. What was committed before is in it. */
  createdAt: string;
  /** Of the compressed body, in hexadecimal. */
  sha256: string;
  /** Of the compressed body. */
  bytes: number;
}

export interface BackupOrigin {
  postgresVersion: string;
  /** Which migrations the data fits. */
  migrations: { number: number; name: string; checksum: string }[];
}

export interface BackupTable {
  schema: string;
  table: string;
  /** In the order of the rows; without generated ones. */
  columns: string[];
}

export interface BackupSequence {
  schema: string;
  sequence: string;
  /** As text, since it can be larger than a number is exact. */
  lastValue: string;
  isCalled: boolean;
}

export interface BackupEnd {
  sequences: BackupSequence[];
  tables: number;
  rows: number;
}

export const backupVersion = 1;
export const headerBytes = 1024;
export const endOfRows = '\\.\n';

export function encodeHeader(header: BackupHeader): Buffer {
  const text = JSON.stringify(header);
  if (text.length >= headerBytes) throw new RangeError(`The header has ${text.length} characters.`);
  return Buffer.from(`${text.padEnd(headerBytes - 1)}\n`, 'ascii');
}

/**
 * Reads the header and makes sure that the body is whole and unaltered.
 *
 * @throws BackupError when it is no backup of ours, of a newer format, cut off or damaged.
 */
export async function verifyBackupFile(file: string): Promise<BackupHeader> {
  const header = await readHeader(file);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { start: headerBytes }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  if (bytes !== header.bytes || hash.digest('hex') !== header.sha256) {
    throw new BackupError(
      `${file} is damaged: ${bytes === header.bytes ? 'its checksum differs' : `it has ${bytes} bytes instead of ${header.bytes}`}.`,
      'Take another copy or an earlier backup. Nothing was restored.',
    );
  }
  return header;
}

async function readHeader(file: string): Promise<BackupHeader> {
  const found = parseHeader(await readStart(file));
  if (found?.format !== 'tidegate-backup') {
    throw new BackupError(`${file} is no backup made by "tidegate backup".`, 'Give the path of one.');
  }
  if (found.version !== backupVersion) {
    throw new BackupError(
      `${file} has backup format ${found.version}, and this Tidegate reads ${backupVersion}.`,
      'Restore it with the version of Tidegate that made it, or a newer one.',
    );
  }
  return found as BackupHeader;
}

async function readStart(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw new BackupError(`${file} cannot be read (${errorCode(error)}).`, 'Check the path and its permissions.', {
      cause: error,
    });
  }
}

function parseHeader(text: string): Partial<BackupHeader> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
