import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const apt = '/usr/bin/apt-get';

/**
 * Installs a package of Debian's, where that may be done: as root, where there is apt.
 * @param {string} name
 * @returns {string} what was wrong, or what to do instead; '' when it was installed
 */
export function installByApt(name) {
  const advice = `Install it: "apt-get install ${name}" as root on Debian.`;
  if (process.getuid?.() !== 0 || !isProgram(apt)) return advice;
  console.log(`Installing ${name} for the tests ...`);
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  const install = ['install', '--yes', '--no-install-recommends', name];
  if (spawnSync(apt, install, options).status === 0) return '';
  // The list of packages may be old, or not there at all.
  spawnSync(apt, ['update'], options);
  const { status } = spawnSync(apt, install, options);
  return status === 0 ? '' : `apt-get could not install it (status ${status}). ${advice}`;
}

/** @param {string} path */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
