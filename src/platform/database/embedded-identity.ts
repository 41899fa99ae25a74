import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { DatabaseUnavailable } from './database-errors.ts';

/**
 * Whom PostgreSQL runs as. It refuses to run as root, so root runs it as `nobody` (or as whoever already owns the data);
 * everybody else runs it as themselves.
 */
export interface ServerIdentity {
  uid: number;
  gid: number;
  /** True when PostgreSQL runs as somebody other than this process: files must then be handed over and be reachable. */
  separate: boolean;
}

/** The identity for a cluster whose data lies, or will lie, in `dataFolder`. */
export function serverIdentity(dataFolder: string): ServerIdentity {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  if (uid === undefined || gid === undefined) {
    throw new DatabaseUnavailable(
      `The embedded PostgreSQL does not run on ${process.platform}.`,
      'Set TIDEGATE_DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  if (uid !== 0) return { uid, gid, separate: false };
  const owner = statSync(dataFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, separate: true };
  return { ...nobody(), separate: true };
}

/** User and group id of `nobody`. initdb insists on a user with a passwd entry, so an arbitrary id would not do. */
function nobody(): { uid: number; gid: number } {
  const entry = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (entry === null) {
    throw new DatabaseUnavailable(
      'PostgreSQL refuses to run as root, and /etc/passwd has no user "nobody" to run it as.',
      'Start Tidegate as an ordinary user, or set TIDEGATE_DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  // macOS writes -2 for what the kernel knows as 4294967294.
  return { uid: Number(entry[1]) >>> 0, gid: Number(entry[2]) >>> 0 };
}

/** The spawn options that make a child run as `identity`. */
export function spawnAs(identity: ServerIdentity): { uid?: number; gid?: number } {
  return identity.separate ? { uid: identity.uid, gid: identity.gid } : {};
}

/** Whether `identity` can enter `folder`. Asked of the system itself, so that access control lists count as well. */
export function canEnter(folder: string, identity: ServerIdentity): boolean {
  if (!identity.separate) return true;
  const child = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...spawnAs(identity), cwd: '/' });
  return child.status === 0;
}

/** Gives `path` to the identity that PostgreSQL runs as. */
export function handOver(path: string, identity: ServerIdentity): void {
  if (identity.separate) chownSync(path, identity.uid, identity.gid);
}

/** A folder that is `identity`'s alone. */
export function privateFolder(path: string, identity: ServerIdentity): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  handOver(path, identity);
  chmodSync(path, 0o700);
}
