import { performance } from 'node:perf_hooks';
import { type Command, InvalidArgumentError } from 'commander';
import { type Config, readConfig } from '#platform/config.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import { createLog, type Log } from '#platform/telemetry/log.ts';
import type { Application } from '../application.ts';
import { banner } from './banner.ts';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

interface StartOptions {
  readonly demo?: true;
  readonly port?: number;
  readonly host?: string;
}

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Give a number from 0 to 65535.');
  return port;
};

export const addStartCommand = (program: Command, terminal: Terminal): void => {
  program
    .command('start')
    .description('run everything: API, console, workers and, unless configured otherwise, the database')
    .option('--demo', 'send about 300 posts of an invented community through the pipeline')
    .option('--port <port>', 'instead of PORT; 0 takes any free one', portNumber)
    .option('--host <address>', 'instead of HOST')
    .action(async (options: StartOptions) => {
      await start(configFor(options), options.demo === true, terminal, program.version() ?? '');
    });
};

const configFor = ({ port, host }: StartOptions): Config => {
  const config = readConfig({ ...process.env, ...(host === undefined ? {} : { HOST: host }) });
  return port === undefined ? config : { ...config, port };
};

const start = async (config: Config, demo: boolean, terminal: Terminal, version: string): Promise<void> => {
  const log = createLog(config.logLevel);
  for (const name of config.unknownVariables)
    log.warn({ variable: name }, 'this variable is not known; see docs/configuration.md');
  const { composeApplication } = await import('../application.ts');
  const application = await composeApplication(config, log);
  const stop = stopper(application, log, terminal);
  // From here on a signal drains what is under way.
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const address = await listen(application, config);
  const { apiKey } = application.bootstrapped;
  terminal.out(
    banner(
      {
        address,
        signInToken: await application.oneTimeSignIn(),
        apiKey: apiKey ?? undefined,
        database: application.databaseDescription,
        version,
        readyAfterMs: performance.now(),
      },
      terminal,
    ),
  );
  if (demo) await sendDemo(application, terminal);
};

const listen = async (application: Application, { host, port }: Config): Promise<string> => {
  try {
    return await application.start({ host, port });
  } catch (error) {
    await application.stop();
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new CommandError(
        `${host}:${port} is taken, perhaps by a Tidegate that runs already.`,
        `Stop that program, or choose another port: npm start -- --port ${port + 1}`,
        { cause: error },
      );
    }
    if (code === 'EACCES')
      throw new CommandError(`${host}:${port} may not be used by this user.`, 'Choose a port above 1023.', {
        cause: error,
      });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new CommandError(`${host} is no address of this machine.`, 'Use 127.0.0.1, or 0.0.0.0 for every address.', {
        cause: error,
      });
    }
    throw error;
  }
};

/** Drains at the first signal; a second one gives up waiting. What was acknowledged is safe either way. */
const stopper = (application: Application, log: Log, terminal: Terminal): (() => void) => {
  let stopping = false;
  return () => {
    if (stopping) process.exit(exitCodes.error);
    stopping = true;
    terminal.note('Stopping: finishing what is under way (once more to stop at once)');
    application.stop().then(
      () => process.exit(exitCodes.ok),
      (error: unknown) => {
        log.error({ error: errorName(error) }, 'did not stop cleanly');
        process.exit(exitCodes.error);
      },
    );
  };
};

const sendDemo = async (application: Application, terminal: Terminal): Promise<void> => {
  terminal.note('  Sending the demo community through the pipeline …');
  const result = await application.demo.run();
  if (result === undefined) return terminal.note('  The demo was not sent to its end; the log says why.');
  const rows = Object.entries(result.outcomes).map(([expectation, outcomes]) => {
    const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
    return `    ${expectation.padEnd(11)} ${counts.join(', ')}`;
  });
  terminal.note(
    [`  Sent ${result.sent} of ${result.total} demo posts; look at Queue and Items in the console.`, ...rows, ''].join(
      '\n',
    ),
  );
};
