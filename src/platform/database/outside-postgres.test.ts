import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase } from './database.ts';
import { serverIdentity, spawnAs } from './embedded-identity.ts';
import { provideDatabase } from './provide-database.ts';

// A server as somebody else runs it: the oldest that we promise to work with, reached as an owner without special rights.
const installations = '/usr/lib/postgresql';
const oldest = existsSync(installations)
  ? readdirSync(installations)
      .map(Number)
      .filter((version) => version >= 15 && existsSync(join(installations, String(version), 'bin/postgres')))
      .sort((left, right) => left - right)[0]
  : undefined;
const migrations = join(import.meta.dirname, '../../../migrations');

let folder: string;
let stopServer = async () => {};

beforeAll(async () => {
  if (oldest === undefined) return;
  const bin = join(installations, String(oldest), 'bin');
  folder = mkdtempSync(join(tmpdir(), 'tidegate-outside-'));
  const identity = serverIdentity(folder);
  if (identity.separate) chownSync(folder, identity.uid, identity.gid);
  chmodSync(folder, 0o711);
  const data = join(folder, 'data');
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    {
      ...spawnAs(identity),
      cwd: '/',
      stdio: 'ignore',
    },
  );
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    {
      ...spawnAs(identity),
      cwd: '/',
      stdio: 'ignore',
    },
  );
  stopServer = () =>
    new Promise((resolve) => {
      server.once('exit', () => resolve());
      server.kill('SIGINT');
    });
  await vi.waitFor(() => asSuperuser('SELECT 1'), { timeout: 60_000 });
});

afterAll(async () => {
  await stopServer();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

function url(user: string, database: string) {
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

async function asSuperuser(...statements: string[]) {
  const client = new pg.Client({ connectionString: url('postgres', 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

test.skipIf(oldest === undefined)(
  `every migration runs on PostgreSQL ${oldest}, and the application is tidegate_app`,
  async () => {
    await asSuperuser(
      'CREATE ROLE owner LOGIN CREATEROLE',
      'CREATE DATABASE first OWNER owner',
      'CREATE DATABASE second OWNER owner',
    );
    for (const database of ['first', 'second']) {
      const log: string[] = [];
      const provided = await provideDatabase({
        dataDir: '/nowhere',
        databaseUrl: url('owner', database),
        migrations,
        log: (message) => log.push(message),
      });
      const application = openDatabase({ url: provided.appUrl, applicationName: 'test', maxConnections: 2 });
      expect(await application.query('SELECT current_user AS me, session_user AS login')).toEqual([
        { me: 'tidegate_app', login: 'owner' },
      ]);
      await application.query('RESET ROLE');
      expect(await application.query('SELECT current_user AS me')).toEqual([{ me: 'tidegate_app' }]);
      await expect(application.query('CREATE TABLE mine (id int)')).rejects.toMatchObject({ code: '42501' });
      expect(log.at(-1)).toMatch(/^Applied migration /);
      await application.close();
      await provided.stop();
    }
  },
);

test.skipIf(oldest === undefined)('an owner who may not become tidegate_app is told so, and goes on', async () => {
  await asSuperuser(
    'DO $$ BEGIN CREATE ROLE tidegate_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
    'CREATE ROLE plain LOGIN',
    'CREATE DATABASE third OWNER plain',
  );
  const log: string[] = [];
  const provided = await provideDatabase({
    dataDir: '/nowhere',
    databaseUrl: url('plain', 'third'),
    migrations,
    log: (message) => log.push(message),
  });
  expect(log.at(-1)).toContain('GRANT tidegate_app TO');
  expect(provided.appUrl).toBe(provided.adminUrl);
  await asSuperuser('GRANT tidegate_app TO plain');
  const later = await provideDatabase({ dataDir: '/nowhere', databaseUrl: url('plain', 'third'), migrations });
  expect(later.appUrl).not.toBe(later.adminUrl);
});
