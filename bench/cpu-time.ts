import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second (USER_HZ) on every machine that it runs on. */
const ticksPerSecond = 100;

/**
 * CPU seconds that a process has used in all its threads, from proc(5); undefined where the system does not tell. Unlike a rate, it hardly
 * depends on what else the machine is doing.
 */
export const cpuSeconds = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; utime and stime are the 14th and 15th field, the 12th and 13th behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return undefined;
  }
};
