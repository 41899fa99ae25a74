import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendAudit, systemActor } from '#features/audit/index.ts';
import { createTestDatabase, openAsOwner, type TestDatabase } from '#test/support/database.ts';
import { runCli } from '#test/support/run-cli.ts';

let folder: string;
let test: TestDatabase;
let empty: TestDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-cli-'));
  test = await createTestDatabase();
  empty = await createTestDatabase({ content: 'empty' });
  await test.database.transaction((tx) =>
    appendAudit(
      tx,
      [1, 2, 3, 4].map((number) => ({
        actor: systemActor,
        action: 'item-submitted',
        subject: { kind: 'item', id: `item-${number}` },
        details: { number },
      })),
    ),
  );
});

afterAll(async () => {
  await test.drop();
  await empty.drop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (database: TestDatabase, more: Record<string, string> = {}) => ({
  TIDEGATE_DATA_DIR: folder,
  TIDEGATE_DATABASE_URL: database.adminUrl,
  PORT: '0',
  ...more,
});

describe('usage', () => {
  it.for([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['doctor', '--frobnicate']],
    ['a missing argument', ['backup']],
  ] as const)('%s exits with 2 and points to the help', async ([, args]) => {
    const run = await runCli(args);
    expect(run.exitCode).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('--help');
  });

  it('help and version exit with 0', async () => {
    expect(await runCli(['--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Exit codes') });
    expect(await runCli(['--version'])).toMatchObject({ exitCode: 0, stdout: '0.1.0\n' });
  });

  it('a wrong variable is named with its remedy', async () => {
    const run = await runCli(['doctor'], { env: { PORT: '80a' } });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/PORT is "80a"/);
    expect(run.stderr).toContain('→ Give a number');
  });
});

describe('K4: tidegate doctor', () => {
  it('finds a working installation working', async () => {
    const run = await runCli(['doctor', '--json'], { env: environment(test) });
    expect(run.stderr).toBe('');
    const { findings } = JSON.parse(run.stdout) as { findings: { check: string; status: string; detail: string }[] };
    expect(run.exitCode).toBe(0);
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['Node', 'Data folder', 'Disk space', 'Secret key', 'Database', 'Migrations', 'Port']),
    );
    expect(findings.find(({ check }) => check === 'Migrations')).toMatchObject({ status: 'ok' });
    expect(findings.find(({ check }) => check.startsWith('Model'))).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('checksum right'),
    });
    expect(run.stdout).not.toContain(new URL(test.adminUrl).password || 'no password');
  });

  it('names a key that others can read, a taken port and a database that is away, each with its remedy', async () => {
    const server = await occupy();
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    writeFileSync(join(folder, 'secret.key'), 'x');
    chmodSync(join(folder, 'secret.key'), 0o644);
    try {
      const away = { TIDEGATE_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', PORT: port };
      const run = await runCli(['doctor'], { env: environment(test, away) });
      expect(run.exitCode).toBe(3);
      expect(run.stdout).toMatch(/✗ Secret key .*mode 0644\)\n.*→ chmod 600/);
      expect(run.stdout).toMatch(/✗ Port .*taken by another program\n.*→ /);
      expect(run.stdout).toMatch(/✗ Database .*cannot be used.*\n.*→ Check TIDEGATE_DATABASE_URL/);
      expect(run.stdout).toContain('3 broken');
    } finally {
      rmSync(join(folder, 'secret.key'));
      server.close();
    }
  });

  it('makes nothing where nothing is installed', async () => {
    const nowhere = join(folder, 'nowhere');
    const run = await runCli(['doctor'], { env: { TIDEGATE_DATA_DIR: nowhere, PORT: '0' } });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('made at the first start') });
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('K4 E7: tidegate audit verify', () => {
  it('says that an untouched log holds', async () => {
    const run = await runCli(['audit', 'verify'], { env: environment(test) });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The audit log holds. 4 entries') });
  });

  it('names the entry that was altered and exits with 3', async () => {
    const owner = openAsOwner(test);
    await owner.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await owner.query(`UPDATE audit_entries SET details = '{"number":7}' WHERE sequence = 3`);
    const text = await runCli(['audit', 'verify'], { env: environment(test) });
    const json = await runCli(['audit', 'verify', '--json'], { env: environment(test) });
    await owner.query(`UPDATE audit_entries SET details = '{"number":3}' WHERE sequence = 3`);
    await owner.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
    await owner.close();
    expect(text).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('entry 3 was altered') });
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, fault: { sequence: 3, kind: 'altered' } });
  });

  it('does not make an installation to verify', async () => {
    const nowhere = join(folder, 'nowhere');
    const run = await runCli(['audit', 'verify'], { env: { TIDEGATE_DATA_DIR: nowhere } });
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('→ Set TIDEGATE_DATA_DIR') });
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('K4: tidegate backup and restore', () => {
  it('brings everything to another database, where the audit log still holds', async () => {
    const file = join(folder, 'all.backup');
    const saved = await runCli(['backup', file], { env: environment(test) });
    expect(saved).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('secret key') });
    expect(statSync(file).mode & 0o077).toBe(0);

    expect(await runCli(['backup', file], { env: environment(test) })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('exists already'),
    });

    const restored = await runCli(['restore', file, '--json'], { env: environment(empty) });
    expect(restored.stderr).toBe('');
    expect(restored.exitCode).toBe(0);
    const verified = await runCli(['audit', 'verify', '--json'], { env: environment(empty) });
    expect(JSON.parse(verified.stdout)).toMatchObject({ valid: true, entries: 4 });

    const again = await runCli(['restore', file], { env: environment(empty) });
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('→') });
  });
});

const occupy = async (): Promise<Server> => {
  const server = createServer((socket) => socket.end('not http\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
