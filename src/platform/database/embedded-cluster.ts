import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseUnavailable, errorCode } from './database-errors.ts';
import type { PostgresBinaries } from './embedded-binaries.ts';
import { canEnter, handOver, type ServerIdentity, serverIdentity, spawnAs } from './embedded-identity.ts';
import { clusterHome } from './embedded-location.ts';
import { isAlive } from './is-alive.ts';

/** Where everything of one embedded server lies. */
export interface Cluster {
  /** The folder with all of it. */
  home: string;
  /** What PostgreSQL calls its data directory. */
  data: string;
  log: string;
  identity: ServerIdentity;
}

/** The passwords of one cluster, kept in a 0600 file inside its data directory. */
export interface Credentials {
  /** Superuser `postgres`: for rescue only, Tidegate never signs in as it. */
  superuser: string;
  /** `tidegate_owner`: owns the database, migrates, backs up. */
  owner: string;
  /** `tidegate_app`: what the running application is. */
  app: string;
}

export const ownerRole = 'tidegate_owner';
export const appRole = 'tidegate_app';
export const databaseName = 'tidegate';

const credentialsFile = 'tidegate-credentials.json';

/** The cluster that belongs to `dataDir`; its folder is made if it is not there, the cluster itself is not. */
export function locateCluster(dataDir: string): Cluster {
  const linked = join(dataDir, 'postgres');
  const home = folderOf(dataDir, linked);
  const identity = serverIdentity(join(home, 'data'));
  if (!canEnter(home, identity)) {
    throw new DatabaseUnavailable(
      `The database folder ${home} cannot be entered by the user ${identity.uid}, whom PostgreSQL runs as.`,
      'Make its parent folders enterable (chmod o+x), start Tidegate as the user who owns them, or set TIDEGATE_DATA_DIR.',
    );
  }
  return { home, data: join(home, 'data'), log: join(home, 'server.log'), identity };
}

function folderOf(dataDir: string, linked: string): string {
  try {
    return realpathSync(clusterHome(dataDir, linked, serverIdentity(join(linked, 'data'))));
  } catch (error) {
    if (errorCode(error) === undefined || error instanceof DatabaseUnavailable) throw error;
    throw new DatabaseUnavailable(
      `The database folder ${linked} cannot be used (${errorCode(error)}).`,
      'Set TIDEGATE_DATA_DIR to a folder that can be written.',
      { cause: error },
    );
  }
}

/**
 * Makes the cluster if there is none, all or nothing: it is prepared beside its place and renamed into it, so that a crash
 * or a second process in between leaves either no cluster or a whole one.
 */
export function createClusterIfMissing(cluster: Cluster, binaries: PostgresBinaries): void {
  if (existsSync(join(cluster.data, 'PG_VERSION'))) {
    refuseOtherVersion(cluster, binaries);
    return;
  }
  removeHalfMade(cluster);
  const making = `${cluster.data}.${process.pid}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  handOver(making, cluster.identity);
  try {
    initialise(making, cluster, binaries);
    renameSync(making, cluster.data);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    const anotherWasQuicker = errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'EEXIST';
    if (!anotherWasQuicker) throw error;
  }
}

/** What a start that was killed at this point left behind. */
function removeHalfMade({ home }: Cluster): void {
  for (const name of readdirSync(home)) {
    const pid = Number(/^data\.(\d+)\.new$/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(home, name), { recursive: true, force: true });
  }
}

function initialise(folder: string, cluster: Cluster, binaries: PostgresBinaries): void {
  const run = { ...spawnAs(cluster.identity), cwd: '/', encoding: 'utf8', env: serverEnvironment() } as const;
  const made = spawnSync(
    binaries.initdb,
    [
      ...['--pgdata', folder, '--username=postgres', '--encoding=UTF8', '--no-instructions'],
      // The same order of text on every machine, whatever its C library.
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      // Nothing listens before the rules below replace this.
      ...['--auth-local=trust', '--auth-host=reject'],
    ],
    run,
  );
  if (made.status !== 0) throw creationFailed(made.error?.message ?? made.stderr, cluster);

  writeFileSync(
    join(folder, 'pg_hba.conf'),
    '# Written by Tidegate: the socket only, and by password.\nlocal all all scram-sha-256\n',
  );

  const credentials: Credentials = { superuser: password(), owner: password(), app: password() };
  const file = join(folder, credentialsFile);
  writeFileSync(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  handOver(file, cluster.identity);

  const roles = spawnSync(binaries.postgres, ['--single', '-D', folder, 'postgres'], {
    ...run,
    input: roleStatements(credentials),
  });
  // Single-user mode ends with status 0 whatever its statements did.
  if (roles.status !== 0 || /^.*\b(ERROR|FATAL|PANIC):/m.test(roles.stderr)) {
    throw creationFailed(roles.error?.message ?? roles.stderr, cluster);
  }
}

/** One statement a line, as single-user mode reads them. */
function roleStatements({ superuser, owner, app }: Credentials): string {
  return [
    `ALTER ROLE postgres PASSWORD '${superuser}';`,
    `CREATE ROLE ${ownerRole} LOGIN CREATEDB CREATEROLE PASSWORD '${owner}';`,
    `CREATE ROLE ${appRole} LOGIN PASSWORD '${app}';`,
    `GRANT ${appRole} TO ${ownerRole} WITH ADMIN OPTION;`,
    `CREATE DATABASE ${databaseName} OWNER ${ownerRole};`,
    '',
  ].join('\n');
}

export function readCredentials(cluster: Cluster): Credentials {
  const file = join(cluster.data, credentialsFile);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
  } catch (error) {
    throw new DatabaseUnavailable(
      `The passwords of the embedded PostgreSQL cannot be read from ${file}.`,
      'Start Tidegate as the user who started it before, or as root.',
      { cause: error },
    );
  }
}

/** PostgreSQL inherits nothing of ours: no secrets in its environment, no locale but its own. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function refuseOtherVersion(cluster: Cluster, binaries: PostgresBinaries): void {
  const made = readFileSync(join(cluster.data, 'PG_VERSION'), 'utf8').trim();
  const major = binaries.version.split('.')[0];
  if (made === major) return;
  throw new DatabaseUnavailable(
    `The database in ${cluster.home} was made by PostgreSQL ${made}, and this Tidegate brings ${binaries.version}.`,
    `Run "tidegate backup" with the version that made it, then "tidegate restore" into a new TIDEGATE_DATA_DIR with this one.`,
  );
}

function creationFailed(reason: string, cluster: Cluster): DatabaseUnavailable {
  return new DatabaseUnavailable(
    `The embedded PostgreSQL could not make its database in ${cluster.home}: ${reason.trim()}.`,
    'Check free space and permissions there, set TIDEGATE_DATA_DIR, or set TIDEGATE_DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

/** 24 random bytes, in characters that need no escaping in SQL or a URL. */
function password(): string {
  return randomBytes(24).toString('base64url');
}
