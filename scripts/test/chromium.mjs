import { delimiter, join } from 'node:path';
import { installByApt, isProgram } from './apt.mjs';

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
  const failure = installByApt('chromium');
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
