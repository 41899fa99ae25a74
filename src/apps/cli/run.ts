import { describeError, exitCodeOf } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

/** Runs the command line `argv` (as in process.argv) and sets the process's exit code. Never throws. */
export const run = async (argv: readonly string[]): Promise<void> => {
  // Whoever reads our output may stop early, as `head` does; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok);
    throw error;
  });
  const terminal = processTerminal();
  try {
    const program = createProgram(terminal, (exitCode) => {
      process.exitCode = exitCode;
    });
    await program.parseAsync(argv);
  } catch (error) {
    // Commander has already said what was wrong with the command line.
    if (!(error instanceof Error && error.name === 'CommanderError')) terminal.note(describeError(error));
    process.exitCode = exitCodeOf(error);
    // What was half open when it failed must not keep the command alive.
    setTimeout(() => process.exit(), 2_000).unref();
  }
};
