import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { withLock } from './lock.mjs';
import { environmentFor } from './node.mjs';
import { fetchPackage, userNpm } from './packages.mjs';

/** For whoever has an npm that Node 24 cannot run, such as the one in Debian's packages. */
const pinnedNpm = {
  name: 'npm',
  version: '11.19.1',
  integrity: 'sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g==',
};

/** The oldest npm that is known to install under Node 24 what the lock file says. */
const oldestNpm = 10;

/**
 * Installs exactly what package-lock.json names, unless that is what is there.
 * @param {string} projectDir
 * @param {string} node
 */
export function installDependencies(projectDir, node) {
  if (isInstalled(projectDir)) return;
  withLock(join(projectDir, '.cache', 'install.lock'), () => {
    // Another launcher may have done it while we waited.
    if (isInstalled(projectDir)) return;
    console.error('Installing dependencies, once ...');
    const npm = npmFor(node);
    const installed = spawnSync(
      node,
      // Development dependencies too, whatever NODE_ENV says: `npm test` is one of the two commands. No package of ours needs its
      // install script, so none is run.
      [
        npm,
        'ci',
        '--include=dev',
        '--include=optional',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
      { cwd: projectDir, env: environmentFor(node), stdio: ['ignore', 2, 2] },
    );
    if (installed.status !== 0) {
      throw new LaunchError(
        `npm ci failed (${installed.error?.message ?? `status ${installed.status}`}).`,
        'Its message is above; check the network, the registry that npm uses and free space.',
      );
    }
    writeStamp(projectDir);
  });
}

/**
 * Whether node_modules is what package-lock.json names: by the stamp of the last time, else by npm's own record.
 * @param {string} projectDir
 */
export function isInstalled(projectDir) {
  const record = join(projectDir, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const stamp = join(projectDir, 'node_modules', '.tidegate-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(projectDir)) return true;
  const wanted = packagesIn(join(projectDir, 'package-lock.json'));
  const there = packagesIn(record);
  const complete = Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = there[path];
    // Optional ones are left out where they are for another platform.
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  if (complete) writeStamp(projectDir);
  return complete;
}

/** @param {string} projectDir */
function writeStamp(projectDir) {
  try {
    mkdirSync(join(projectDir, 'node_modules'), { recursive: true });
    writeFileSync(join(projectDir, 'node_modules', '.tidegate-installed'), fingerprint(projectDir));
  } catch {
    // A read-only installation: it is compared each time.
  }
}

/**
 * Of what was asked for, of what npm recorded, and of the platform that both are for.
 * @param {string} projectDir
 */
function fingerprint(projectDir) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const file of ['package.json', 'package-lock.json', 'node_modules/.package-lock.json']) {
    const path = join(projectDir, file);
    if (existsSync(path)) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * The npm to install with. It has to run under the Node that will run the product: by that Node's version, npm decides which
 * optional packages fit.
 * @param {string} node
 * @returns {string} the path of its npm-cli.js
 */
function npmFor(node) {
  const { script } = userNpm();
  if (script !== undefined) {
    const tried = spawnSync(node, [script, '--version'], { encoding: 'utf8', env: environmentFor(node) });
    if (tried.status === 0 && Number(tried.stdout.split('.')[0]) >= oldestNpm) return script;
  }
  return join(fetchPackage(pinnedNpm), 'bin', 'npm-cli.js');
}
