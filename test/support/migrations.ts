import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MigrationsFolder {
  folder: string;
  write(name: string, sql: string): void;
  remove(name?: string): void;
}

/** A folder of migrations for one test: the product's first one, and what the test writes. */
export function migrationsFolder(): MigrationsFolder {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-migrations-'));
  const first = '0001_roles.sql';
  copyFileSync(join(import.meta.dirname, '../../migrations', first), join(folder, first));
  return {
    folder,
    write: (name, sql) => writeFileSync(join(folder, name), sql),
    remove: (name) => rmSync(name === undefined ? folder : join(folder, name), { recursive: true }),
  };
}
