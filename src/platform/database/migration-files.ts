import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MigrationError } from './database-errors.ts';

export interface MigrationFile {
  /** From the file's name; the order in which files are applied. */
  number: number;
  /** `0001_roles.sql` */
  name: string;
  sql: string;
  /** SHA-256 of the text with Unix line ends, in hexadecimal. */
  checksum: string;
}

const shape = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Every migration of `folder`, by number.
 *
 * @throws MigrationError for a file that is not named like `0001_roles.sql`, and for a number used twice.
 */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const files: MigrationFile[] = [];
  for (const name of names) {
    const number = Number(shape.exec(name)?.[1]);
    if (!(number > 0)) {
      throw new MigrationError(
        `Migration ${name} is not named as migrations are.`,
        'Use four digits, an underscore and words in lower case: 0001_roles.sql.',
      );
    }
    const twin = files.at(-1);
    if (twin?.number === number) {
      throw new MigrationError(
        `${twin.name} and ${name} have the same number.`,
        'Give one of them the next free number.',
      );
    }
    // git may have written Windows line ends; that is no alteration.
    const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
    files.push({ number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return files;
}
