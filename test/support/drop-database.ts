import pg from 'pg';
import { quoteIdentifier } from '../../src/platform/database/connection-url.ts';
import { errorCode } from '../../src/platform/database/database-errors.ts';

/**
 * Drops a database with whoever is still connected. An autovacuum worker that is at it just then belongs to the server, and may not be
 * ended by FORCE from a role that is no superuser; it is soon done, or gives way to a drop without FORCE.
 */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const database = quoteIdentifier(name);
  for (let attempt = 1; ; attempt += 1) {
    const force = attempt % 2 === 1 ? ' WITH (FORCE)' : '';
    try {
      await asOwner(adminUrl, `DROP DATABASE IF EXISTS ${database}${force}`);
      return;
    } catch (error) {
      const occupied = ['42501', '55006'].includes(errorCode(error) ?? '');
      if (!occupied || attempt >= 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

/** One statement on a connection of its own. */
export async function asOwner(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
