import { describe, expect, it } from 'vitest';
import { microBatch } from './micro-batch.ts';

describe('microBatch', () => {
  it('joins what comes in the same turn, up to the maximum, and answers in order', async () => {
    const sizes: number[] = [];
    const double = microBatch<number, number>({
      maximumSize: 2,
      concurrency: 1,
      run: async (requests) => {
        sizes.push(requests.length);
        return requests.map((request) => request * 2);
      },
    });
    expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6]);
    expect(sizes).toEqual([2, 1]);
  });

  it('fails every request of a batch that failed, and goes on with the next', async () => {
    const run = microBatch<string, string>({
      maximumSize: 1,
      concurrency: 1,
      run: async ([request]) => {
        if (request === 'bad') throw new Error('no');
        return [request!];
      },
    });
    const answers = await Promise.allSettled([run('bad'), run('good')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('takes a request that comes the moment the last one is answered', async () => {
    const echo = microBatch<number, number>({ maximumSize: 8, concurrency: 1, run: async (requests) => requests });
    const chained = echo(1).then((first) => echo(first + 1));
    const late = new Promise((resolve) => setTimeout(() => resolve('never taken'), 2_000));
    expect(await Promise.race([chained, late])).toBe(2);
  });
});
