import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { InferenceError } from './errors.ts';
import { InferenceThread, type InferenceThreadOptions } from './inference-thread.ts';

const opened: InferenceThread<string, string>[] = [];
const problems: InferenceError[] = [];
const never = new AbortController().signal;

const openThread = async (options: Partial<InferenceThreadOptions> = {}): Promise<InferenceThread<string, string>> => {
  const thread = new InferenceThread<string, string>({
    workerFile: new URL('./fixtures/moody-worker.mjs', import.meta.url),
    settings: {},
    name: 'moody',
    maximumWaiting: 10,
    maximumWaitingBytes: 1_000,
    jobTimeoutMs: 5_000,
    restartPauseMs: 20,
    restartPauseLimitMs: 200,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  opened.push(thread);
  await thread.open();
  return thread;
};

const untilServed = async (thread: InferenceThread<string, string>): Promise<void> => {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answer = await thread.run('again', 1, never).catch(() => undefined);
    if (answer === 'again, thank you') return;
    await pause(10);
  }
  throw new Error('the thread never came back');
};

afterEach(async () => {
  await Promise.all(opened.splice(0).map((thread) => thread.close()));
  problems.length = 0;
});

describe('an inference thread', () => {
  test('answers jobs in order', async () => {
    const thread = await openThread();
    const order: string[] = [];
    const jobs = ['one', 'two', 'three'].map((name) => thread.run(name, 1, never).then((answer) => order.push(answer)));
    await Promise.all(jobs);
    expect(order).toEqual(['one, thank you', 'two, thank you', 'three, thank you']);
  });

  test('a crash fails the job in flight alone: those that wait are served by the next thread', async () => {
    const thread = await openThread();
    const [crashed, waited] = await Promise.allSettled([thread.run('crash', 1, never), thread.run('fine', 1, never)]);
    expect(crashed).toMatchObject({ status: 'rejected', reason: { failure: 'crashed', retryable: true } });
    expect(waited).toMatchObject({ status: 'fulfilled', value: 'fine, thank you' });
    expect(problems).toHaveLength(1);
  });

  test('refuses while it is down, and survives crash after crash', async () => {
    const thread = await openThread();
    for (let round = 0; round < 3; round += 1) {
      await expect(thread.run('crash', 1, never)).rejects.toMatchObject({ failure: 'crashed' });
      await expect(thread.run('meanwhile', 1, never)).rejects.toMatchObject({ failure: 'crashed' });
      await untilServed(thread);
    }
  });

  test('a hung thread is replaced', async () => {
    const thread = await openThread({ jobTimeoutMs: 50 });
    await expect(thread.run('hang', 1, never)).rejects.toMatchObject({ failure: 'timeout' });
    await untilServed(thread);
  });

  test('a picture that cannot be processed fails alone, and names no more than the kind of error', async () => {
    const thread = await openThread();
    const results = await Promise.allSettled([thread.run('throw', 1, never), thread.run('fine', 1, never)]);
    expect(results[0]).toMatchObject({ reason: { failure: 'refused', retryable: false } });
    expect(results[1]).toMatchObject({ status: 'fulfilled' });
    expect(problems).toEqual([]);
  });

  test('an abort is honoured at once, and the thread is told that nobody waits', async () => {
    const thread = await openThread();
    const gone = AbortSignal.abort();
    await expect(thread.run('fine', 1, gone)).rejects.toMatchObject({ failure: 'aborted' });
    const during = new AbortController();
    const waiting = thread.run('wait', 1, during.signal);
    const behind = thread.run('fine', 1, never);
    await turn();
    during.abort();
    await expect(waiting).rejects.toMatchObject({ failure: 'aborted' });
    // The thread works until it is told, and would be replaced if it never was.
    await expect(behind).resolves.toBe('fine, thank you');
    expect(problems).toEqual([]);
  });

  test('refuses when too many or too large jobs wait, and frees the places of those that gave up', async () => {
    const thread = await openThread({ maximumWaiting: 2 });
    const inFlight = expect(thread.run('hang', 1, never)).rejects.toMatchObject({ failure: 'closed' });
    const abort = new AbortController();
    const first = thread.run('first', 900, abort.signal);
    await expect(thread.run('too large', 200, never)).rejects.toMatchObject({ failure: 'overloaded' });
    const second = thread.run('second', 50, abort.signal);
    await expect(thread.run('too many', 1, never)).rejects.toMatchObject({ failure: 'overloaded' });
    abort.abort();
    await Promise.allSettled([first, second]);
    const next = expect(thread.run('room again', 500, never)).rejects.toMatchObject({ failure: 'closed' });
    await thread.close();
    await Promise.all([next, inFlight]);
  });

  test('a model that cannot be used is told of once and refuses every job', async () => {
    const thread = await openThread({ settings: { broken: true } });
    for (let round = 0; round < 2; round += 1) {
      await expect(thread.run('fine', 1, never)).rejects.toMatchObject({ failure: 'model', retryable: false });
    }
    expect(problems).toMatchObject([{ failure: 'model', message: 'the file is damaged' }]);
  });

  test('refuses before it is opened and after it is closed', async () => {
    const thread = await openThread();
    await thread.close();
    await expect(thread.run('fine', 1, never)).rejects.toMatchObject({ failure: 'closed' });
  });
});
