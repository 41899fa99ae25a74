import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const onMac = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * A browser for the browser tests: the one that TIDEGATE_CHROMIUM names, one that is installed, or, as root where there is apt,
 * one that is installed now.
 * @returns {{ path?: string, problem?: string }}
 */
export function findChromium() {
  const configured = process.env.TIDEGATE_CHROMIUM;
  if (configured) {
    return isProgram(configured)
      ? { path: configured }
      : { problem: `TIDEGATE_CHROMIUM names ${configured}, which is no program.` };
  }
  const installed = search();
  if (installed !== undefined) return { path: installed };
  const failure = install();
  const path = search();
  if (path !== undefined) return { path };
  return {
    problem: `The browser tests need Chromium, and there is none: no ${names.join(', ')} in PATH. ${failure} Or set TIDEGATE_CHROMIUM to one.`,
  };
}

function search() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...onMac].find(isProgram);
}

/** @returns {string} what was wrong or what to do, for the case that there is no browser afterwards */
function install() {
  const advice = 'Install it: "apt-get install chromium" as root on Debian.';
  const apt = '/usr/bin/apt-get';
  if (process.getuid?.() !== 0 || !isProgram(apt)) return advice;
  console.log('Installing Chromium for the browser tests ...');
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  const arguments_ = ['install', '--yes', '--no-install-recommends', 'chromium'];
  if (spawnSync(apt, arguments_, options).status === 0) return '';
  // The list of packages may be old, or not there at all.
  spawnSync(apt, ['update'], options);
  const { status } = spawnSync(apt, arguments_, options);
  return status === 0 ? '' : `apt-get could not install it (status ${status}). ${advice}`;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
