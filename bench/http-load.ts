// Sends load in a process of its own, so that it shares nothing with the server but the machine. Told what to do by one JSON
// argument; answers with one line of JSON. See `LoadOrder` and `LoadReport`.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { itemBodies } from './http-bodies.ts';
import { medianAndP99 } from './latencies.ts';

export interface LoadOrder {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further fields of every body. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** A JSON file with the bodies to send, one after the other and again from the first; items of the demo community unless set. */
  readonly bodiesFile?: string;
  /** `rate`: so many a second, come what may. `saturation`: so many connections, each as fast as it is answered. */
  readonly mode:
    | { readonly kind: 'rate'; readonly perSecond: number }
    | { readonly kind: 'saturation'; readonly connections: number };
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export interface LoadReport {
  readonly answered: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

const bodiesFor = ({ bodiesFile, extra }: LoadOrder, count: number): readonly string[] =>
  bodiesFile === undefined ? itemBodies(count, extra) : (JSON.parse(readFileSync(bodiesFile, 'utf8')) as string[]);

const post = (agent: Agent, order: LoadOrder, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      order.url,
      { method: 'POST', agent, headers: { ...order.headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/**
 * Open loop: every request has its moment on a fixed schedule and its latency counts from that moment, whether or not it could be
 * sent then. A server (or client) that stalls is charged for all that should have been sent meanwhile, so nothing is omitted.
 */
const sendAtRate = async (order: LoadOrder, perSecond: number): Promise<LoadReport> => {
  const total = Math.round((order.warmUpSeconds + order.seconds) * perSecond);
  const warmUp = Math.round(order.warmUpSeconds * perSecond);
  const bodies = bodiesFor(order, total);
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const latencies: number[] = [];
  let failed = 0;
  const began = performance.now();
  const sendOne = async (index: number, due: number): Promise<void> => {
    const status = await post(agent, order, bodies[index % bodies.length]!).catch(() => 0);
    if (index < warmUp) return;
    if (status >= 200 && status < 300) latencies.push(performance.now() - due);
    else failed += 1;
  };
  const underWay: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const due = began + (index * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    underWay.push(sendOne(index, due));
  }
  await Promise.all(underWay);
  agent.destroy();
  return {
    answered: latencies.length,
    failed,
    perSecond: latencies.length / order.seconds,
    ...medianAndP99(latencies),
  };
};

/** Closed loop: what comes through when the clients never pause. Its latencies are those of a full server and say nothing of a calm one. */
const saturate = async (order: LoadOrder, connections: number): Promise<LoadReport> => {
  const bodies = bodiesFor(order, 20_000);
  let next = 0;
  const run = (seconds: number) =>
    autocannon({
      url: order.url,
      connections,
      duration: seconds,
      requests: [
        {
          method: 'POST',
          headers: { ...order.headers },
          setupRequest: (outgoing) => ({ ...outgoing, body: bodies[next++ % bodies.length]! }),
        },
      ],
    });
  await run(order.warmUpSeconds);
  const result = await run(order.seconds);
  const answered = result['2xx'];
  return {
    answered,
    failed: result.non2xx + result.errors + result.timeouts,
    perSecond: answered / result.duration,
    medianMs: result.latency.p50,
    p99Ms: result.latency.p99,
  };
};

if (import.meta.main) {
  const order = JSON.parse(process.argv[2]!) as LoadOrder;
  const report =
    order.mode.kind === 'rate'
      ? await sendAtRate(order, order.mode.perSecond)
      : await saturate(order, order.mode.connections);
  console.log(JSON.stringify(report));
}
