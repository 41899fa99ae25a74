import { performance } from 'node:perf_hooks';
import { medianAndP99 } from './latencies.ts';
import type { BenchRow } from './table.ts';

const rounds = 5;

/**
 * Times each call in several rounds, after an unmeasured one. The figures are of the last round; what each call took in its best round stands
 * beside them, since on a machine that does other things too the tail of one round is theirs.
 */
export const measure = async (name: string, calls: readonly (() => unknown)[], note?: string): Promise<BenchRow> => {
  for (const call of calls) await call();
  const best = new Float64Array(calls.length).fill(Number.POSITIVE_INFINITY);
  const last = new Float64Array(calls.length);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, call] of calls.entries()) {
      const started = performance.now();
      await call();
      const elapsed = performance.now() - started;
      last[index] = elapsed;
      best[index] = Math.min(best[index]!, elapsed);
    }
  }
  const undisturbed = `p99 of the best of ${rounds} rounds ${medianAndP99(best).p99Ms.toFixed(3)} ms`;
  return {
    name,
    ...medianAndP99(last),
    perSecond: (1_000 * calls.length) / last.reduce((sum, elapsed) => sum + elapsed, 0),
    note: note === undefined ? undisturbed : `${undisturbed}; ${note}`,
  };
};
