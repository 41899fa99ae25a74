import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#platform/config.ts';
import { type ProvidedDatabase, provideDatabase } from '#platform/database/provide-database.ts';
import { CommandError } from './command-error.ts';

/** Whether there is a database to work on. One of one's own is taken to be there; asking it will show. */
export const isInstalled = ({ databaseUrl, dataDir }: Config): boolean =>
  databaseUrl !== undefined || existsSync(join(dataDir, 'postgres'));

/**
 * Lends a command the database of an existing installation: joins the embedded one that runs, or starts it for as long as
 * `work` takes.
 *
 * @throws CommandError where there is no installation yet; looking at one must not make it.
 */
export const withInstalledDatabase = async <T>(
  config: Config,
  work: (provided: ProvidedDatabase) => Promise<T>,
): Promise<T> => {
  if (!isInstalled(config)) {
    throw new CommandError(
      `There is no Tidegate in ${config.dataDir} yet.`,
      'Set TIDEGATE_DATA_DIR to the folder of yours, or start one: npm start',
    );
  }
  const provided = await provideDatabase({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl?.reveal(),
    migrations: join(config.projectDir, 'migrations'),
  });
  try {
    return await work(provided);
  } finally {
    await provided.stop();
  }
};
