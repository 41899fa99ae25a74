import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder: the parent of scripts/. */
export const projectDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Folders for what is fetched once, best first: shared by all clones of a user, else the clone's own. */
export function cacheFolders() {
  const folders = [join(projectDir, '.cache')];
  const configured = process.env.XDG_CACHE_HOME;
  if (configured !== undefined && isAbsolute(configured)) return [join(configured, 'tidegate'), ...folders];
  try {
    // Knows the home also where HOME is not set; throws for a user without any.
    const home = homedir();
    if (isAbsolute(home) && home !== '/') return [join(home, '.cache', 'tidegate'), ...folders];
  } catch {
    // The clone's own folder it is.
  }
  return folders;
}

/** @param {string} folder @returns {boolean} whether the folder is there, or could be made, and can be written */
export function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
