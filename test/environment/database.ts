import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { applicationUrl } from '../../src/platform/database/application-url.ts';
import { quoteIdentifier, withDatabase } from '../../src/platform/database/connection-url.ts';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded-postgres.ts';
import { migrate } from '../../src/platform/database/migrate.ts';
import { asOwner, dropDatabase } from '../support/drop-database.ts';
import { removeLeftovers, temporaryPrefix } from './leftovers.ts';

/** What every test file gets: a server, and a migrated database on it to clone. */
export interface TestServer {
  adminUrl: string;
  appUrl: string;
  template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    database: TestServer;
  }
}

/**
 * One server for the whole run, and on it one migrated template. The server is TIDEGATE_TEST_DATABASE_URL (a role that may
 * create databases) where that is set, otherwise an embedded one in a temporary folder.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const server = await testServer();
  const template = `tidegate_template_${randomBytes(4).toString('hex')}`;
  try {
    await asOwner(server.adminUrl, `CREATE DATABASE ${quoteIdentifier(template)}`);
    const templateUrl = withDatabase(server.adminUrl, template);
    await migrate({ adminUrl: templateUrl, folder: join(import.meta.dirname, '../../migrations') });
    const appUrl = server.appUrl ?? (await applicationUrl(templateUrl)).appUrl;
    project.provide('database', { adminUrl: server.adminUrl, appUrl, template });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return async () => {
    await dropDatabase(server.adminUrl, template);
    await server.stop();
  };
}

async function testServer(): Promise<{ adminUrl: string; appUrl?: string; stop: () => Promise<void> }> {
  const outside = process.env.TIDEGATE_TEST_DATABASE_URL;
  if (outside !== undefined && outside !== '') return { adminUrl: outside, stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), `${temporaryPrefix}${process.pid}-`));
  // PostgreSQL does not run as root: the user it runs as has to pass through here.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const { adminUrl, appUrl, stop } = await startEmbeddedPostgres({
    dataDir,
    // What a test writes need not survive the machine. The tests of durability start servers of their own.
    settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '96MB', autovacuum: 'off' },
  });
  return {
    adminUrl,
    appUrl,
    stop: async () => {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
