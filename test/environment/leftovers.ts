import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateCluster } from '../../src/platform/database/embedded-cluster.ts';
import { runningPostmaster, stopPostmaster } from '../../src/platform/database/embedded-postmaster.ts';
import { isAlive } from '../../src/platform/database/is-alive.ts';

/** Temporary data folders are named with this, the process id of the run, and something random. */
export const temporaryPrefix = 'tidegate-test-';

/** Stops and removes the servers of test runs that were killed before they could. */
export async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${temporaryPrefix}(\\d+)-`).exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    try {
      if (existsSync(join(folder, 'postgres'))) {
        const cluster = locateCluster(folder);
        const postmaster = runningPostmaster(cluster);
        if (postmaster !== undefined) await stopPostmaster(cluster, postmaster);
      }
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      // Somebody else's, or half gone: it is in nobody's way.
      console.error(`Leftover ${folder} stays: ${String(error)}`);
    }
  }
}
