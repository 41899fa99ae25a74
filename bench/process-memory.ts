import { readdirSync, readFileSync } from 'node:fs';
import type { BenchRow } from './table.ts';

/** By which the encoder's processes are known. */
export const encoderEntry = 'text-encoder-worker.ts';

interface ProcessMemory {
  /** Resident memory in MiB, in sum: pages of programs and libraries that processes share count in each. */
  readonly residentMb: number;
  /** The same with what is shared counted in parts. */
  readonly proportionalMb: number;
}

const parentOf = (pid: string): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; state and parent follow it.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const kibibytes = (rollup: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(rollup)?.[1]);

/** Processes that `parent` started with this entry file, from proc(5); undefined where the system does not tell. */
export const childrenOf = (parent: number, entryFile: string): readonly number[] | undefined => {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  return pids
    .filter((pid) => {
      try {
        return parentOf(pid) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(entryFile);
      } catch {
        // It ended in the meantime.
        return false;
      }
    })
    .map(Number);
};

/** Memory of processes in sum; undefined where the system does not tell. */
const memoryOf = (pids: readonly number[]): ProcessMemory | undefined => {
  try {
    const rollups = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    const sum = (name: string): number => rollups.reduce((total, rollup) => total + kibibytes(rollup, name), 0) / 1_024;
    return { residentMb: sum('Rss'), proportionalMb: sum('Pss') };
  } catch {
    return undefined;
  }
};

/** @param pids undefined where the system does not tell them */
export const memoryRow = (name: string, pids: readonly number[] | undefined, remark?: string): BenchRow => {
  const found = pids === undefined || pids.length === 0 ? undefined : memoryOf(pids);
  if (found === undefined) return { name, note: 'this system does not tell' };
  const { residentMb, proportionalMb } = found;
  const inSum = `${residentMb.toFixed(0)} MB resident in ${pids!.length} processes in sum, ${proportionalMb.toFixed(0)} with shared pages counted once`;
  return { name, note: remark === undefined ? inSum : `${remark}; ${inSum}` };
};
