import { CommanderError } from 'commander';
import type { Problem } from '#contracts/problem.ts';
import { exitCodes } from './exit-codes.ts';
import { printable } from './terminal.ts';

/** A command that could not do what it was asked. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly remedy: string;
  readonly exitCode: number;

  constructor(message: string, remedy: string, options: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.remedy = remedy;
    this.exitCode = options.exitCode ?? exitCodes.error;
  }
}

/** The command line is not what the command takes. */
export const usageError = (message: string, remedy: string): CommandError =>
  new CommandError(message, remedy, { exitCode: exitCodes.usage });

/** A server's problem document as an error. */
export const fromProblem = (problem: Problem): CommandError => {
  const places = (problem.errors ?? []).map(({ path, message }) => `  ${path}: ${message}`);
  return new CommandError([problem.detail, ...places].join('\n'), problem.remedy);
};

const remedyOf = (error: Error): string => ('remedy' in error && typeof error.remedy === 'string' ? error.remedy : '');

/** What standard error says of anything thrown. Our own errors carry a remedy; of others only the message is known. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return `tidegate: ${printable(String(error))}`;
  const remedy = remedyOf(error);
  // Some of our errors end their message with the remedy already.
  const message =
    remedy !== '' && error.message.endsWith(remedy) ? error.message.slice(0, -remedy.length) : error.message;
  const lines = message.trimEnd().split('\n').map(printable);
  return [`tidegate: ${lines.join('\n')}`, ...(remedy === '' ? [] : [`  → ${printable(remedy)}`])].join('\n');
};

export const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommandError) return error.exitCode;
  // Commander reports help and version as errors with code 0, and every fault of usage with 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  return exitCodes.error;
};
