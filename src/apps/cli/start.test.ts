import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemAnswerSchema, trialAnswerSchema } from '#contracts/items-api.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { cliEnvironment, runCli } from '#test/support/run-cli.ts';

const main = join(import.meta.dirname, 'main.ts');
const { benign, spammy } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/texts.json'), 'utf8'),
) as Record<'benign' | 'spammy', string>;

interface Started {
  readonly child: ChildProcess;
  readonly banner: string;
  readonly address: string;
  /** All that it wrote to standard error so far. */
  readonly notes: () => string;
}

let folder: string;
let database: TestDatabase;
let running: Started;

const environment = () => ({
  TIDEGATE_DATA_DIR: folder,
  TIDEGATE_DATABASE_URL: database.adminUrl,
  TIDEGATE_LOG_LEVEL: 'error',
  PORT: '0',
});

const start = async (...args: readonly string[]): Promise<Started> => {
  const child = spawn(process.execPath, [main, 'start', ...args], {
    env: cliEnvironment(environment()),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let banner = '';
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    notes += text;
  });
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    banner += text;
    if (banner.includes('Ctrl-C')) break;
  }
  const address = /Console\s+(http:\S+)/.exec(banner)?.[1];
  if (address === undefined) throw new Error(`no banner; standard error: ${notes}`);
  return { child, banner, address, notes: () => notes };
};

const stop = async ({ child }: Started): Promise<number | null> => {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode;
};

const keyOf = ({ banner }: Started): string => /API key\s+(\S+)/.exec(banner)?.[1] ?? '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-start-'));
  database = await createTestDatabase();
  running = await start();
});
afterAll(async () => {
  await stop(running);
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (path: string, key: string, body: unknown): Promise<Response> =>
  fetch(new URL(path, running.address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  });

/** With a deadline that a busy machine keeps, since this is not about time. */
const item = {
  account: { id: 'user-1' },
  surface: 'comment',
  parts: [{ id: 'body', kind: 'text', text: benign }],
  deadlineMs: 30_000,
};

describe('K4: tidegate start', () => {
  it('prints an address that answers, and a key that works', async () => {
    expect((await fetch(new URL('/readyz', running.address))).status).toBe(200);
    const answer = await post('/v1/items', keyOf(running), item);
    expect(answer.status).toBe(200);
    expect(itemAnswerSchema.parse(await answer.json()).display).toBe('published');
  });

  it('prints a sign-in that works once', async () => {
    const token = /#token=(\S+)/.exec(running.banner)?.[1];
    expect((await post('/v1/session/redeem', '', { token })).status).toBe(200);
    expect((await post('/v1/session/redeem', '', { token })).status).toBe(401);
  });

  it('judges for the command line what the engine alone would', async () => {
    const args = ['moderate', '--json', spammy, '--server', running.address];
    const remote = await runCli(args, { env: { TIDEGATE_API_KEY: keyOf(running) } });
    const local = await runCli(['moderate', '--json', spammy]);
    expect(remote.stderr).toBe('');
    expect(remote.exitCode).toBe(local.exitCode);
    const [there, here] = [remote, local].map(({ stdout }) => trialAnswerSchema.parse(JSON.parse(stdout)));
    expect(there?.decision.outcome).toBe(here?.decision.outcome);
    expect(there?.scores).toEqual(here?.scores);
  });

  it('refuses a key that is none, with the server’s own words', async () => {
    const run = await runCli(['moderate', 'x', '--server', running.address, '--key', 'not-a-key-of-this-server']);
    expect(run).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('→') });
  });

  it('says which port is taken, and leaves whoever has it alone', async () => {
    const port = new URL(running.address).port;
    const second = await runCli(['start', '--port', port], { env: environment() });
    expect(second).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining(`127.0.0.1:${port} is taken`),
    });
    expect((await fetch(new URL('/healthz', running.address))).status).toBe(200);
  });

  it('publishes a policy file for the running server, and exports it again', async () => {
    const file = join(folder, 'policy.yaml');
    const exported = await runCli(['policy', 'export', '--output', file], { env: environment() });
    expect(exported).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Version 1') });
    const imported = await runCli(['policy', 'import', file, '--note', 'the same again'], { env: environment() });
    expect(imported).toMatchObject({ exitCode: 0, stdout: 'Published version 2.\n' });
    const late = await runCli(['policy', 'import', file, '--based-on', '1'], { env: environment() });
    expect(late).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Version 2 was published since') });
    const answer = itemAnswerSchema.parse(await (await post('/v1/items', keyOf(running), item)).json());
    expect(answer.decision.policyVersion).toBe(2);
  });

  it('stops on a signal, having finished, and leaves an audit log that holds', async () => {
    expect(await stop(running)).toBe(0);
    expect(running.notes()).toContain('Stopping');
    const verified = await runCli(['audit', 'verify', '--json'], { env: environment() });
    expect(JSON.parse(verified.stdout)).toMatchObject({ valid: true, fault: null });
    expect(JSON.parse(verified.stdout).checkpoints).toBeGreaterThan(0);
  });

  it('shows no key at its second start', async () => {
    running = await start();
    expect(running.banner).not.toContain('API key');
    expect(running.banner).toContain('#token=');
  });
});
