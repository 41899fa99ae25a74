import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { locateCluster } from '#platform/database/embedded-cluster.ts';
import { startEmbeddedPostgres } from '#platform/database/embedded-postgres.ts';
import { runningPostmaster, stopPostmaster } from '#platform/database/embedded-postmaster.ts';
import { cliEnvironment } from '#test/support/run-cli.ts';

const main = join(import.meta.dirname, '../../../src/apps/cli/main.ts');
// The name lets a later test run stop and remove what a killed one leaves (test/environment/leftovers.ts).
const folderPrefix = `tidegate-test-${process.pid}-`;

/** `tidegate start` as a process of its own, on the embedded PostgreSQL in a folder of its own; survives being killed. */
export class Installation {
  readonly apiKey = 'a key for the crash tests, long enough'.replaceAll(' ', '-').replaceAll(',', '');
  readonly dataDir = mkdtempSync(join(tmpdir(), folderPrefix));
  #child: ChildProcess | undefined;
  readonly #printed: string[] = [];

  constructor() {
    if (process.getuid?.() === 0) chmodSync(this.dataDir, 0o711);
  }

  get environment(): Record<string, string> {
    return { TIDEGATE_DATA_DIR: this.dataDir, TIDEGATE_API_KEY: this.apiKey, TIDEGATE_LOG_LEVEL: 'warn' };
  }

  /** Starts the process; gives the address that it prints. @throws Error with its output where it ends instead */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [main, 'start', '--port', '0'], {
      env: cliEnvironment(this.environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.on('data', (data: Buffer) => this.#printed.push(data.toString('utf8')));
    for await (const line of createInterface({ input: child.stdout })) {
      this.#printed.push(line);
      const address = /Console\s+(http:\S+)/.exec(line)?.[1];
      if (address !== undefined) return address;
    }
    throw new Error(`tidegate start ended: ${this.#printed.join('\n')}`);
  }

  /** Everything that the processes have said. */
  get output(): string {
    return this.#printed.join('');
  }

  /** SIGKILL: nothing gets the chance to tidy up. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Kills PostgreSQL's postmaster in the same way. */
  killPostmaster(): void {
    const postmaster = runningPostmaster(locateCluster(this.dataDir));
    if (postmaster !== undefined) process.kill(postmaster.pid, 'SIGKILL');
  }

  /** The database of the installation, for looking into it; the server is started where it does not run. */
  openDatabase(): ReturnType<typeof startEmbeddedPostgres> {
    return startEmbeddedPostgres({ dataDir: this.dataDir });
  }

  async remove(): Promise<void> {
    await this.kill();
    const cluster = locateCluster(this.dataDir);
    const postmaster = runningPostmaster(cluster);
    if (postmaster !== undefined) await stopPostmaster(cluster, postmaster);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
