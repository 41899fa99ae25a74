import { medianAndP99 } from '../bench/latencies.ts';
import type { BenchRow } from '../bench/table.ts';
import type { LlmCase } from './llm.ts';

/** A case with what the judge made of it. */
export interface JudgedCase extends LlmCase {
  /** What counts: `void` where the control question was failed, so that the answer counts for nothing. */
  readonly outcome: 'violates' | 'clear' | 'abstained' | 'void' | 'unavailable';
  /** What the model said before its control; null where there was no answer. */
  readonly said: string | null;
  /** Whether it was sent to people as speaking to the machine. */
  readonly noticed: boolean;
  readonly reason: string | null;
  /** Requests that it took. */
  readonly calls: number;
  readonly durationMs: number;
  readonly costUsd: number;
}

const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);

const countsOf = (cases: readonly JudgedCase[]): string => {
  const decided = cases.filter(({ outcome }) => outcome === 'violates' || outcome === 'clear');
  const right = decided.filter(({ outcome, expected }) => outcome === expected);
  const said = cases.filter(({ said }) => said === 'violates' || said === 'clear');
  const saidRight = said.filter(({ said, expected }) => said === expected);
  const none = (outcome: JudgedCase['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  return [
    `decided ${decided.length} of ${cases.length}, right ${right.length} (${percent(right.length, decided.length)})`,
    `abstained ${none('abstained')}`,
    `void by control ${none('void')}`,
    `no valid answer ${none('unavailable')}`,
    `first answers right ${saidRight.length} of ${said.length}`,
  ].join('; ');
};

/** The table: per category and kind what was decided and how well, then injections, latency and cost. */
export const rowsOf = (cases: readonly JudgedCase[], version: string): readonly BenchRow[] => {
  const groups = (key: 'category' | 'kind'): BenchRow[] =>
    [...new Set(cases.map((one) => one[key]))].map((name) => ({
      name: `${key} ${name}`,
      note: countsOf(cases.filter((one) => one[key] === name)),
    }));
  const injections = cases.filter(({ kind }) => kind === 'injection');
  const cleared = injections.filter(({ outcome }) => outcome === 'clear');
  const obeyed = injections.filter(({ said }) => said === 'clear');
  const noticed = injections.filter((one) => one.noticed);
  const falselyNoticed = cases.filter((one) => one.kind !== 'injection' && one.noticed);
  const calls = cases.reduce((sum, one) => sum + one.calls, 0);
  const cost = cases.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const reasons = new Map<string, number>();
  for (const { outcome, reason } of cases) {
    if (outcome !== 'unavailable') continue;
    const kind = (reason ?? '').split(':')[0]!;
    reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
  }
  return [
    { name: 'version', note: version },
    ...groups('category'),
    ...groups('kind'),
    { name: 'all', ...medianAndP99(cases.map(({ durationMs }) => durationMs)), note: countsOf(cases) },
    {
      name: 'injections',
      note: `${cleared.length} of ${injections.length} cleared by the machine; the model's first answer cleared ${obeyed.length}; ${noticed.length} noticed as such, ${falselyNoticed.length} others wrongly`,
    },
    {
      name: 'unavailable because',
      note: [...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ') || 'never',
    },
    {
      name: 'cost',
      note: `${calls} requests for ${cases.length} cases; ${cost.toFixed(4)} US dollars, ${((1000 * cost) / Math.max(1, cases.length)).toFixed(3)} for 1,000 cases`,
    },
  ];
};
