import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signalSchema } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { ModelChecksumError } from './errors.ts';
import { createNgramDetector } from './ngram-detector.ts';
import { loadNgramModel } from './ngram-model.ts';

const shipped = join(import.meta.dirname, '../../../models/text-ngram');
const never = new AbortController().signal;

function inputOf(text: string, id = 'body'): DetectorInput {
  const account = { id: 'a', tier: 'new' } as const;
  const part = { id, kind: 'text', text } as const;
  return {
    part,
    context: {
      item: { account: { id: 'a' }, surface: 'comment', parts: [part] },
      account,
      counters: {},
      reposts: {},
      signals: [],
      now: 0,
    },
  };
}

const sample = [
  'you are a worthless piece of trash and everyone hates you',
  'have a lovely day',
  'WIN a FREE phone now!!! click http://prize.example/claim',
  '🙂',
  'ok',
  `${'The garden was lovely and we talked about the weather for hours. '.repeat(60)} i will find you and kill you, i will stab you and slit your throat tonight you piece of trash. ${'Then we had tea and cake with the neighbours on the lawn. '.repeat(60)}`,
];

describe('the n-gram stage as a detector', () => {
  let detector: Detector;
  beforeAll(async () => {
    detector = createNgramDetector();
    await detector.open?.();
  });
  afterAll(async () => {
    await detector.close?.();
  });

  test('answers with valid signals whose evidence lies inside the text', async () => {
    const signals = await detector.detect(
      sample.map((text) => inputOf(text)),
      never,
    );
    signals.forEach((signal, index) => {
      expect(signalSchema.parse(signal)).toMatchObject({ status: 'ok', detector: 'text-ngram', layer: 2 });
      expect(Object.keys(signal.scores)).toEqual([...detector.judges]);
      for (const evidence of signal.evidence) {
        if (evidence.kind !== 'span') throw new Error(`unexpected evidence ${evidence.kind}`);
        expect(evidence.start).toBeLessThan(evidence.end);
        expect(evidence.end).toBeLessThanOrEqual(sample[index]!.length);
      }
    });
    expect(signals[0]?.scores.harassment).toBeGreaterThan(0.9);
    expect(signals[1]?.evidence).toEqual([]);
    expect(signals[2]?.scores.spam).toBeGreaterThan(0.9);
  });

  test('a score does not depend on what is judged beside it', async () => {
    const together = await detector.detect(
      sample.map((text) => inputOf(text)),
      never,
    );
    for (const [index, text] of sample.entries()) {
      const [alone] = await detector.detect([inputOf(text)], never);
      expect(alone?.scores).toEqual(together[index]?.scores);
      expect(alone?.evidence).toEqual(together[index]?.evidence);
    }
  });

  test('finds a violation deep inside a long text and points at its place', async () => {
    const text = sample.at(-1)!;
    const [signal] = await detector.detect([inputOf(text)], never);
    expect(signal?.scores.violence).toBeGreaterThan(0.5);
    const spans = signal!.evidence.flatMap((entry) =>
      entry.kind === 'span' && entry.category === 'violence' ? [entry] : [],
    );
    const window = spans.find(({ label }) => label === 'window: violence');
    const threat = text.indexOf('i will find you');
    expect(window!.start).toBeLessThanOrEqual(threat);
    expect(window!.end).toBeGreaterThan(threat);
    const words = spans.filter(({ label }) => label === 'violence').map(({ start, end }) => text.slice(start, end));
    expect(words.join(' ')).toContain('kill');
  });

  test('confidently foreign text is not applicable, and says in which language it is', async () => {
    const [signal] = await detector.detect([inputOf('Ich habe gestern den ganzen Abend auf dich gewartet')], never);
    expect(signal).toMatchObject({ status: 'not_applicable', scores: {}, attributes: { language: 'de' } });
    expect(signal?.reason).toContain('de');
  });

  test('hostile texts are answered, not crashed on', async () => {
    const hostile = [
      '\ud800\udfff',
      '\u0000',
      'a'.repeat(200_000),
      '@'.repeat(50_000),
      'a.'.repeat(50_000),
      '﷽'.repeat(2000),
      '!'.repeat(100_000),
      '<'.repeat(50_000),
      'h'.repeat(50_000),
      'e\u0301'.repeat(20_000),
      'x*'.repeat(50_000),
    ];
    const signals = await detector.detect(
      hostile.map((text) => inputOf(text)),
      never,
    );
    for (const signal of signals) expect(signal.status).not.toBe('unavailable');
  });

  test('an aborted call is unavailable, never zero', async () => {
    const abort = new AbortController();
    abort.abort();
    const [signal] = await detector.detect([inputOf('hello')], abort.signal);
    expect(signal).toMatchObject({ status: 'unavailable', scores: {} });
    expect(signal?.reason).toContain('aborted');
  });
});

describe('a model that cannot be trusted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-model-'));
  const manifestPath = join(folder, 'model.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('damaged weights are refused by checksum and every signal is unavailable', async () => {
    copyFileSync(join(shipped, 'model.json'), manifestPath);
    const bytes = readFileSync(join(shipped, 'model.bin'));
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(join(folder, 'model.bin'), bytes);
    expect(() => loadNgramModel(manifestPath)).toThrow(ModelChecksumError);
    const problems: string[] = [];
    const detector = createNgramDetector({ manifestPath, onProblem: (problem) => problems.push(problem.failure) });
    await detector.open?.();
    const [signal] = await detector.detect([inputOf('hello')], never);
    await detector.close?.();
    expect(signal).toMatchObject({ status: 'unavailable', scores: {} });
    expect(signal?.reason).toContain('Checksum');
    expect(problems).toEqual(['model']);
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['missing fields', '{}'],
  ])('a manifest with %s is a typed error', (_, content) => {
    writeFileSync(manifestPath, content);
    expect(() => createNgramDetector({ manifestPath })).toThrow(/Model file .*train it again/s);
  });

  test('a crashed worker makes the signal unavailable and comes back', async () => {
    const detector = createNgramDetector({
      pool: { workerFile: new URL('./fixtures/crashing-worker.mjs', import.meta.url), restartPauseMs: 10 },
    });
    await detector.open?.();
    const [crashed] = await detector.detect([inputOf('crash')], never);
    expect(crashed).toMatchObject({ status: 'unavailable', scores: {} });
    let status = 'unavailable';
    for (let attempt = 0; attempt < 500 && status === 'unavailable'; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      status = (await detector.detect([inputOf('hello')], never))[0]!.status;
    }
    await detector.close?.();
    expect(status).toBe('not_applicable');
  });
});
