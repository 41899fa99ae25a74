import { describe, expect, it } from 'vitest';
import { createGate } from './gate.ts';

describe('createGate', () => {
  it('lets in so many at a time, in the order in which they came, also after failures', async () => {
    const gate = createGate(2);
    const begun: number[] = [];
    let inside = 0;
    let most = 0;
    const work = (index: number) =>
      gate(async () => {
        begun.push(index);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        if (index % 3 === 0) throw new Error('no');
        return index;
      });
    const results = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => work(index)));
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => index % 3 !== 0),
    );
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(2);
    expect(await work(1)).toBe(1);
  });

  it('refuses whoever finds too many waiting', async () => {
    const gate = createGate(1, { maximumWaiting: 1, refusal: () => new Error('full') });
    let finish = () => {};
    const first = gate(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = gate(async () => 'second');
    await expect(gate(async () => 'third')).rejects.toThrow('full');
    finish();
    await first;
    expect(await second).toBe('second');
    expect(await gate(async () => 'later')).toBe('later');
  });
});
