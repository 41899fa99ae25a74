import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LaunchError } from './launch-error.mjs';

const longestWaitMs = 15 * 60_000;

/**
 * Runs `work` while no other launcher does, which waits meanwhile. The lock of a launcher that was killed counts for nothing.
 * @param {string} file
 * @param {() => void} work
 */
export function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  const deadline = Date.now() + longestWaitMs;
  let told = false;
  while (!take(file)) {
    if (Date.now() > deadline)
      throw new LaunchError(`${file} is held by another process.`, 'Wait for it, or remove the file.');
    if (!told) console.error('Waiting for another Tidegate that prepares the same folder ...');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw new LaunchError(
        `${file} cannot be written (${error.code}).`,
        'Make the project folder writable, or install as its owner.',
      );
    }
  }
  const holder = Number(readHolder(file));
  if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function readHolder(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
