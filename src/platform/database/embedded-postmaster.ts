import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailable, errorCode } from './database-errors.ts';
import { type Cluster, serverEnvironment } from './embedded-cluster.ts';
import { spawnAs } from './embedded-identity.ts';
import { type ServerSettings, settingArguments } from './embedded-settings.ts';
import { isAlive } from './is-alive.ts';

/** A running postmaster, as its own postmaster.pid describes it. */
export interface Postmaster {
  pid: number;
  socketDirectory: string;
}

const longestLogBytes = 8 * 1024 * 1024;

/** The postmaster that serves this cluster, whoever started it; undefined when there is none. */
export function runningPostmaster(cluster: Cluster): Postmaster | undefined {
  // Lines: pid, data directory, start time, port, socket directory, listen address, shared memory key, status.
  const lines = readPidFile(cluster)?.split('\n');
  const pid = Number(lines?.[0]);
  const socketDirectory = lines?.[4]?.trim();
  if (!Number.isSafeInteger(pid) || pid <= 0 || !socketDirectory) return undefined;
  return isAlive(pid) && servesData(pid, cluster) ? { pid, socketDirectory } : undefined;
}

/**
 * Starts a postmaster that outlives this process. It may end at once because another process started one in the same
 * moment: PostgreSQL's own lock decides.
 */
export function startPostmaster(
  cluster: Cluster,
  postgres: string,
  socketDirectory: string,
  settings: ServerSettings,
): ChildProcess {
  freeForgottenLock(cluster);
  rotateLog(cluster);
  const log = openSync(cluster.log, 'a', 0o600);
  try {
    const child = spawn(
      postgres,
      ['-D', cluster.data, '-k', socketDirectory, ...settingArguments(settings)],
      // Detached: Ctrl-C in the terminal reaches us, and we decide whether the server is still needed.
      { ...spawnAs(cluster.identity), cwd: '/', detached: true, env: serverEnvironment(), stdio: ['ignore', log, log] },
    );
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** Ends the postmaster: a fast shutdown, after a minute an immediate one (from which PostgreSQL recovers at its next start). */
export async function stopPostmaster(cluster: Cluster, { pid }: Postmaster): Promise<void> {
  for (const { signal, seconds } of [
    { signal: 'SIGINT', seconds: 60 },
    { signal: 'SIGQUIT', seconds: 10 },
  ] as const) {
    if (!sendSignal(pid, signal)) return;
    for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(10)) {
      if (!isAlive(pid) || !readPidFile(cluster)?.startsWith(`${pid}\n`)) return;
    }
  }
  throw new DatabaseUnavailable(
    `PostgreSQL (process ${pid}) does not end.`,
    `See ${cluster.log}; the data is safe, whatever ends it.`,
  );
}

/** The last lines of the server's log, for an error message. */
export function logTail(cluster: Cluster): string {
  if (!existsSync(cluster.log)) return '';
  return readFileSync(cluster.log, 'utf8').trimEnd().split('\n').slice(-6).join('\n');
}

function readPidFile(cluster: Cluster): string | undefined {
  try {
    return readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new DatabaseUnavailable(
      `The database folder ${cluster.data} cannot be read (${errorCode(error)}).`,
      'Start Tidegate as the user who started it before, or as root.',
      { cause: error },
    );
  }
}

/**
 * After a crash and a reboot (or a container's restart) the process id in postmaster.pid can belong to a stranger, and
 * PostgreSQL would refuse to start for ever. The id is then replaced by our own, which PostgreSQL, as our child, passes over.
 * The rest stays, since by the shared memory key it still finds out whether children of the old server live.
 */
function freeForgottenLock(cluster: Cluster): void {
  const content = readPidFile(cluster);
  if (content === undefined) return;
  const pid = Number(content.split('\n')[0]);
  if (!isAlive(pid) || servesData(pid, cluster)) return;
  writeFileSync(join(cluster.data, 'postmaster.pid'), content.replace(/^.*/, String(process.pid)));
}

function rotateLog(cluster: Cluster): void {
  const size = statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > longestLogBytes) renameSync(cluster.log, `${cluster.log}.1`);
}

/** Whether the process is a PostgreSQL whose working folder is this data directory, which is where a postmaster stands. */
function servesData(pid: number, cluster: Cluster): boolean {
  try {
    if (process.platform === 'linux') {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return false;
      return (
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster.data) ||
        readlinkSync(`/proc/${pid}/cwd`) === cluster.data
      );
    }
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(cluster.data);
  } catch {
    return false;
  }
}

/** False when there is no such process. One that is somebody else's counts as there. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) === 'EPERM') return true;
    return false;
  }
}
