import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import { type MigrationsFolder, migrationsFolder } from '#test/support/migrations.ts';
import { migrate } from './migrate.ts';

let here: TestDatabase;
let files: MigrationsFolder;

beforeEach(async () => {
  here = await createTestDatabase({ content: 'empty' });
  files = migrationsFolder();
});

afterEach(async () => {
  files.remove();
  await here.drop();
});

const migrateHere = () => migrate({ adminUrl: here.adminUrl, folder: files.folder });

test('files are applied once, in order', async () => {
  files.write('0002_river.sql', 'CREATE TABLE river (name text);');
  files.write('0010_bridge.sql', "INSERT INTO river VALUES ('Elbe');");
  expect(await migrateHere()).toEqual({
    applied: ['0001_roles.sql', '0002_river.sql', '0010_bridge.sql'],
    current: 10,
  });
  expect(await migrateHere()).toEqual({ applied: [], current: 10 });
  expect(await here.database.query('SELECT name FROM river')).toEqual([{ name: 'Elbe' }]);
});

test('several processes that start at once apply each file once', async () => {
  files.write('0002_river.sql', 'CREATE TABLE river (name text); SELECT pg_sleep(0.05);');
  files.write('0003_row.sql', "INSERT INTO river VALUES ('Oder');");
  const reports = await Promise.all(Array.from({ length: 6 }, migrateHere));
  expect(reports.map((report) => report.current)).toEqual(Array(6).fill(3));
  expect(reports.filter((report) => report.applied.length > 0)).toHaveLength(1);
  expect(await here.database.query('SELECT name FROM river')).toEqual([{ name: 'Oder' }]);
});

test('a file that fails leaves nothing of itself, and says where', async () => {
  files.write('0002_river.sql', 'CREATE TABLE river (name text);\nCREATE TABLE brook (name text);\nSELECT nonsense;');
  await expect(migrateHere()).rejects.toMatchObject({
    name: 'MigrationError',
    message: expect.stringMatching(/0002_river\.sql failed at line 3: .*nonsense/),
  });
  const owner = openAsOwner(here);
  expect(await owner.query(`SELECT to_regclass('river') AS river`)).toEqual([{ river: null }]);
  await owner.close();
  files.write('0002_river.sql', 'CREATE TABLE river (name text);');
  expect((await migrateHere()).applied).toEqual(['0002_river.sql']);
});

test('a file that would end its own transaction is refused', async () => {
  files.write('0002_river.sql', 'COMMIT; BEGIN; CREATE TABLE river (name text);');
  await expect(migrateHere()).rejects.toThrow(/ends the transaction/);
});

test('a file that was altered, is gone, comes late, is named badly or twice is refused with its name', async () => {
  files.write('0002_river.sql', 'CREATE TABLE river (name text);');
  files.write('0005_lake.sql', 'CREATE TABLE lake (name text);');
  await migrateHere();

  files.write('0002_river.sql', 'CREATE TABLE river (name text);\r\n'.replace('\r\n', '')); // the same text
  await migrateHere();
  files.write('0002_river.sql', 'CREATE TABLE river (name varchar);');
  await expect(migrateHere()).rejects.toThrow(/0002_river\.sql was altered/);
  files.remove('0002_river.sql');
  await expect(migrateHere()).rejects.toThrow(/0002_river\.sql, which this version of Tidegate does not know/);
  files.write('0002_river.sql', 'CREATE TABLE river (name text);');
  files.write('0003_late.sql', 'SELECT 1;');
  await expect(migrateHere()).rejects.toThrow(/0003_late\.sql comes before number 5.*6 or higher/);
  files.remove('0003_late.sql');
  files.write('0005_twin.sql', 'SELECT 1;');
  await expect(migrateHere()).rejects.toThrow(/0005_lake\.sql and 0005_twin\.sql/);
  files.remove('0005_twin.sql');
  files.write('6_short.sql', 'SELECT 1;');
  await expect(migrateHere()).rejects.toThrow(/6_short\.sql is not named/);
});

test('the application may use later tables, and not what a migration takes back', async () => {
  files.write(
    '0002_river.sql',
    'CREATE TABLE river (id int GENERATED ALWAYS AS IDENTITY, name text); CREATE TABLE ledger (id serial, entry text); REVOKE UPDATE, DELETE ON ledger FROM tidegate_app;',
  );
  await migrateHere();
  await here.database.query("INSERT INTO river (name) VALUES ('Spree')");
  await here.database.query("UPDATE river SET name = 'Havel'");
  await here.database.query("INSERT INTO ledger (entry) VALUES ('first')");
  await expect(here.database.query("UPDATE ledger SET entry = 'other'")).rejects.toMatchObject({ code: '42501' });
  await expect(here.database.query('DELETE FROM ledger')).rejects.toMatchObject({ code: '42501' });
  await expect(here.database.query('TRUNCATE ledger')).rejects.toMatchObject({ code: '42501' });
});

test('jobs are added and run by the application alone', async () => {
  await migrateHere();
  const logger = new Logger(() => () => {});
  const connectionString = here.appUrl;
  const done: unknown[] = [];
  const runner = await run({
    connectionString,
    logger,
    noHandleSignals: true,
    maxPoolSize: 3,
    pollInterval: 50,
    taskList: {
      greet: async (payload) => {
        done.push(payload);
      },
      fail: async () => {
        throw new Error('on purpose');
      },
    },
  });
  const utils = await makeWorkerUtils({ connectionString, logger, maxPoolSize: 2 });
  await utils.addJob('greet', { name: 'otter' });
  await utils.addJob(
    'greet',
    { name: 'heron' },
    { jobKey: 'one', queueName: 'birds', runAt: new Date(Date.now() - 1000) },
  );
  await utils.addJob('fail', {}, { maxAttempts: 1 });
  await expect.poll(() => done, { timeout: 10_000 }).toHaveLength(2);
  await expect
    .poll(() => here.database.query('SELECT last_error FROM graphile_worker.jobs'), { timeout: 10_000 })
    .toEqual([{ last_error: expect.stringContaining('on purpose') }]);
  expect(done).toContainEqual({ name: 'otter' });
  expect(done).toContainEqual({ name: 'heron' });
  await utils.release();
  await runner.stop();
});
