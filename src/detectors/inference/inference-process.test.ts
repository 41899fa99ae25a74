import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { InferenceError } from './errors.ts';
import { InferenceProcess, type InferenceProcessOptions } from './inference-process.ts';

const opened: InferenceProcess<string, string>[] = [];
const problems: InferenceError[] = [];
const never = new AbortController().signal;

const openProcess = async (
  options: Partial<InferenceProcessOptions> = {},
): Promise<InferenceProcess<string, string>> => {
  const model = new InferenceProcess<string, string>({
    workerFile: new URL('./fixtures/moody-worker.mjs', import.meta.url),
    settings: {},
    maximumWaiting: 10,
    maximumWaitingBytes: 1_000,
    jobTimeoutMs: 5_000,
    restartPauseMs: 20,
    restartPauseLimitMs: 200,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  opened.push(model);
  await model.open();
  return model;
};

const untilServed = async (model: InferenceProcess<string, string>): Promise<void> => {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answer = await model.run('again', 1, never).catch(() => undefined);
    if (answer === 'again, thank you') return;
    await pause(10);
  }
  throw new Error('it never came back');
};

afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.close()));
  problems.length = 0;
});

describe('an inference process', () => {
  test('answers jobs in order', async () => {
    const model = await openProcess();
    const order: string[] = [];
    const jobs = ['one', 'two', 'three'].map((name) => model.run(name, 1, never).then((answer) => order.push(answer)));
    await Promise.all(jobs);
    expect(order).toEqual(['one, thank you', 'two, thank you', 'three, thank you']);
  });

  test('a crash fails the job in flight alone: those that wait are served by the next process', async () => {
    const model = await openProcess();
    const [crashed, waited] = await Promise.allSettled([model.run('crash', 1, never), model.run('fine', 1, never)]);
    expect(crashed).toMatchObject({ status: 'rejected', reason: { failure: 'crashed', retryable: true } });
    expect(waited).toMatchObject({ status: 'fulfilled', value: 'fine, thank you' });
    expect(problems).toHaveLength(1);
  });

  test('refuses while it is down, and survives crash after crash', async () => {
    const model = await openProcess();
    for (let round = 0; round < 3; round += 1) {
      await expect(model.run('crash', 1, never)).rejects.toMatchObject({ failure: 'crashed' });
      await expect(model.run('meanwhile', 1, never)).rejects.toMatchObject({ failure: 'crashed' });
      await untilServed(model);
    }
  });

  test('a hung process is replaced, also one that does not listen', async () => {
    const model = await openProcess({ jobTimeoutMs: 50 });
    await expect(model.run('hang', 1, never)).rejects.toMatchObject({ failure: 'timeout' });
    await untilServed(model);
    await expect(model.run('busy', 1, never)).rejects.toMatchObject({ failure: 'timeout' });
    await untilServed(model);
  });

  test('content that cannot be processed fails alone, and names no more than the kind of error', async () => {
    const model = await openProcess();
    const results = await Promise.allSettled([model.run('throw', 1, never), model.run('fine', 1, never)]);
    expect(results[0]).toMatchObject({ reason: { failure: 'refused', retryable: false } });
    expect(results[1]).toMatchObject({ status: 'fulfilled' });
    expect(problems).toEqual([]);
  });

  test('an abort is honoured at once, and the process is told that nobody waits', async () => {
    const model = await openProcess();
    const gone = AbortSignal.abort();
    await expect(model.run('fine', 1, gone)).rejects.toMatchObject({ failure: 'aborted' });
    const during = new AbortController();
    const waiting = model.run('wait', 1, during.signal);
    const behind = model.run('fine', 1, never);
    await turn();
    during.abort();
    await expect(waiting).rejects.toMatchObject({ failure: 'aborted' });
    // It works until it is told, and would be replaced if it never was.
    await expect(behind).resolves.toBe('fine, thank you');
    expect(problems).toEqual([]);
  });

  test('refuses when too many or too large jobs wait, and frees the places of those that gave up', async () => {
    const model = await openProcess({ maximumWaiting: 2 });
    const inFlight = expect(model.run('hang', 1, never)).rejects.toMatchObject({ failure: 'closed' });
    const abort = new AbortController();
    const first = model.run('first', 900, abort.signal);
    await expect(model.run('too large', 200, never)).rejects.toMatchObject({ failure: 'overloaded' });
    const second = model.run('second', 50, abort.signal);
    await expect(model.run('too many', 1, never)).rejects.toMatchObject({ failure: 'overloaded' });
    abort.abort();
    await Promise.allSettled([first, second]);
    const next = expect(model.run('room again', 500, never)).rejects.toMatchObject({ failure: 'closed' });
    await model.close();
    await Promise.all([next, inFlight]);
  });

  test('a model that cannot be used is told of once and refuses every job', async () => {
    const model = await openProcess({ settings: { broken: true } });
    for (let round = 0; round < 2; round += 1) {
      await expect(model.run('fine', 1, never)).rejects.toMatchObject({ failure: 'model', retryable: false });
    }
    expect(problems).toMatchObject([{ failure: 'model', message: 'the file is damaged' }]);
  });

  test('is started by the first job where nobody opened it, and ends with whoever has it', async () => {
    const lazy = new InferenceProcess<string, string>({
      workerFile: new URL('./fixtures/moody-worker.mjs', import.meta.url),
      settings: {},
      maximumWaiting: 10,
      maximumWaitingBytes: 1_000,
      jobTimeoutMs: 5_000,
      restartPauseMs: 20,
      restartPauseLimitMs: 200,
      onProblem: (problem) => problems.push(problem),
    });
    opened.push(lazy);
    await expect(lazy.run('fine', 1, never)).resolves.toBe('fine, thank you');
  });

  test('can be closed while it starts and in the middle of its work', async () => {
    const model = await openProcess();
    const busy = expect(model.run('busy', 1, never)).rejects.toMatchObject({ failure: 'closed' });
    await turn();
    await model.close();
    await busy;
    const starting = openProcess();
    await Promise.all(opened.map((one) => one.close()));
    await starting;
    expect(problems).toEqual([]);
  });

  test('refuses after it is closed', async () => {
    const model = await openProcess();
    await model.close();
    await expect(model.run('fine', 1, never)).rejects.toMatchObject({ failure: 'closed' });
  });
});
