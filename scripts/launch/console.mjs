import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { environmentFor } from './node.mjs';

/** What the built console depends on. */
const inputs = ['console', 'src/contracts', 'package-lock.json'];
const notInputs = new Set(['dist', 'node_modules']);

/**
 * Builds the console into console/dist, unless it was built from exactly these files.
 * @param {string} projectDir
 * @param {string} node
 */
export function buildConsole(projectDir, node) {
  const folder = join(projectDir, 'console');
  if (!existsSync(join(folder, 'index.html'))) return;
  const stamp = join(projectDir, '.cache', 'console-built');
  const isBuilt = () =>
    existsSync(join(folder, 'dist', 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === fingerprint(projectDir);
  if (isBuilt()) return;
  withLock(join(projectDir, '.cache', 'console.lock'), () => {
    if (isBuilt()) return;
    console.error('Building the console, as it changed ...');
    // Taken before: what changes while it builds is built the next time.
    const built = fingerprint(projectDir);
    const vite = spawnSync(node, [join(projectDir, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
      cwd: folder,
      env: { ...environmentFor(node), NODE_ENV: 'production' },
      stdio: ['ignore', 2, 2],
    });
    if (vite.status !== 0) {
      throw new LaunchError(
        `The console could not be built (${vite.error?.message ?? `status ${vite.status}`}).`,
        'The reason is above.',
      );
    }
    mkdirSync(join(projectDir, '.cache'), { recursive: true });
    writeFileSync(stamp, built);
  });
}

/** @param {string} projectDir */
function fingerprint(projectDir) {
  const hash = createHash('sha256');
  for (const input of inputs) addToHash(hash, projectDir, input);
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} projectDir
 * @param {string} path relative to it
 */
function addToHash(hash, projectDir, path) {
  const full = join(projectDir, path);
  if (!existsSync(full)) return;
  if (!statSync(full).isDirectory()) {
    const content = readFileSync(full);
    hash.update(`${path}\0${content.length}\0`).update(content);
    return;
  }
  for (const name of readdirSync(full).sort()) {
    if (!notInputs.has(name)) addToHash(hash, projectDir, `${path}/${name}`);
  }
}
