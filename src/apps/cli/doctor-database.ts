import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '#platform/config.ts';
import { withoutPassword } from '#platform/database/connection-url.ts';
import { errorMessage } from '#platform/database/database-errors.ts';
import { appliedMigrations, oldestServer } from '#platform/database/migrate.ts';
import { readMigrationFiles } from '#platform/database/migration-files.ts';
import { provideDatabase } from '#platform/database/provide-database.ts';
import { isInstalled } from './cli-database.ts';
import { broken, type DoctorFinding, ok, warning } from './doctor-check.ts';

/** Starts or joins the database without changing anything in it, and compares its schema with the migrations there are. */
export const checkDatabase = async (config: Config): Promise<DoctorFinding[]> => {
  if (!isInstalled(config)) return [ok('Database', 'embedded PostgreSQL, made at the first start')];
  const url = config.databaseUrl?.reveal();
  const name = url === undefined ? 'embedded' : withoutPassword(url);
  try {
    if (url !== undefined) return await inspect(url, name, config);
    const provided = await provideDatabase({ dataDir: config.dataDir });
    try {
      return await inspect(provided.adminUrl, name, config);
    } finally {
      await provided.stop();
    }
  } catch (error) {
    const remedy =
      url === undefined
        ? `See ${join(config.dataDir, 'postgres', 'server.log')}.`
        : 'Check TIDEGATE_DATABASE_URL, that the server runs, and that it lets this machine in.';
    return [broken('Database', `${name} cannot be used: ${errorMessage(error)}`, remedy)];
  }
};

const inspect = async (url: string, name: string, config: Config): Promise<DoctorFinding[]> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tidegate-doctor',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return [await checkVersion(client, name), await checkMigrations(client, config)];
  } finally {
    await client.end().catch(() => {});
  }
};

const checkVersion = async (client: pg.Client, name: string): Promise<DoctorFinding> => {
  const answer = await client.query<{ number: number; shown: string; fsync: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS shown, current_setting('fsync') AS fsync`,
  );
  const { number, shown, fsync } = answer.rows[0]!;
  const detail = `${name}, PostgreSQL ${shown}`;
  if (number < oldestServer) return broken('Database', detail, 'Upgrade the server to PostgreSQL 15 or newer.');
  if (fsync === 'off')
    return warning(
      'Database',
      `${detail}, with fsync off`,
      'Turn fsync on: a power cut could otherwise lose what was acknowledged.',
    );
  return ok('Database', detail);
};

const checkMigrations = async (client: pg.Client, config: Config): Promise<DoctorFinding> => {
  const files = await readMigrationFiles(join(config.projectDir, 'migrations'));
  const applied = await appliedMigrations(client);
  const checksums = new Map(files.map((file) => [file.number, file.checksum]));
  const altered = applied.find(({ number, checksum }) => checksums.has(number) && checksums.get(number) !== checksum);
  if (altered !== undefined) {
    return broken(
      'Migrations',
      `${altered.name} was altered after it was applied`,
      'Put the file back as it was, and make the change in a new one.',
    );
  }
  const unknown = applied.find(({ number }) => !checksums.has(number));
  if (unknown !== undefined) {
    return broken(
      'Migrations',
      `${unknown.name} is newer than this Tidegate`,
      'Start the newer version, or restore a backup from before.',
    );
  }
  const missing = files.length - applied.length;
  return missing === 0
    ? ok('Migrations', `all ${files.length} applied`)
    : warning(
        'Migrations',
        `${applied.length} of ${files.length} applied`,
        'Nothing to do: the next start applies the rest.',
      );
};
