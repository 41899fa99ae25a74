import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Added to the environment; TIDEGATE_ variables of the test run itself are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

const main = join(import.meta.dirname, '../../src/apps/cli/main.ts');

/** The environment of a command that a test starts: nothing of the test run's own configuration. */
export const cliEnvironment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TIDEGATE_') && !['PORT', 'HOST', 'FORCE_COLOR'].includes(name),
  );
  return { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env };
};

/** Runs `tidegate` with these arguments as a process of its own. */
export const runCli = async (args: readonly string[], { env = {}, stdin = '' }: CliOptions = {}): Promise<CliRun> => {
  const child = spawn(process.execPath, [main, ...args], { env: cliEnvironment(env), stdio: ['pipe', 'pipe', 'pipe'] });
  // A command that does not read its input closes the pipe early.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout, stderr };
};
