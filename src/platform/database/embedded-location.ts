import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseUnavailable, errorCode } from './database-errors.ts';
import { canEnter, privateFolder, type ServerIdentity } from './embedded-identity.ts';

/** Where root puts the database when the data folder lies where `nobody` cannot enter, such as below a 0700 home. */
const reachableParents = ['/var/lib/tidegate', '/var/tmp/tidegate', '/tmp/tidegate'];

/**
 * The folder of the cluster: `postgres` in the data folder, or, where PostgreSQL's user could not enter that, a folder
 * elsewhere to which `linked` is then a link.
 */
export function clusterHome(dataDir: string, linked: string, identity: ServerIdentity): string {
  if (exists(linked)) return linked;
  makeDataFolder(dataDir, identity.separate);
  if (canEnter(dataDir, identity)) {
    mkdirSync(linked, { recursive: true });
    chmodSync(linked, identity.separate ? 0o711 : 0o700);
    return linked;
  }
  const elsewhere = folderElsewhere(dataDir, identity);
  try {
    symlinkSync(elsewhere, linked);
  } catch (error) {
    rmSync(elsewhere, { recursive: true, force: true });
    // Another process was quicker: its folder counts.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  return linked;
}

/**
 * Makes the data folder if it is not there, private to its user. Root's is open for passing through (not for reading), so
 * that the user `nobody` reaches the database in it. One that is there already is left as it is.
 */
export function makeDataFolder(dataDir: string, passable = process.getuid?.() === 0): void {
  const topmost = mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (topmost === undefined || !passable) return;
  for (let folder = dataDir; folder.length >= topmost.length; folder = dirname(folder)) chmodSync(folder, 0o711);
}

function folderElsewhere(dataDir: string, identity: ServerIdentity): string {
  for (const parent of reachableParents) {
    try {
      const made = mkdirSync(parent, { recursive: true });
      if (made !== undefined) chmodSync(parent, 0o711);
      // In /tmp, somebody else could have made it first, and could then exchange what is in it.
      const { uid } = lstatSync(parent);
      if (uid !== 0 || !canEnter(parent, identity)) continue;
      const folder = join(parent, randomBytes(8).toString('hex'));
      mkdirSync(folder);
      chmodSync(folder, 0o711);
      return folder;
    } catch {
      // Not writable here: the next one may be.
    }
  }
  throw new DatabaseUnavailable(
    `PostgreSQL does not run as root, and the user it runs as (${identity.uid}) cannot enter ${dataDir}.`,
    'Set TIDEGATE_DATA_DIR to a folder outside of a private home, or start Tidegate as an ordinary user.',
  );
}

/** Unix socket paths end at 103 bytes on macOS and 107 on Linux; PostgreSQL adds "/.s.PGSQL.5432.lock". */
const longestSocketFolder = 80;

/** The private folder of the socket: in the cluster's folder, or, where that path is too long, a short one in /tmp. */
export function socketFolder(home: string, identity: ServerIdentity): string {
  const inside = join(home, 'run');
  if (Buffer.byteLength(inside) <= longestSocketFolder) {
    privateFolder(inside, identity);
    return inside;
  }
  const record = join(home, 'socket-folder');
  if (existsSync(record)) {
    const recorded = readFileSync(record, 'utf8');
    if (isPrivate(recorded, identity)) return recorded;
  }
  const parent = Buffer.byteLength(tmpdir()) <= longestSocketFolder - 20 ? tmpdir() : '/tmp';
  const made = mkdtempSync(join(parent, 'tidegate-'));
  privateFolder(made, identity);
  writeFileSync(record, made, { mode: 0o600 });
  return made;
}

/** False when the folder is gone, or is somebody else's and could hold a server that only poses as ours. */
function isPrivate(folder: string, identity: ServerIdentity): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === identity.uid && (found.mode & 0o077) === 0;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
