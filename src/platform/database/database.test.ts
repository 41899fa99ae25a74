import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import { openDatabase } from './database.ts';
import { CommitUnconfirmed, DatabaseUnavailable, isForeignKeyViolation, isUniqueViolation } from './database-errors.ts';

let here: TestDatabase;

beforeAll(async () => {
  here = await createTestDatabase();
  const owner = openAsOwner(here);
  await owner.query('CREATE TABLE animal (id int CONSTRAINT animal_key PRIMARY KEY, name text UNIQUE)');
  await owner.query('CREATE TABLE leg (animal int CONSTRAINT leg_of REFERENCES animal)');
  await owner.close();
});

afterAll(() => here.drop());

test('the application uses what the owner made, and may not make or empty anything itself', async () => {
  await here.database.query('INSERT INTO animal VALUES (1, $1)', ['heron']);
  expect(await here.database.query('SELECT name, current_user AS me FROM animal WHERE id = 1')).toEqual([
    { name: 'heron', me: 'tidegate_app' },
  ]);
  await expect(here.database.query('CREATE TABLE mine (id int)')).rejects.toMatchObject({ code: '42501' });
  await expect(here.database.query('TRUNCATE animal CASCADE')).rejects.toMatchObject({ code: '42501' });
  await expect(here.database.query('DELETE FROM tidegate_migrations')).rejects.toMatchObject({ code: '42501' });
});

test('columns come back as what they are', async () => {
  const [row] = await here.database.query(
    `SELECT 7::int8 AS small, 9007199254740993::int8 AS large, '2026-02-03'::date AS day, '2026-02-03T04:05:06.789Z'::timestamptz AS moment,
       $1::jsonb AS document, ARRAY[1,2]::int8[] AS many, 0.10::numeric AS exact, '\\x00ff'::bytea AS bytes`,
    ['{"a":[1,"\u2028"]}'],
  );
  expect(row).toEqual({
    small: 7,
    large: 9007199254740993n,
    day: '2026-02-03',
    moment: new Date('2026-02-03T04:05:06.789Z'),
    document: { a: [1, '\u2028'] },
    many: [1, 2],
    exact: '0.10',
    bytes: Buffer.from([0, 255]),
  });
});

test('a transaction is all or nothing', async () => {
  const failure = here.database.transaction(async (tx) => {
    await tx.query('INSERT INTO animal VALUES (2, $1)', ['otter']);
    throw new Error('changed my mind');
  });
  await expect(failure).rejects.toThrow('changed my mind');
  expect(await here.database.query('SELECT FROM animal WHERE id = 2')).toEqual([]);

  const answer = await here.database.transaction(async (tx) => {
    await tx.query('INSERT INTO animal VALUES (3, $1)', ['crane']);
    return await tx.prepared<{ name: string }>('animal-by-id', 'SELECT name FROM animal WHERE id = $1', [3]);
  });
  expect(answer).toEqual([{ name: 'crane' }]);
  expect(await here.database.prepared('animal-by-id', 'SELECT name FROM animal WHERE id = $1', [3])).toEqual(answer);
});

test('statements issued together run in their order, and the first to fail is the one that is named', async () => {
  const before = await here.database.query('SELECT count(*) AS count FROM animal');
  const together = here.database.transaction(async (tx) => {
    // The failing one is deeper down than those after it, which are told of earlier for that.
    const deep = async (): Promise<void> => {
      await Promise.all([Promise.all([tx.query("INSERT INTO animal VALUES (60, 'wren')"), nested()])]);
    };
    const nested = async (): Promise<void> => {
      await tx.query("INSERT INTO animal VALUES (60, 'dipper')");
    };
    await Promise.all([deep(), tx.query('SELECT 1'), tx.query('SELECT 2')]);
  });
  const error = await together.catch((thrown: unknown) => thrown);
  expect(isUniqueViolation(error, 'animal_key')).toBe(true);
  expect(await here.database.query('SELECT count(*) AS count FROM animal')).toEqual(before);
  const rows = await here.database.transaction(async (tx) =>
    Promise.all([
      tx.query("INSERT INTO animal VALUES (61, 'rail')"),
      tx.query('SELECT name FROM animal WHERE id = 61'),
      tx.query('DELETE FROM animal WHERE id = 61'),
    ]),
  );
  expect(rows[1]).toEqual([{ name: 'rail' }]);
});

test('a transaction whose failed statement was overlooked does not count as committed', async () => {
  const overlooked = here.database.transaction(async (tx) => {
    await tx.query("INSERT INTO animal VALUES (70, 'curlew')");
    await tx.query('SELECT 1 / 0').catch(() => {});
    return 'done';
  });
  await expect(overlooked).rejects.toMatchObject({ code: '22012' });
  expect(await here.database.query('SELECT 1 FROM animal WHERE id = 70')).toEqual([]);
});

test('a violation names its constraint', async () => {
  await here.database.query('INSERT INTO animal VALUES (10, $1)', ['vole']);
  const twice: unknown = await here.database
    .query('INSERT INTO animal VALUES (10, $1)', ['mole'])
    .catch((error) => error);
  expect(isUniqueViolation(twice)).toBe(true);
  expect(isUniqueViolation(twice, 'animal_key')).toBe(true);
  expect(isUniqueViolation(twice, 'animal_name_key')).toBe(false);
  const orphan: unknown = await here.database.query('INSERT INTO leg VALUES (999)').catch((error) => error);
  expect(isUniqueViolation(orphan)).toBe(false);
  expect(isForeignKeyViolation(orphan, 'leg_of')).toBe(true);
});

test('a statement that runs too long is ended, and the connection stays good', async () => {
  const hasty = openDatabase({ url: here.appUrl, applicationName: 'hasty', maxConnections: 1, statementTimeoutMs: 50 });
  await expect(hasty.query('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  expect(await hasty.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await hasty.close();
});

test('a server that is not there is DatabaseUnavailable with a remedy, and without the password', async () => {
  const nowhere = openDatabase({
    url: 'postgresql://user:hunter2@localhost/tidegate?host=%2Fnowhere',
    applicationName: 'lost',
    maxConnections: 1,
  });
  const error: unknown = await nowhere.query('SELECT 1').catch((caught) => caught);
  expect(error).toBeInstanceOf(DatabaseUnavailable);
  expect(error).toMatchObject({ retryable: true, httpStatus: 503, remedy: expect.stringContaining('Check') });
  expect(String(error)).not.toContain('hunter2');
  await expect(nowhere.transaction(async () => 1)).rejects.toBeInstanceOf(DatabaseUnavailable);
  await nowhere.close();
});

test('connections that are cut are replaced, and the transaction they were in has not happened', async () => {
  const cut = here.database.transaction(async (tx) => {
    await tx.query('INSERT INTO animal VALUES (20, $1)', ['newt']);
    const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const owner = openAsOwner(here);
    await owner.query('SELECT pg_terminate_backend($1)', [own?.pid]);
    await owner.close();
    await tx.query('SELECT 1');
  });
  await expect(cut).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect(await here.database.query('SELECT FROM animal WHERE id = 20')).toEqual([]);
});

test('listeners hear notifications, also after their connection was cut', async () => {
  const heard: string[] = [];
  const stop = await here.database.listen('Animal news', (payload) => heard.push(payload));
  await here.database.query('SELECT pg_notify($1, $2)', ['Animal news', 'first']);
  await expect.poll(() => heard).toEqual(['first']);

  const owner = openAsOwner(here);
  await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
  );
  await owner.close();
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['first', '']);
  await here.database.query('SELECT pg_notify($1, $2)', ['Animal news', 'second']);
  await expect.poll(() => heard).toEqual(['first', '', 'second']);

  await stop();
  await here.database.query('SELECT pg_notify($1, $2)', ['Animal news', 'third']);
  const later: string[] = [];
  const stopLater = await here.database.listen('later', (payload) => later.push(payload));
  await here.database.query(`SELECT pg_notify('later', 'x')`);
  await expect.poll(() => later).toEqual(['x']);
  expect(heard).toEqual(['first', '', 'second']);
  await stopLater();
});

test('a connection that breaks during the commit leaves open whether it is kept, and says so', async () => {
  const owner = openAsOwner(here);
  await owner.query(`CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
  await owner.query('CREATE TABLE fragile (id int)');
  await owner.query(`CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON fragile DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION end_connection()`);
  await owner.close();
  const lost = here.database.transaction((tx) => tx.query('INSERT INTO fragile VALUES (1)'));
  await expect(lost).rejects.toBeInstanceOf(CommitUnconfirmed);
  expect(await here.database.query('SELECT id FROM fragile')).toEqual([]);
});
