import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '#contracts/signal.ts';
import { plainReading } from '#detectors/layer2-text/classifier/plain-reading.ts';
import { createTextClassifier } from '#detectors/layer2-text/classifier/text-classifier.ts';
import { createTextEncoder, type TextEncoder } from '#detectors/layer2-text/encoder/text-encoder.ts';
import { createNgramStage, type NgramStage } from '#detectors/layer2-text/ngram-stage.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { saturate, takeTurns } from './contenders.ts';
import { items } from './http-bodies.ts';
import { medianAndP99 } from './latencies.ts';
import type { BenchRow } from './table.ts';
import { textCount } from './text-encoder.ts';
import { demoTexts, textsOfTokens } from './text-samples.ts';
import { seconds } from './tidegate-server.ts';

const never = new AbortController().signal;
const clients = 32;

const inputOf = (text: string): DetectorInput => {
  const part = { id: 'body', kind: 'text', text } as const;
  return {
    part,
    context: {
      item: { account: { id: 'bench' }, surface: 'post', parts: [part] },
      account: { id: 'bench', tier: 'established' },
      counters: {},
      reposts: {},
      signals: [],
      now: 0,
    },
  };
};

const detectWith =
  (detector: Detector) =>
  async (text: string): Promise<Signal> => {
    const [signal] = await detector.detect([inputOf(text)], never);
    if (signal === undefined || signal.status === 'unavailable')
      throw new Error(`${signal?.detector}: ${signal?.reason}`);
    return signal;
  };

const isEncoded = ({ attributes }: Signal): boolean => attributes.stage === 'encoder';

/** Open loop: every text has its moment, and its latency counts from then. */
const atRate = async (
  call: (text: string) => Promise<unknown>,
  texts: readonly string[],
  perSecond: number,
): Promise<{ readonly latencies: number[]; readonly failed: number; readonly perSecond: number }> => {
  const latencies: number[] = [];
  let failed = 0;
  const began = performance.now();
  const total = Math.round(seconds('BENCH_RATE_SECONDS', 20) * perSecond);
  const underWay: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const due = began + (index * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    const done = (): void => void latencies.push(performance.now() - due);
    const fail = (): void => {
      failed += 1;
    };
    underWay.push(call(texts[index % texts.length]!).then(done, fail));
  }
  await Promise.all(underWay);
  return { latencies, failed, perSecond: (latencies.length * 1_000) / (performance.now() - began) };
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The n-gram stage alone: the other alternative to a transformer. */
const benchNgram = async (ngram: NgramStage, texts: readonly string[]): Promise<BenchRow[]> => {
  const call = (text: string) => ngram.classify(text, never);
  const [single] = await takeTurns(
    [{ name: 'alternative: the n-gram stage alone, one text of 40 tokens', call, note: 'one thread, one at a time' }],
    textsOfTokens(40, textCount()),
  );
  const repeated = Array.from({ length: 10 }, () => texts).flat();
  const { perSecond, latencies } = await saturate(call, repeated, clients);
  return [
    single!,
    {
      name: "alternative: the n-gram stage alone, the demo's posts",
      perSecond,
      ...medianAndP99(latencies),
      note: `one thread, ${clients} always under way`,
    },
  ];
};

/** Both stages on the posts of the demo community; nothing is remembered from one time to the next. */
export const benchCascade = async (): Promise<BenchRow[]> => {
  const ngram = createNgramStage();
  const encoder = createTextEncoder();
  try {
    await Promise.all([ngram.open(), encoder.open()]);
    const texts = demoTexts();
    const call = detectWith(createTextClassifier({ ngram, encoder }));
    const signals = await Promise.all(texts.map(call));
    const assessed = signals.filter(({ status }) => status === 'ok');
    const encoded = assessed.filter(isEncoded).length / assessed.length;
    const disguised = texts.filter((text) => plainReading(text) !== undefined).length / texts.length;
    const mix = `${percent(1 - encoded)} cleared by the n-gram stage, ${percent(disguised)} in disguise (read twice), ${texts.length - assessed.length} not English`;
    const repeated = Array.from({ length: Math.max(1, Math.ceil(textCount() / 50)) }, () => texts).flat();
    const full = await saturate(call, repeated, clients);
    const calm = await atRate(call, texts, 100);
    return [
      {
        name: "cascade, the demo's posts, saturated",
        perSecond: full.perSecond,
        ...medianAndP99(full.latencies),
        note: `target: 400 a second; ${clients} always under way; ${mix}`,
      },
      {
        name: "cascade, the demo's posts, 100/s",
        perSecond: calm.perSecond,
        ...medianAndP99(calm.latencies),
        note: `open loop${calm.failed === 0 ? '' : `, ${calm.failed} FAILED`}`,
      },
      ...(await benchNgram(ngram, texts)),
    ];
  } finally {
    await Promise.all([ngram.close(), encoder.close()]);
  }
};

/** Items whose texts the n-gram stage clears, and others that the encoder reads. Nothing is encoded for it: only who would is asked. */
export const itemsByStage = async (
  candidates: number,
): Promise<{ readonly cleared: readonly string[]; readonly encoded: readonly string[] }> => {
  const ngram = createNgramStage();
  const real = createTextEncoder();
  const encoder: TextEncoder = {
    ...real,
    score: async () => ({ scores: real.heads.map(() => 0), windows: { read: 1, total: 1 }, durationMs: 0 }),
  };
  try {
    await ngram.open();
    const call = detectWith(createTextClassifier({ ngram, encoder }));
    const bodies = items(candidates);
    const found: { json: string; encoded: boolean }[] = [];
    await saturate(
      async ({ text, json }: (typeof bodies)[number]) => {
        const signal = await call(text);
        if (signal.status === 'ok') found.push({ json, encoded: isEncoded(signal) });
      },
      bodies,
      clients,
    );
    const where = (encoded: boolean): string[] =>
      found.filter((one) => one.encoded === encoded).map(({ json }) => json);
    return { cleared: where(false), encoded: where(true) };
  } finally {
    await ngram.close();
    await real.close();
  }
};
