import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchError } from './launch-error.mjs';
import { environmentFor } from './node.mjs';
import { cacheFolders, isWritable } from './paths.mjs';

/**
 * Runs one of our programs under `node` and ends as it ends: with its exit code, or by the signal that ended it. Signals sent to
 * the launcher reach it.
 * @param {string} projectDir
 * @param {string} node
 * @param {string} file relative to the project
 * @param {string[]} args
 */
export async function runProgram(projectDir, node, file, args) {
  const program = join(projectDir, file);
  if (!existsSync(program)) throw new LaunchError(`${file} is not there.`, 'The clone is not complete.');
  const child = spawn(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(projectDir, 'scripts/launch/follow-launcher.mjs'),
      program,
      ...args,
    ],
    { env: { ...environmentFor(node), ...compileCache(projectDir) }, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
  );
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
      // Ctrl-C goes to everybody in the terminal: passed on, the program would get it twice, which means "at once".
      const alreadySent = process.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT');
      if (!alreadySent) child.kill(signal);
    });
  }
  const watch = watchNpm(() => child.kill('SIGTERM'));
  const { code, signal } = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  clearInterval(watch);
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * npm passes signals on, but not when it is killed outright, and leaves its script running for nobody. Then its parent is another.
 * @param {() => void} onGone
 */
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, 500);
}

/** Node keeps what it compiled, which takes most of the time of a start. @param {string} projectDir */
function compileCache(projectDir) {
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) return {};
  const folder = [join(projectDir, '.cache'), ...cacheFolders()].find(isWritable);
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: join(folder, 'compiled') };
}
