import type { Clock } from '#platform/clock.ts';
import type { Queryable } from '#platform/database/database.ts';
import { errorName } from '#platform/telemetry/error-name.ts';
import type { Log } from '#platform/telemetry/log.ts';
import type { CheckpointKey } from './audit-checkpoint.ts';
import { readCheckpoints, writeCheckpoint } from './audit-checkpoint-file.ts';
import { readHead } from './audit-store.ts';

export interface CheckpointingOptions {
  readonly database: Queryable;
  readonly key: CheckpointKey;
  /** The append-only file, in the data directory. */
  readonly path: string;
  readonly log: Log;
  readonly clock: Clock;
  /** A checkpoint after so many new entries. 1,000 unless given. */
  readonly everyEntries?: number;
  /** And after this long with any new entry, milliseconds. Ten minutes unless given. */
  readonly everyMs?: number;
  /** How often to look, milliseconds. Five seconds unless given. */
  readonly pollMs?: number;
}

export interface Checkpointing {
  /** Looks now; writes when it is time, or (with `force`) whenever the chain has moved. */
  look(force?: boolean): Promise<void>;
  /** Writes a last checkpoint and ends. */
  stop(): Promise<void>;
}

/** Keeps exporting signed checkpoints of the audit chain's head until stopped. Several processes may do so into one file. */
export const startCheckpointing = async (options: CheckpointingOptions): Promise<Checkpointing> => {
  const { database, key, path, log, clock, everyEntries = 1_000, everyMs = 600_000, pollMs = 5_000 } = options;
  const { checkpoints } = await readCheckpoints(path, key);
  let lastSequence = Math.max(0, ...checkpoints.slice(-1_000).map((checkpoint) => checkpoint.sequence));
  let lastAt = clock.now();

  const check = async (force: boolean): Promise<void> => {
    const head = await readHead(database);
    if (head.sequence < lastSequence) {
      log.error(
        { head: head.sequence, checkpoint: lastSequence },
        'the audit log is shorter than a signed checkpoint says: run `tidegate audit verify`',
      );
      return;
    }
    const added = head.sequence - lastSequence;
    const now = clock.now();
    if (added === 0 || !(force || added >= everyEntries || now - lastAt >= everyMs)) return;
    await writeCheckpoint(path, key.sign(head, new Date(now)));
    lastSequence = head.sequence;
    lastAt = now;
  };

  // One look after the other, so that two never write the same checkpoint.
  let running: Promise<void> = Promise.resolve();
  const look = (force = false): Promise<void> => {
    const next = running.then(() => check(force));
    running = next.catch(() => {});
    return next;
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.warn({ error: errorName(error) }, 'no audit checkpoint could be written'));
  }, pollMs);
  timer.unref();

  return {
    look,
    async stop() {
      clearInterval(timer);
      await look(true);
    },
  };
};
