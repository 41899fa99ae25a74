#!/usr/bin/env node
// The entry of every npm script. Plain JavaScript that any Node from 18 up can run: it finds or fetches Node 24, installs what
// package-lock.json names, builds the console when it changed, and hands over. When nothing changed it adds a fraction of a second.
import { buildConsole } from './launch/console.mjs';
import { installDependencies } from './launch/dependencies.mjs';
import { LaunchError } from './launch/launch-error.mjs';
import { findNode } from './launch/node.mjs';
import { projectDir } from './launch/paths.mjs';
import { runProgram } from './launch/run.mjs';

/** Command to the file that it runs and the arguments that go before the user's own. */
const programs = {
  start: { file: 'src/apps/cli/main.ts', before: ['start'], console: true },
  tidegate: { file: 'src/apps/cli/main.ts', before: [] },
  test: { file: 'scripts/test.mjs', before: [] },
  bench: { file: 'bench/main.ts', before: [] },
  eval: { file: 'eval/main.ts', before: [] },
};

const [command, ...args] = process.argv.slice(2);
const program = Object.hasOwn(programs, command ?? '') ? programs[command] : undefined;

try {
  if (program === undefined) {
    throw new LaunchError(`"${command ?? ''}" is no command.`, `Use one of ${Object.keys(programs).join(', ')}.`);
  }
  const node = findNode();
  installDependencies(projectDir, node);
  if (program.console === true) buildConsole(projectDir, node);
  await runProgram(projectDir, node, program.file, [...program.before, ...args]);
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  console.error(`tidegate: ${error.message}`);
  process.exitCode = 1;
}
