import { applicationUrl } from './application-url.ts';
import { withoutPassword } from './connection-url.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { migrate } from './migrate.ts';

export interface ProvideDatabaseOptions {
  /** Where the embedded server keeps its data. Unused with `databaseUrl`. */
  dataDir: string;
  /** A PostgreSQL 15 or newer of one's own, as the owner of the database. */
  databaseUrl?: string | undefined;
  /** The folder with the migrations. Left out, nothing is migrated (which is what restore wants). */
  migrations?: string | undefined;
  log?: (message: string) => void;
}

/** A database that is ready: running, and with the newest schema where migrations were given. */
export interface ProvidedDatabase {
  adminUrl: string;
  appUrl: string;
  /** "embedded" or the server's URL without its password. */
  description: string;
  /** Lets go of the embedded server; nothing for one of one's own. To be called after the pools are closed. */
  stop(): Promise<void>;
}

/**
 * The database that the configuration asks for: the embedded one, or the server at `databaseUrl`.
 *
 * @throws DatabaseUnavailable, MigrationError
 */
export async function provideDatabase(options: ProvideDatabaseOptions): Promise<ProvidedDatabase> {
  const { databaseUrl } = options;
  return databaseUrl === undefined ? await provideEmbedded(options) : await provideOutside(databaseUrl, options);
}

async function provideEmbedded({ dataDir, migrations, log }: ProvideDatabaseOptions): Promise<ProvidedDatabase> {
  const server = await startEmbeddedPostgres({ dataDir, ...(log === undefined ? {} : { log }) });
  try {
    if (migrations !== undefined) {
      await migrate({ adminUrl: server.adminUrl, folder: migrations, ...(log === undefined ? {} : { log }) });
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { adminUrl: server.adminUrl, appUrl: server.appUrl, description: 'embedded', stop: () => server.stop() };
}

async function provideOutside(
  adminUrl: string,
  { migrations, log }: ProvideDatabaseOptions,
): Promise<ProvidedDatabase> {
  if (migrations !== undefined) {
    await migrate({ adminUrl, folder: migrations, ...(log === undefined ? {} : { log }) });
  }
  const { appUrl, restricted } = await applicationUrl(adminUrl);
  if (!restricted && migrations !== undefined) {
    log?.(
      'The database user may not become tidegate_app, so the application runs as the owner and could change the audit log. ' +
        'To close that, run as a superuser: GRANT tidegate_app TO <the user>',
    );
  }
  return { adminUrl, appUrl, description: withoutPassword(adminUrl), stop: async () => {} };
}
