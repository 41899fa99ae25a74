import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';

/** Work that goes on until it is told to finish. */
const openWork = () => {
  let finish = (): void => {};
  const work = (): Promise<void> =>
    new Promise((resolve) => {
      finish = resolve;
    });
  return { work, finish: () => finish() };
};

describe('Gate', () => {
  it('lets in so many at a time, in the order in which they came, also after failures', async () => {
    const gate = new Gate(2);
    const begun: number[] = [];
    let inside = 0;
    let most = 0;
    const work = (index: number) =>
      gate.run(async () => {
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
    const gate = new Gate(1, { maximumWaiting: 1, refusal: () => new Error('full') });
    const { work, finish } = openWork();
    const first = gate.run(work);
    const second = gate.run(async () => 'second');
    await expect(gate.run(async () => 'third')).rejects.toThrow('full');
    expect(await gate.enter()).toBe('full');
    finish();
    await first;
    expect(await second).toBe('second');
    expect(await gate.run(async () => 'later')).toBe('later');
  });

  it('whoever gives up while waiting loses the turn, and nobody else does', async () => {
    const gate = new Gate(1);
    const { work, finish } = openWork();
    const first = gate.run(work);
    const impatient = new AbortController();
    const givenUp = gate.run(async () => 'never', impatient.signal);
    const entered = gate.enter(new AbortController().signal);
    impatient.abort(new Error('given up'));
    await expect(givenUp).rejects.toThrow('given up');
    expect(await gate.enter(AbortSignal.abort())).toBe('aborted');
    finish();
    await first;
    const leave = await entered;
    if (typeof leave !== 'function') throw new Error(leave);
    // Leaving twice gives one place back, not two.
    leave();
    leave();
    const again = openWork();
    const alone = gate.run(again.work);
    const waiting = new AbortController();
    const behind = gate.enter(waiting.signal);
    waiting.abort();
    expect(await behind).toBe('aborted');
    again.finish();
    await alone;
  });
});
