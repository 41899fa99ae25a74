import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { quoteIdentifier, withDatabase } from '#platform/database/connection-url.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { asOwner, dropDatabase } from './drop-database.ts';

export interface TestDatabase {
  /** Open as the application. */
  database: Database;
  /** The same database as its owner: for what the application must not do. */
  adminUrl: string;
  appUrl: string;
  /** Closes `database` and removes it, whoever else is still connected. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Connections of `database`. 8 unless given. */
  maxConnections?: number;
  /** "migrated" clones the template (about 70 ms); "empty" has no tables at all. */
  content?: 'migrated' | 'empty';
}

/** A database of the test file's own, on the server that the run started. Make it in beforeAll, drop it in afterAll. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = inject('database');
  const name = `tidegate_test_${randomBytes(6).toString('hex')}`;
  const template = options.content === 'empty' ? 'template1' : server.template;
  await asOwner(server.adminUrl, `CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE ${quoteIdentifier(template)}`);
  const adminUrl = withDatabase(server.adminUrl, name);
  const appUrl = withDatabase(server.appUrl, name);
  const database = openDatabase({
    url: appUrl,
    applicationName: 'tidegate-test',
    maxConnections: options.maxConnections ?? 8,
  });
  return {
    database,
    adminUrl,
    appUrl,
    async drop() {
      await database.close();
      await dropDatabase(server.adminUrl, name);
    },
  };
}

/** Opens `database` again as its owner. Close it before `drop`. */
export function openAsOwner(test: TestDatabase): Database {
  return openDatabase({ url: test.adminUrl, applicationName: 'tidegate-test-owner', maxConnections: 2 });
}
