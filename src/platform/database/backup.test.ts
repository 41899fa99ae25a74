import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { makeWorkerUtils } from 'graphile-worker';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import { type MigrationsFolder, migrationsFolder } from '#test/support/migrations.ts';
import { backup } from './backup.ts';
import { headerBytes } from './backup-format.ts';
import { migrate } from './migrate.ts';
import { restore } from './restore.ts';

/** One of each kind that could come back wrong. */
const zoo = `
  CREATE TYPE mood AS ENUM ('calm', 'odd "one"');
  CREATE TABLE animal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent bigint REFERENCES animal,
    keeper int,
    name text, document jsonb, bytes bytea, seen timestamptz, born date, weight numeric, ratio double precision,
    moods mood[], tags text[], "Odd ""Column""" text,
    shout text GENERATED ALWAYS AS (upper(name)) STORED
  );
  CREATE TABLE "Keeper's" (id int PRIMARY KEY, favourite bigint REFERENCES animal);
  ALTER TABLE animal ADD CONSTRAINT kept FOREIGN KEY (keeper) REFERENCES "Keeper's" ON DELETE SET NULL DEFERRABLE;
  CREATE TABLE ledger (id bigserial, entry text);
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append only'; END $$;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION refuse();
  CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger EXECUTE FUNCTION refuse();
  ALTER TABLE ledger ENABLE ALWAYS TRIGGER append_only;
  CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.entry := NEW.entry || '!'; RETURN NEW; END $$;
  CREATE TRIGGER stamped BEFORE INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION stamp();
  CREATE TABLE event (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE epoch (value int);
  INSERT INTO epoch VALUES (1);
`;

let source: TestDatabase;
let target: TestDatabase;
let files: MigrationsFolder;
let folder: string;

beforeEach(async () => {
  source = await createTestDatabase({ content: 'empty' });
  target = await createTestDatabase({ content: 'empty' });
  files = migrationsFolder();
  files.write('0002_zoo.sql', zoo);
  folder = mkdtempSync(join(tmpdir(), 'tidegate-backup-'));
  await migrate({ adminUrl: source.adminUrl, folder: files.folder });
  await fill();
});

afterEach(async () => {
  await Promise.all([source.drop(), target.drop()]);
  files.remove();
  rmSync(folder, { recursive: true });
});

async function fill() {
  const { database } = source;
  await database.query('INSERT INTO "Keeper\'s" VALUES (1, NULL)');
  const awkward = ['\\.', 'line\nbreak\r\n\ttab', '\\N', '', 'a "quote" \u2028 \u{1f9a6}', 'x'.repeat(100_000)];
  for (const [index, name] of awkward.entries()) {
    await database.query(
      `INSERT INTO animal (parent, keeper, name, document, bytes, seen, born, weight, ratio, moods, tags, "Odd ""Column""")
       VALUES ($1, 1, $2, $3, $4, '2026-01-02T03:04:05.678901Z', '0044-03-15 BC', 12345678901234567890.10, 0.1::float8 + 0.2, '{calm,"odd \\"one\\""}', $5, NULL)`,
      [
        index === 0 ? null : index,
        name,
        JSON.stringify({ name, large: 1e21 }),
        Buffer.from([0, 10, 92, 46, 255]),
        [name, null],
      ],
    );
  }
  await database.query('UPDATE "Keeper\'s" SET favourite = 3');
  await database.query("INSERT INTO ledger (entry) SELECT 'entry ' || n FROM generate_series(1, 20000) AS n");
  await database.query("INSERT INTO event VALUES ('2026-05-06', 'flood')");
  await database.query('UPDATE epoch SET value = 7');
  const jobs = await makeWorkerUtils({ connectionString: source.appUrl, maxPoolSize: 2 });
  await jobs.addJob('later', { item: 5 }, { jobKey: 'the-one', runAt: new Date('2030-01-01') });
  await jobs.release();
}

const restoreHere = (file: string) => restore({ adminUrl: target.adminUrl, file, migrations: files.folder });

/** The uncompressed body: all data, in order. */
function bodyOf(file: string): string {
  return createHash('sha256')
    .update(gunzipSync(readFileSync(file).subarray(headerBytes)))
    .digest('hex');
}

test('what was restored is what was backed up, byte for byte', async () => {
  const file = join(folder, 'first.tidegate');
  const made = await backup({ adminUrl: source.adminUrl, file });
  expect(made).toMatchObject({ file, rows: 20_000 + 6 + 1 + 1 + 1 + 2, bytes: statSync(file).size });
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const restored = await restoreHere(file);
  expect(restored).toEqual({ createdAt: made.createdAt, tables: made.tables, rows: made.rows });
  const again = join(folder, 'second.tidegate');
  await backup({ adminUrl: target.adminUrl, file: again });
  expect(bodyOf(again)).toBe(bodyOf(file));

  const everything = 'SELECT *, document::text AS written FROM animal ORDER BY id';
  expect(await target.database.query(everything)).toEqual(await source.database.query(everything));
  expect(await target.database.query('SELECT value FROM epoch')).toEqual([{ value: 7 }]);
});

test('a restored database goes on as the first would have', async () => {
  const file = join(folder, 'first.tidegate');
  await backup({ adminUrl: source.adminUrl, file });
  await restoreHere(file);
  const { database } = target;
  // Sequences, triggers, keys and rights are all as they were.
  expect(await database.query("INSERT INTO animal (name) VALUES ('new') RETURNING id, shout")).toEqual([
    { id: 7, shout: 'NEW' },
  ]);
  expect(await database.query("INSERT INTO ledger (entry) VALUES ('e') RETURNING id, entry")).toEqual([
    { id: 20_001, entry: 'e!' },
  ]);
  await expect(database.query("UPDATE ledger SET entry = ''")).rejects.toThrow('append only');
  await expect(database.query('INSERT INTO animal (parent) VALUES (999)')).rejects.toMatchObject({ code: '23503' });
  const owner = openAsOwner(target);
  await expect(owner.query('TRUNCATE ledger')).rejects.toThrow('append only');
  const states = `SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = 'ledger'::regclass ORDER BY 1`;
  expect(await owner.query(states)).toEqual([
    { tgname: 'append_only', tgenabled: 'A' },
    { tgname: 'never_emptied', tgenabled: 'O' },
    { tgname: 'stamped', tgenabled: 'O' },
  ]);
  await owner.close();
  expect(await database.query('SELECT key, locked_at FROM graphile_worker.jobs')).toEqual([
    { key: 'the-one', locked_at: null },
  ]);
});

test('a backup is one moment, whatever is written meanwhile', async () => {
  const file = join(folder, 'first.tidegate');
  let writing = true;
  const writer = (async () => {
    // Both or neither: the two tables must agree in the backup.
    while (writing) {
      await source.database.transaction(async (tx) => {
        await tx.query('UPDATE epoch SET value = value + 1');
        await tx.query("INSERT INTO event VALUES ('2026-05-06', 'rain')");
      });
    }
  })();
  await backup({ adminUrl: source.adminUrl, file });
  writing = false;
  await writer;
  await restoreHere(file);
  const [counts] = await target.database.query<{ epoch: number; events: number }>(
    'SELECT (SELECT value FROM epoch) AS epoch, (SELECT count(*) FROM event) AS events',
  );
  expect(counts!.epoch - 7).toBe(counts!.events - 1);
});

test('a backup of an older version is brought to the newest', async () => {
  const file = join(folder, 'first.tidegate');
  await backup({ adminUrl: source.adminUrl, file });
  files.write(
    '0003_later.sql',
    "ALTER TABLE animal ADD COLUMN loud text; UPDATE animal SET loud = upper(name) WHERE name = '\\N';",
  );
  await restoreHere(file);
  expect(await target.database.query('SELECT loud FROM animal WHERE loud IS NOT NULL')).toEqual([{ loud: '\\N' }]);
});

test('a database that holds anything is refused and left alone', async () => {
  const file = join(folder, 'first.tidegate');
  await backup({ adminUrl: source.adminUrl, file });
  await expect(restore({ adminUrl: source.adminUrl, file, migrations: files.folder })).rejects.toMatchObject({
    name: 'BackupError',
    message: expect.stringContaining('not empty'),
    remedy: expect.stringContaining('TIDEGATE_DATA_DIR'),
  });
  expect(await source.database.query('SELECT count(*) AS n FROM ledger')).toEqual([{ n: 20_000 }]);
});

test('a damaged, cut, foreign or newer file is refused before anything is written', async () => {
  const file = join(folder, 'first.tidegate');
  await backup({ adminUrl: source.adminUrl, file });
  const good = readFileSync(file);
  const bad = join(folder, 'bad.tidegate');
  const flipped = Buffer.from(good);
  flipped[good.length >> 1]! ^= 1;
  const newer = Buffer.from(good);
  newer.write(good.toString('ascii', 0, headerBytes).replace('"version":1', '"version":2'), 0, 'ascii');
  for (const [content, problem] of [
    [flipped, /checksum differs/],
    [good.subarray(0, good.length - 100), /bytes instead of/],
    [newer, /format 2/],
    [Buffer.from('PGDMP'), /no backup made by/],
    [Buffer.from('null'), /no backup made by/],
    [Buffer.alloc(0), /no backup made by/],
  ] as const) {
    writeFileSync(bad, content);
    await expect(restoreHere(bad)).rejects.toThrow(problem);
  }
  await expect(restoreHere(join(folder, 'missing'))).rejects.toThrow(/cannot be read \(ENOENT\)/);
  files.write('0002_zoo.sql', `${zoo} -- changed`);
  await expect(restoreHere(file)).rejects.toThrow(/0002_zoo\.sql, which this version of Tidegate has in another form/);
  const owner = openAsOwner(target);
  expect(await owner.query(`SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'`)).toEqual([{ n: 0 }]);
  await owner.close();
});

test('a restore that was cut off keeps the database from being used, and can be repeated', async () => {
  const file = join(folder, 'first.tidegate');
  await backup({ adminUrl: source.adminUrl, file });
  const owner = openAsOwner(target);
  const cut = restore({
    adminUrl: target.adminUrl,
    file,
    migrations: files.folder,
    log: (message) => {
      if (message.startsWith('public.ledger')) throw new Error('power cut');
    },
  });
  await expect(cut).rejects.toThrow('power cut');
  expect(await owner.query('SELECT count(*) AS n FROM ledger')).toEqual([{ n: 0 }]);
  await expect(migrate({ adminUrl: target.adminUrl, folder: files.folder })).rejects.toThrow(/restore.*was cut off/);
  expect((await restoreHere(file)).rows).toBe(20_011);
  expect(await owner.query('SELECT count(*) AS n FROM ledger')).toEqual([{ n: 20_000 }]);
  await owner.close();
});

test('an existing file is not overwritten, and a backup that fails leaves none', async () => {
  const file = join(folder, 'first.tidegate');
  writeFileSync(file, 'precious');
  await expect(backup({ adminUrl: source.adminUrl, file })).rejects.toThrow(/exists already/);
  expect(readFileSync(file, 'utf8')).toBe('precious');
  const other = join(folder, 'other.tidegate');
  await expect(backup({ adminUrl: target.adminUrl, file: other })).rejects.toThrow(/no tables of Tidegate/);
  await expect(backup({ adminUrl: source.adminUrl, file: join(folder, 'no/such/folder') })).rejects.toThrow(/ENOENT/);
  expect(existsSync(other)).toBe(false);
  expect(existsSync(`${other}.${process.pid}.partial`)).toBe(false);
});
