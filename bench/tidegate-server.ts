import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts';
import type { LoadOrder, LoadReport } from './http-load.ts';

export const project = resolve(import.meta.dirname, '..');
const apiKey = 'bench-key-that-lives-for-one-run';
export const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };

/** A server of its own process. */
export interface Target {
  /** Of its `POST /v1/items`. */
  readonly url: string;
  readonly child: ChildProcess;
}

export const seconds = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
};

/** Sends load from a process of its own. */
export const load = async (order: LoadOrder): Promise<LoadReport> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(project, 'bench/http-load.ts'), JSON.stringify(order)],
    { maxBuffer: 1 << 20 },
  );
  return JSON.parse(stdout) as LoadReport;
};

export const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

/** The product as `npm start` runs it, on an embedded database of its own. */
export const startTidegate = async (dataDir: string): Promise<Target> => {
  const port = await freePort();
  const child = spawn(process.execPath, [join(project, 'src/apps/cli/main.ts'), 'start'], {
    cwd: project,
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      TIDEGATE_DATA_DIR: dataDir,
      TIDEGATE_DATABASE_URL: '',
      TIDEGATE_API_KEY: apiKey,
      TIDEGATE_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600 && child.exitCode === null; tries += 1) {
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return { url: `${url}/v1/items`, child };
    await sleep(100);
  }
  await end(child);
  throw new Error('Tidegate did not get ready; start it by hand (npm start) to see why');
};

/** An embedded database with fsync in a folder of its own, for as long as the work takes; every process given to `started` ends with it. */
export const withDatabase = async <Result>(
  work: (surroundings: {
    readonly dataDir: string;
    readonly database: EmbeddedPostgres;
    readonly started: ChildProcess[];
  }) => Promise<Result>,
): Promise<Result> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  // PostgreSQL does not run as root: the user it runs as has to pass through here.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const database = await startEmbeddedPostgres({ dataDir });
  const started: ChildProcess[] = [];
  try {
    return await work({ dataDir, database, started });
  } finally {
    for (const child of started) await end(child);
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};
