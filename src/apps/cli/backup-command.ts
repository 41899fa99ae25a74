import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type Config, readConfig } from '#platform/config.ts';
import { backup } from '#platform/database/backup.ts';
import { provideDatabase } from '#platform/database/provide-database.ts';
import { restore } from '#platform/database/restore.ts';
import { withInstalledDatabase } from './cli-database.ts';
import type { Terminal } from './terminal.ts';

const migrationsOf = (config: Config): string => join(config.projectDir, 'migrations');

const keyReminder = ({ dataDir, secretKey }: Config): string =>
  secretKey === undefined
    ? `The secret key is not in the backup: keep ${join(dataDir, 'secret.key')} as well, apart from it.`
    : 'The secret key is not in the backup: keep TIDEGATE_SECRET_KEY as well, apart from it.';

export const addBackupCommands = (program: Command, terminal: Terminal): void => {
  program
    .command('backup')
    .description('write everything in the database to one file, also while Tidegate runs')
    .argument('<file>', 'must not exist yet')
    .option('--json', 'the report as JSON')
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const config = readConfig(process.env);
      const report = await withInstalledDatabase(config, ({ adminUrl }) => backup({ adminUrl, file: resolve(file) }));
      if (json) terminal.out(JSON.stringify(report, null, 2));
      else
        terminal.out(
          `Backed up ${report.rows} rows of ${report.tables} tables to ${report.file} (${report.bytes} bytes).`,
        );
      terminal.note(keyReminder(config));
    });
  program
    .command('restore')
    .description('put a backup into an installation that has no data yet')
    .argument('<file>', 'written by `tidegate backup`')
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      '\nThe installation is the one that TIDEGATE_DATA_DIR or TIDEGATE_DATABASE_URL names. It must be empty, and stopped.\n',
    )
    .action(async (file: string, { json }: { readonly json?: true }) => {
      const config = readConfig(process.env);
      // Not migrated first: restore brings the tables of the version that made the backup.
      const provided = await provideDatabase({ dataDir: config.dataDir, databaseUrl: config.databaseUrl?.reveal() });
      try {
        const report = await restore({
          adminUrl: provided.adminUrl,
          file: resolve(file),
          migrations: migrationsOf(config),
        });
        if (json) terminal.out(JSON.stringify(report, null, 2));
        else
          terminal.out(`Restored ${report.rows} rows of ${report.tables} tables, as they were at ${report.createdAt}.`);
      } finally {
        await provided.stop();
      }
    });
};
