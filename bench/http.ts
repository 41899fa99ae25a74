import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts';
import { cpuSeconds } from './cpu-time.ts';
import type { LoadOrder, LoadReport } from './http-load.ts';
import type { BenchRow } from './table.ts';

const project = resolve(import.meta.dirname, '..');
const apiKey = 'bench-key-that-lives-for-one-run';
const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
const connections = 64;

const seconds = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);

const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
};

const load = async (order: LoadOrder): Promise<LoadReport> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(project, 'bench/http-load.ts'), JSON.stringify(order)],
    {
      maxBuffer: 1 << 20,
    },
  );
  return JSON.parse(stdout) as LoadReport;
};

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

/** The product as `npm start` runs it, on an embedded database of its own. */
const startTidegate = async (dataDir: string): Promise<Target> => {
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

const startYardstick = async (databaseUrl: string): Promise<Target> => {
  const child = spawn(process.execPath, [join(project, 'bench/http-yardstick.ts')], {
    cwd: project,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  return { url: `http://127.0.0.1:${port}/v1/items`, child };
};

interface Target {
  readonly url: string;
  readonly child: ChildProcess;
}

const measure = async (name: string, { url, child }: Target, extra: LoadOrder['extra']): Promise<BenchRow[]> => {
  const common = { url, headers, extra, warmUpSeconds: 3 };
  const run = async (mode: LoadOrder['mode'], duration: number) => {
    const before = cpuSeconds(child.pid!);
    const report = await load({ ...common, mode, seconds: duration });
    const after = cpuSeconds(child.pid!);
    const failures = report.failed === 0 ? '' : `, ${report.failed} FAILED`;
    // The warm-up's requests are in it too: their number is as good as proportional to their time.
    const share = duration / (duration + common.warmUpSeconds);
    const cpu =
      before === undefined || after === undefined
        ? ''
        : `, ${(((after - before) * 1_000 * share) / Math.max(1, report.answered)).toFixed(1)} ms server CPU each`;
    return { ...report, remark: `${cpu}${failures}` };
  };
  const calm = await run({ kind: 'rate', perSecond: 100 }, seconds('BENCH_RATE_SECONDS', 20));
  const full = await run({ kind: 'saturation', connections }, seconds('BENCH_SATURATION_SECONDS', 10));
  return [
    {
      name: `${name}, 100/s`,
      medianMs: calm.medianMs,
      p99Ms: calm.p99Ms,
      perSecond: calm.perSecond,
      note: `open loop, ${calm.answered} answers${calm.remark}`,
    },
    {
      name: `${name}, saturated`,
      medianMs: full.medianMs,
      p99Ms: full.p99Ms,
      perSecond: full.perSecond,
      note: `${connections} connections${full.remark}`,
    },
  ];
};

/**
 * `POST /v1/items` with layers 1 and 2, durable before it answers, against the same request answered before it is decided
 * (`deadlineMs: 0`) and against a bare Fastify that commits one row. Server, database and load share the machine over loopback.
 */
export const benchHttp = async (): Promise<BenchRow[]> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  // PostgreSQL does not run as root: the user it runs as has to pass through here.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const database = await startEmbeddedPostgres({ dataDir });
  const started: ChildProcess[] = [];
  try {
    const tidegate = await startTidegate(dataDir);
    started.push(tidegate.child);
    const decided = await measure('POST /v1/items', tidegate, {});
    const later = await measure('the same, deadlineMs 0', tidegate, { deadlineMs: 0 });
    await end(tidegate.child);
    const yardstick = await startYardstick(database.adminUrl);
    started.push(yardstick.child);
    const bare = await measure('bare Fastify, one row', yardstick, {});
    return [...decided, ...later, ...bare];
  } finally {
    for (const child of started) await end(child);
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
};
