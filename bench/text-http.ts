import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds } from './cpu-time.ts';
import { items } from './http-bodies.ts';
import { childrenOf, encoderEntry, memoryRow } from './process-memory.ts';
import type { BenchRow } from './table.ts';
import { itemsByStage } from './text-cascade.ts';
import { headers, load, seconds, startTidegate, type Target, withDatabase } from './tidegate-server.ts';

const clients = 32;
const stringsInArray = 32;

const duration = (): number => seconds('BENCH_SATURATION_SECONDS', 10);
const warmUp = (): number => Math.min(3, duration());

/** So many bodies that none comes twice within a run: what was judged once is remembered. */
const candidates = (): number => Math.ceil(2_400 * (duration() + warmUp()));

/** Of ten bodies so many for the encoder, evenly spread; the shorter list ends it. */
const mixed = (cleared: readonly string[], encoded: readonly string[], ofTen: number): string[] => {
  const bodies: string[] = [];
  let [fromCleared, fromEncoded] = [0, 0];
  for (let place = 0; ; place += 1) {
    const isEncoded = Math.floor(((place + 1) * ofTen) / 10) > Math.floor((place * ofTen) / 10);
    const body = isEncoded ? encoded[fromEncoded++] : cleared[fromCleared++];
    if (body === undefined) return bodies;
    bodies.push(body);
  }
};

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

const saturated = async (
  { url, child }: Target,
  bodiesFile: string,
  { connections, perRequest = 1 }: { readonly connections: number; readonly perRequest?: number },
) => {
  const encoders = childrenOf(child.pid!, encoderEntry);
  const used = () => ({ server: sum([cpuSeconds(child.pid!)]), encoders: sum((encoders ?? []).map(cpuSeconds)) });
  const before = used();
  const mode = { kind: 'saturation', connections } as const;
  const report = await load({ url, headers, bodiesFile, mode, seconds: duration(), warmUpSeconds: warmUp() });
  const after = used();
  // The warm-up's requests are in it too: their number is as good as proportional to their time.
  const measured = duration() / (duration() + warmUp());
  const share = measured * (1_000 / Math.max(1, report.answered * perRequest));
  const cpu =
    encoders === undefined
      ? ''
      : `, ${((after.server - before.server) * share).toFixed(1)} ms server and ${((after.encoders - before.encoders) * share).toFixed(1)} ms encoder CPU each`;
  const failures = report.failed === 0 ? '' : `, ${report.failed} FAILED`;
  return {
    ...report,
    sent: report.answered / measured,
    perSecond: report.perSecond * perRequest,
    remark: `${cpu}${failures}`,
  };
};

/** `POST /v1/items` by the share of texts that need the encoder, and OpenAI's endpoint with arrays of strings. */
export const benchTextHttp = async (): Promise<BenchRow[]> => {
  const { cleared, encoded } = await itemsByStage(candidates());
  return withDatabase(async ({ dataDir, started }) => {
    const tidegate = await startTidegate(dataDir);
    started.push(tidegate.child);
    const file = (name: string, bodies: readonly string[]): string => {
      const path = join(dataDir, `${name}.json`);
      writeFileSync(path, JSON.stringify(bodies));
      return path;
    };
    const rows: BenchRow[] = [];
    let first = Number.NaN;
    for (const ofTen of [0, 7, 10]) {
      const bodies = mixed(cleared, encoded, ofTen);
      const report = await saturated(tidegate, file(`items-${ofTen}`, bodies), { connections: clients });
      if (ofTen === 0) first = report.perSecond;
      const ratio =
        ofTen === 0 || first === 0 ? '' : `, ${(report.perSecond / first).toFixed(2)} times the rate at 0 %`;
      const again = report.sent > bodies.length ? ', SOME TEXTS CAME TWICE' : '';
      rows.push({
        name: `POST /v1/items, ${ofTen * 10} % to the encoder`,
        medianMs: report.medianMs,
        p99Ms: report.p99Ms,
        perSecond: report.perSecond,
        note: `${clients} clients${ratio}${report.remark}${again}`,
      });
    }
    const texts = items(candidates()).map(({ text }) => text);
    const arrays = Array.from({ length: Math.floor(texts.length / stringsInArray) }, (_, place) =>
      JSON.stringify({ input: texts.slice(place * stringsInArray, (place + 1) * stringsInArray) }),
    );
    const moderations = { ...tidegate, url: tidegate.url.replace('/v1/items', '/v1/moderations') };
    const report = await saturated(moderations, file('moderations', arrays), {
      connections: 2,
      perRequest: stringsInArray,
    });
    rows.push({
      name: `POST /v1/moderations, strings in arrays of ${stringsInArray}`,
      medianMs: report.medianMs,
      p99Ms: report.p99Ms,
      perSecond: report.perSecond,
      note: `2 clients, times are of arrays; every string is read by the encoder${report.remark}`,
    });
    const encoders = childrenOf(tidegate.child.pid!, encoderEntry);
    return [
      ...rows,
      memoryRow('memory of the encoder in the server, after that load', encoders, 'target: under 300 MB'),
    ];
  });
};
