import type { TaskList } from 'graphile-worker';
import { appendAudit, systemActor } from '#features/audit/index.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { fileKey, previewKey, sha256OfKey } from './media.ts';
import { filesRunOut, knownFiles, lockFile, removeRunOut } from './media-store.ts';

export interface MediaSweepDependencies {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

const filesAtOnce = 200;
/** A file's bytes come moments before its row. Younger ones without a row may be on their way. */
const orphanAfterMs = 3_600_000;

/**
 * Erases what is kept for nothing: trials and uploads that no item showed within a day, and files of erased items. Rows go first, bytes
 * once that is committed; what a crash leaves in between, `sweepBlobs` finds. Withheld files are preserved.
 * @returns how many files were erased
 */
export const sweepMedia = async (dependencies: MediaSweepDependencies): Promise<number> => {
  const { database, clock } = dependencies;
  const now = new Date(clock.now());
  let erased = 0;
  for (;;) {
    const sha256s = await filesRunOut(database, now, filesAtOnce);
    let progress = 0;
    for (const sha256 of sha256s) {
      const removed = await removeFile(dependencies, sha256, now);
      progress += removed.media.length;
      if (removed.fileGone && (await deleteBlobs(dependencies, sha256))) erased += 1;
    }
    // What is left over belongs to items after all; it would come again and again.
    if (sha256s.length < filesAtOnce || progress === 0) return erased;
  }
};

const removeFile = ({ database }: MediaSweepDependencies, sha256: string, now: Date) =>
  database.transaction(async (tx) => {
    await lockFile(tx, sha256);
    const removed = await removeRunOut(tx, sha256, now);
    await appendAudit(
      tx,
      removed.media.map((id) => ({
        actor: systemActor,
        action: 'media-erased',
        subject: { kind: 'media', id },
        details: { fileErased: removed.fileGone },
      })),
    );
    return removed;
  });

/** Deletes bytes that no row speaks of, unless the file has been handed in again meanwhile. */
const deleteBlobs = ({ database, blobs }: MediaSweepDependencies, sha256: string): Promise<boolean> =>
  database.transaction(async (tx) => {
    await lockFile(tx, sha256);
    if ((await knownFiles(tx, [sha256])).has(sha256)) return false;
    const deleted = await Promise.all([blobs.delete(fileKey(sha256)), blobs.delete(previewKey(sha256))]);
    return deleted.includes(true);
  });

/**
 * Looks through everything that is stored for bytes that no row speaks of, and for previews of withheld files.
 * @returns how many files were erased
 */
export const sweepBlobs = async (dependencies: MediaSweepDependencies): Promise<number> => {
  const { database, blobs, clock } = dependencies;
  const before = clock.now() - orphanAfterMs;
  let erased = 0;
  const settle = async (sha256s: readonly string[]): Promise<void> => {
    const known = await knownFiles(database, sha256s);
    for (const sha256 of new Set(sha256s)) {
      const withheld = known.get(sha256);
      if (withheld === undefined) erased += (await deleteBlobs(dependencies, sha256)) ? 1 : 0;
      else if (withheld !== null) await blobs.delete(previewKey(sha256));
    }
  };
  for (const prefix of ['files/', 'previews/']) {
    let batch: string[] = [];
    for await (const { key, modifiedAt } of blobs.list(prefix)) {
      const sha256 = sha256OfKey(key);
      if (sha256 === undefined || modifiedAt.getTime() > before) continue;
      batch.push(sha256);
      if (batch.length < filesAtOnce) continue;
      await settle(batch);
      batch = [];
    }
    await settle(batch);
  }
  return erased;
};

/** Background work on media, by job name. */
export const mediaJobs = (dependencies: MediaSweepDependencies): TaskList => ({
  'sweep-media': async () => {
    await sweepMedia(dependencies);
  },
  'sweep-media-blobs': async () => {
    await sweepBlobs(dependencies);
  },
});

/** When the recurring jobs run (graphile-worker's crontab format). */
export const mediaCrontab = '7 * * * * sweep-media\n43 3 * * * sweep-media-blobs';
