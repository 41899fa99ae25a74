import { afterEach, describe, expect, test } from 'vitest';
import { ClassifierPool } from './classifier-pool.ts';
import type { ClassifierError } from './errors.ts';
import type { ClassifierPoolOptions } from './pool-options.ts';

const opened: ClassifierPool[] = [];
const problems: ClassifierError[] = [];

async function openPool(options: Partial<ClassifierPoolOptions> = {}): Promise<ClassifierPool> {
  const pool = new ClassifierPool({
    manifestPath: 'unused',
    workers: 1,
    maximumBatch: 32,
    maximumWaiting: 100,
    batchTimeoutMs: 2000,
    restartPauseMs: 20,
    restartPauseLimitMs: 200,
    workerFile: new URL('./fixtures/crashing-worker.mjs', import.meta.url),
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  opened.push(pool);
  await pool.open();
  return pool;
}

async function untilServed(pool: ClassifierPool, text: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answered = await pool.classify(text).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the pool never came back');
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((pool) => pool.close()));
  problems.length = 0;
});

describe('the worker pool', () => {
  test('gathers texts that arrive together into batches of the set size', async () => {
    const pool = await openPool({ maximumBatch: 4 });
    const judged = await Promise.all(Array.from({ length: 10 }, (_, index) => pool.classify(`text ${index}`)));
    expect(judged.map(({ durationMs }) => durationMs)).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 2, 2]);
  });

  test('lets no short text wait behind long ones', async () => {
    const pool = await openPool();
    const order: string[] = [];
    const classify = (name: string, text: string) => pool.classify(text).then(() => order.push(name));
    const long = 'long '.repeat(10_000);
    await Promise.all([classify('long 1', long), classify('long 2', long), classify('short', 'short')]);
    expect(order).toEqual(['short', 'long 1', 'long 2']);
  });

  test('a crash fails the texts in flight, tells of it, and the next ones are served by a new worker', async () => {
    const pool = await openPool();
    const together = await Promise.allSettled([pool.classify('fine'), pool.classify('crash')]);
    expect(together.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(together[0]).toMatchObject({ reason: { failure: 'crashed', retryable: true } });
    expect(problems).toHaveLength(1);
    await expect(pool.classify('while it is down')).rejects.toMatchObject({ failure: 'crashed' });
    await untilServed(pool, 'again');
  });

  test('survives crash after crash', async () => {
    const pool = await openPool();
    for (let round = 0; round < 3; round += 1) {
      await expect(pool.classify('crash')).rejects.toMatchObject({ failure: 'crashed' });
      await untilServed(pool, 'fine');
    }
    expect(problems.length).toBeGreaterThanOrEqual(3);
  });

  test('a hung worker is replaced', async () => {
    const pool = await openPool({ batchTimeoutMs: 50 });
    await expect(pool.classify('hang')).rejects.toMatchObject({ failure: 'timeout' });
    await untilServed(pool, 'fine');
  });

  test('a text that cannot be processed fails alone', async () => {
    const pool = await openPool();
    const results = await Promise.allSettled([pool.classify('fine'), pool.classify('throw'), pool.classify('fine')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('an abort is honoured at once, before and during the work', async () => {
    const pool = await openPool();
    const gone = new AbortController();
    gone.abort();
    await expect(pool.classify('fine', gone.signal)).rejects.toMatchObject({ failure: 'aborted' });
    const during = new AbortController();
    const hung = pool.classify('hang', during.signal);
    await new Promise((resolve) => setImmediate(resolve));
    during.abort();
    await expect(hung).rejects.toMatchObject({ failure: 'aborted' });
  });

  test('refuses when too many wait, and frees the places of those that gave up', async () => {
    const pool = await openPool({ maximumWaiting: 3 });
    const inFlight = expect(pool.classify('hang')).rejects.toMatchObject({ failure: 'closed' });
    await new Promise((resolve) => setImmediate(resolve));
    const abort = new AbortController();
    const waiting = [1, 2, 3].map((index) => pool.classify(`wait ${index}`, abort.signal));
    await expect(pool.classify('one too many')).rejects.toMatchObject({ failure: 'overloaded' });
    abort.abort();
    await Promise.allSettled(waiting);
    const next = expect(pool.classify('there is room again')).rejects.toMatchObject({ failure: 'closed' });
    await pool.close();
    await Promise.all([next, inFlight]);
  });

  test('refuses before it is opened and after it is closed', async () => {
    const pool = await openPool();
    await pool.close();
    await expect(pool.classify('fine')).rejects.toMatchObject({ failure: 'closed' });
  });
});
