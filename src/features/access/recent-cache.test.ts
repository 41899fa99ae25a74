import { describe, expect, test } from 'vitest';
import { RecentCache } from './recent-cache.ts';

interface Known {
  readonly id: string;
}

/** A cache over a store whose answers come when they are told to. */
const createCache = () => {
  const waiting: { resolve: (value: Known | null) => void; reject: (error: Error) => void }[] = [];
  const cache = new RecentCache<Known>({
    read: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
    maximumAgeMs: 1_000,
    maximumEntries: 2,
  });
  return { cache, waiting };
};

describe('what was read a moment ago', () => {
  test('is not read again until it is too old, whether it was there or not', async () => {
    for (const value of [{ id: 'a' }, null]) {
      const { cache, waiting } = createCache();
      const first = cache.get('key', 5_000);
      waiting[0]!.resolve(value);
      expect(await first).toBe(value);
      expect(cache.peek('key', 5_999)).toBe(value);
      expect(cache.peek('key', 6_000)).toBeUndefined();
      expect(cache.peek('key', 4_999)).toBeUndefined();
      expect(waiting).toHaveLength(1);
    }
  });

  test('is read once for all who ask at the same time', async () => {
    const { cache, waiting } = createCache();
    const asked = [1, 2, 3].map(() => cache.get('key', 0));
    waiting[0]!.resolve({ id: 'a' });
    expect(await Promise.all(asked)).toEqual([{ id: 'a' }, { id: 'a' }, { id: 'a' }]);
    expect(waiting).toHaveLength(1);
  });

  test('is forgotten by what it is of, and what is missing with it', async () => {
    const { cache, waiting } = createCache();
    for (const value of [{ id: 'a' }, { id: 'b' }]) {
      const asked = cache.get(`key-${value.id}`, 0);
      waiting.at(-1)!.resolve(value);
      await asked;
    }
    cache.forget(({ id }) => id === 'a');
    expect(cache.peek('key-a', 0)).toBeUndefined();
    expect(cache.peek('key-b', 0)).toEqual({ id: 'b' });
  });

  test('is not kept if something was forgotten while it was being read: it may be from before', async () => {
    const { cache, waiting } = createCache();
    const before = cache.get('key', 0);
    cache.forget(() => false);
    const after = cache.get('key', 0);
    waiting[0]!.resolve({ id: 'old' });
    expect(await before).toEqual({ id: 'old' });
    expect(cache.peek('key', 0)).toBeUndefined();
    waiting[1]!.resolve({ id: 'new' });
    expect(await after).toEqual({ id: 'new' });
    expect(cache.peek('key', 0)).toEqual({ id: 'new' });
  });

  test('is not kept if the reading failed; the next asks again', async () => {
    const { cache, waiting } = createCache();
    const failing = cache.get('key', 0);
    waiting[0]!.reject(new Error('the database is away'));
    await expect(failing).rejects.toThrow('away');
    const next = cache.get('key', 0);
    waiting[1]!.resolve({ id: 'a' });
    expect(await next).toEqual({ id: 'a' });
  });
});
