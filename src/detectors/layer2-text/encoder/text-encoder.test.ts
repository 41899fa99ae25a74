import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InferenceError, ModelFileError } from '../../inference/errors.ts';
import { createTextEncoder, type TextEncoder, type TextEncoderOptions } from './text-encoder.ts';

interface ParitySample {
  readonly weightsSha256: string;
  /** Between the shipped model and the float one it was made of. */
  readonly greatestDifference: number;
  readonly rows: readonly { readonly text: string; readonly scores: number[]; readonly floatScores: number[] }[];
}

const models = join(import.meta.dirname, '../../../../models/text');
const readModelFile = (name: string): unknown => JSON.parse(readFileSync(join(models, name), 'utf8'));
const texts = readModelFile('parity-texts.json') as string[];
const textThatBegins = (beginning: string): string => texts.find((text) => text.startsWith(beginning))!;
const insult = textThatBegins('you are a worthless');
const threat = textThatBegins('I will find you');
const harmless = textThatBegins('The committee met');

const run = promisify(execFile);
const never = new AbortController().signal;
const problems: InferenceError[] = [];
const opened: TextEncoder[] = [];

const openEncoder = async (options: TextEncoderOptions = {}): Promise<TextEncoder> => {
  const encoder = createTextEncoder({ processes: 1, onProblem: (problem) => problems.push(problem), ...options });
  opened.push(encoder);
  await encoder.open();
  return encoder;
};

afterEach(async () => {
  await Promise.all(opened.splice(0).map((encoder) => encoder.close()));
  problems.length = 0;
});

describe('the text encoder', () => {
  let shared: TextEncoder;
  beforeAll(async () => {
    shared = createTextEncoder({ processes: 2, onProblem: (problem) => problems.push(problem) });
    await shared.open();
  });
  afterAll(() => shared.close());

  const scoreOf = (scores: readonly number[], head: string): number => scores[shared.heads.indexOf(head)]!;

  test('answers what the model answers elsewhere, and is as close to the float model as was measured', async () => {
    const sample = readModelFile('parity-sample.json') as ParitySample;
    expect(sample.weightsSha256.startsWith(shared.version)).toBe(true);
    expect(sample.rows.length).toBeGreaterThanOrEqual(40);
    for (const { text, scores, floatScores } of sample.rows) {
      const answer = await shared.score({ text }, never);
      expect(answer.windows).toEqual({ read: 1, total: 1 });
      answer.scores.forEach((score, head) => {
        expect(Math.abs(score - scores[head]!), `${shared.heads[head]}: ${text}`).toBeLessThanOrEqual(0.002);
        // The sample was measured elsewhere, on a processor that may round otherwise.
        const difference = Math.abs(score - floatScores[head]!);
        expect(difference, text).toBeLessThanOrEqual(sample.greatestDifference + 0.002);
      });
    }
  });

  test('a score is the same to the last bit whatever else is asked at the time', async () => {
    const alone: (readonly number[])[] = [];
    for (const text of texts) alone.push((await shared.score({ text }, never)).scores);
    const together = await Promise.all(texts.toReversed().map((text) => shared.score({ text }, never)));
    expect(together.toReversed().map(({ scores }) => scores)).toEqual(alone);
  });

  test('a text without words has no windows, and scores that mean nothing', async () => {
    for (const text of ['', ' \n ', '\u200b\u0301']) {
      const answer = await shared.score({ text }, never);
      expect(answer).toMatchObject({ windows: { read: 0, total: 0 }, scores: shared.heads.map(() => 0) });
      const explained = await shared.explain({ text }, ['violence'], never);
      expect(explained).toEqual([{ head: 'violence', spans: [] }]);
    }
  });

  test('finds a sentence in the middle of a long text, and says where', async () => {
    const before = `${harmless} `.repeat(5);
    const text = `${before}${threat}. ${`${harmless} `.repeat(5)}`;
    const answer = await shared.score({ text }, never);
    expect(answer.windows.total).toBeGreaterThan(3);
    expect(answer.windows.read).toBe(answer.windows.total);
    expect(scoreOf(answer.scores, 'threat')).toBeGreaterThan(0.5);
    const [start, end] = answer.best![shared.heads.indexOf('threat')]!;
    expect(start).toBeLessThanOrEqual(before.length);
    expect(end).toBeGreaterThanOrEqual(before.length + threat.length);
  });

  test('of a very long text 16 windows are read, and the hinted ones first', async () => {
    const before = `${harmless} `.repeat(61);
    const text = `${before}${threat}. ${`${harmless} `.repeat(70)}`;
    const hinted = await shared.score({ text, hints: [before.length + 5] }, never);
    expect(hinted.windows.read).toBe(16);
    expect(hinted.windows.total).toBeGreaterThan(60);
    expect(scoreOf(hinted.scores, 'threat')).toBeGreaterThan(0.5);
    const [start, end] = hinted.best![shared.heads.indexOf('threat')]!;
    expect(text.slice(start, end)).toContain(threat);
    expect(hinted.best).toHaveLength(shared.heads.length);
  });

  test('a million characters are read like any long text', async () => {
    const answer = await shared.score({ text: '. '.repeat(500_000) }, never);
    expect(answer.windows.read).toBe(16);
    expect(answer.windows.total).toBeGreaterThan(5_000);
  });

  test('names the words that a score rests on, as they stand in the text', async () => {
    const [harassment] = await shared.explain({ text: insult }, ['harassment'], never);
    const words = harassment!.spans.map(({ start, end }) => insult.slice(start, end));
    expect(words[0]).toMatch(/worthless|idiot/);
    expect(words.length).toBeLessThanOrEqual(5);
    const weights = harassment!.spans.map(({ weight }) => weight);
    expect(weights).toEqual(weights.toSorted((one, other) => other - one));
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });

  test('in a long text it looks into the window that counts', async () => {
    const before = `${harmless} `.repeat(4);
    const text = `${before}${threat}. ${harmless}`;
    const explained = await shared.explain({ text }, ['violence', 'threat'], never);
    expect(explained.map(({ head }) => head)).toEqual(['violence', 'threat']);
    for (const { spans } of explained) {
      const heaviest = spans[0]!;
      expect(heaviest.start).toBeLessThan(before.length + threat.length);
      expect(heaviest.end).toBeGreaterThan(before.length);
    }
    await expect(shared.explain({ text }, ['nonsense'], never)).rejects.toThrow(RangeError);
  });
});

describe('when something goes wrong', () => {
  test('a killed process fails what it was at; the next texts are answered again', async () => {
    const workerFile = new URL('./fixtures/mortal-worker.mjs', import.meta.url);
    const encoder = await openEncoder({ inference: { workerFile } });
    const expected = await encoder.score({ text: insult }, never);
    const killed = encoder.score({ text: 'kill -9' }, never);
    await expect(killed).rejects.toMatchObject({ name: 'InferenceError', failure: 'crashed', retryable: true });
    expect(problems).toMatchObject([{ failure: 'crashed' }]);
    await expect(encoder.score({ text: insult }, never)).rejects.toMatchObject({ failure: 'crashed' });
    let answer: Awaited<ReturnType<TextEncoder['score']>> | undefined;
    for (let attempt = 0; answer === undefined && attempt < 500; attempt += 1) {
      await pause(20);
      answer = await encoder.score({ text: insult }, never).catch(() => undefined);
    }
    expect(answer?.scores).toEqual(expected.scores);
  });

  test('while one process is down, the other answers', async () => {
    const workerFile = new URL('./fixtures/mortal-worker.mjs', import.meta.url);
    const encoder = await openEncoder({ processes: 2, inference: { workerFile } });
    await expect(encoder.score({ text: 'kill -9' }, never)).rejects.toMatchObject({ failure: 'crashed' });
    const answers = await Promise.all(texts.map((text) => encoder.score({ text }, never)));
    expect(answers).toHaveLength(texts.length);
  });

  test('while all are down, who waits keeps the program running until one is back', async () => {
    const script = `
      const { createTextEncoder } = await import(${JSON.stringify(new URL('./text-encoder.ts', import.meta.url))});
      const workerFile = new URL(${JSON.stringify(new URL('./fixtures/mortal-worker.mjs', import.meta.url))});
      const encoder = createTextEncoder({ processes: 1, inference: { workerFile } });
      await encoder.open();
      const { signal } = new AbortController();
      const texts = ['kill -9', ...Array.from({ length: 19 }, (_, place) => 'text ' + place)];
      const answers = await Promise.allSettled(texts.map((text) => encoder.score({ text }, signal)));
      console.log(answers.map(({ status }) => status).join(' '));
    `;
    const { stdout } = await run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
    const answers = stdout.trim().split(' ');
    expect(answers[0]).toBe('rejected');
    expect(answers.at(-1)).toBe('fulfilled');
  });

  test('an abort is honoured at once, before and while a text is read', async () => {
    const encoder = await openEncoder();
    await expect(encoder.score({ text: 'a' }, AbortSignal.abort())).rejects.toMatchObject({ failure: 'aborted' });
    const leaving = new AbortController();
    const all = Promise.allSettled(texts.map((text) => encoder.score({ text: `${text} `.repeat(9) }, leaving.signal)));
    await pause(0);
    leaving.abort();
    for (const result of await all)
      expect(result).toMatchObject({ status: 'rejected', reason: { failure: 'aborted' } });
    await expect(encoder.score({ text: insult }, never)).resolves.toMatchObject({ windows: { read: 1, total: 1 } });
    expect(problems).toEqual([]);
  });

  test('short texts overtake long ones', async () => {
    const encoder = await openEncoder();
    const order: string[] = [];
    const long = encoder.score({ text: `${harmless} `.repeat(40) }, never).then(() => order.push('long'));
    await pause(0);
    const short = encoder.score({ text: insult }, never).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });

  test('further texts are refused where too many wait', async () => {
    const encoder = await openEncoder({ maximumWaiting: 3 });
    const results = await Promise.allSettled(texts.map((text) => encoder.score({ text }, never)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(texts.length - 3);
    for (const result of refused) expect(result.reason).toMatchObject({ failure: 'overloaded', retryable: true });
  });

  test('a closed one refuses, also what was waiting', async () => {
    const encoder = await openEncoder();
    const waiting = Promise.allSettled(texts.map((text) => encoder.score({ text }, never)));
    await encoder.close();
    for (const result of await waiting) expect(result).toMatchObject({ reason: { failure: 'closed' } });
    await expect(encoder.score({ text: 'a' }, never)).rejects.toMatchObject({ failure: 'closed' });
  });
});

describe('the files of the model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-encoder-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const manifestPath = join(folder, 'model.json');

  test('damaged weights are told of, and every text is refused as unanswerable', async () => {
    copyFileSync(join(models, 'model.json'), manifestPath);
    mkdirSync(join(folder, 'vocab'));
    for (const file of ['vocab/vocab.txt', 'vocab/emoji-names.json'])
      copyFileSync(join(models, file), join(folder, file));
    const weights = readFileSync(join(models, 'model.onnx'));
    weights[weights.length >> 1]! ^= 1;
    writeFileSync(join(folder, 'model.onnx'), weights);
    const encoder = await openEncoder({ manifestPath, processes: 2 });
    for (let round = 0; round < 2; round += 1) {
      const answer = encoder.score({ text: 'a' }, never);
      await expect(answer).rejects.toMatchObject({ failure: 'model', retryable: false });
    }
    expect(problems[0]?.message).toMatch(/model\.onnx has the SHA-256 .* damaged\. Restore/);
  });

  test('a manifest that is none, or leads out of its folder, is refused', () => {
    expect(() => createTextEncoder({ manifestPath: join(folder, 'nothing.json') })).toThrow(ModelFileError);
    const manifest = readModelFile('model.json') as { weights: object };
    writeFileSync(
      manifestPath,
      JSON.stringify({ ...manifest, weights: { ...manifest.weights, file: '../model.onnx' } }),
    );
    expect(() => createTextEncoder({ manifestPath })).toThrow(ModelFileError);
  });
});
