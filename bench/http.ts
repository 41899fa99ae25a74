import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuSeconds } from './cpu-time.ts';
import type { LoadOrder } from './http-load.ts';
import type { BenchRow } from './table.ts';
import { end, headers, load, project, seconds, startTidegate, type Target, withDatabase } from './tidegate-server.ts';

const connections = 64;

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

const measure = async (
  name: string,
  { url, child }: Target,
  extra: NonNullable<LoadOrder['extra']>,
): Promise<BenchRow[]> => {
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
export const benchHttp = (): Promise<BenchRow[]> =>
  withDatabase(async ({ dataDir, database, started }) => {
    const tidegate = await startTidegate(dataDir);
    started.push(tidegate.child);
    const decided = await measure('POST /v1/items', tidegate, {});
    const later = await measure('the same, deadlineMs 0', tidegate, { deadlineMs: 0 });
    await end(tidegate.child);
    const yardstick = await startYardstick(database.adminUrl);
    started.push(yardstick.child);
    const bare = await measure('bare Fastify, one row', yardstick, {});
    return [...decided, ...later, ...bare];
  });
