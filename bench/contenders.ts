import { performance } from 'node:perf_hooks';
import { medianAndP99 } from './latencies.ts';
import type { BenchRow } from './table.ts';

/** One of several ways to do the same. */
export interface Contender<Input> {
  readonly name: string;
  readonly note?: string;
  call(input: Input): Promise<unknown>;
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const rowOf = (name: string, latencies: readonly number[], note: string): BenchRow => ({
  name,
  ...medianAndP99(latencies),
  perSecond: 1_000 / average(latencies),
  note,
});

/**
 * Times each contender on the same inputs, by turns, so that whatever else the machine does disturbs all alike; after a round that is not
 * measured. Figures are of all rounds; the ratios are those of medians to that of the first contender.
 */
export const takeTurns = async <Input>(
  contenders: readonly Contender<Input>[],
  inputs: readonly Input[],
  rounds = 3,
): Promise<BenchRow[]> => {
  const latencies = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const input of inputs) {
      for (const [index, contender] of contenders.entries()) {
        const started = performance.now();
        await contender.call(input);
        if (round > 0) latencies[index]!.push(performance.now() - started);
      }
    }
  }
  const first = medianAndP99(latencies[0]!).medianMs;
  return contenders.map(({ name, note }, index) => {
    const ratio = medianAndP99(latencies[index]!).medianMs / first;
    return rowOf(
      name,
      latencies[index]!,
      [index === 0 ? undefined : `${ratio.toFixed(2)} times the median above`, note].filter(Boolean).join('; '),
    );
  });
};

export interface Throughput {
  readonly perSecond: number;
  /** From the moment that each was asked for, milliseconds. */
  readonly latencies: readonly number[];
}

/** What comes through where so many are always under way. */
export const saturate = async <Input>(
  call: (input: Input) => Promise<unknown>,
  inputs: readonly Input[],
  underWay: number,
): Promise<Throughput> => {
  const latencies: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < inputs.length) {
      const input = inputs[next++]!;
      const started = performance.now();
      await call(input);
      latencies.push(performance.now() - started);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: underWay }, client));
  return { perSecond: (inputs.length * 1_000) / (performance.now() - started), latencies };
};

/** Throughput of contenders by turns, after a round that is not measured; the median of the rounds. */
export const saturateByTurns = async <Input>(
  contenders: readonly Contender<Input>[],
  inputs: readonly Input[],
  { underWay, rounds = 3 }: { readonly underWay: number; readonly rounds?: number },
): Promise<BenchRow[]> => {
  const found = contenders.map((): Throughput[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const throughput = await saturate((input: Input) => contender.call(input), inputs, underWay);
      if (round > 0) found[index]!.push(throughput);
    }
  }
  const middle = (all: readonly Throughput[]): number =>
    all.map(({ perSecond }) => perSecond).toSorted((one, other) => one - other)[Math.floor(all.length / 2)]!;
  const first = middle(found[0]!);
  return contenders.map(({ name, note }, index) => {
    const perSecond = middle(found[index]!);
    const compared = index === 0 ? `${underWay} always under way` : `${(perSecond / first).toFixed(2)} times as many`;
    return {
      name,
      ...medianAndP99(found[index]!.flatMap(({ latencies }) => latencies)),
      perSecond,
      note: [compared, note].filter(Boolean).join('; '),
    };
  });
};
