import type { ClaimedFile, ImageSandbox } from '#engine/ports/image-sandbox.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { appendAudit } from '#features/audit/index.ts';
import type { BlobStore, StagedBlob } from '#platform/blobs/blob-store.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { Gate } from '#platform/gate.ts';
import { newId } from '#platform/ids.ts';
import { fileKey, type MediaOwner, type MediaRecord, type MediaSource, splitFacts, unusedMediaMs } from './media.ts';
import { insertMedia, knownFiles, lockFile, type NewMedia } from './media-store.ts';

export interface IntakeDependencies {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly sandbox: ImageSandbox;
  readonly clock: Clock;
  readonly maximumBytes: number;
  /** Bounds how many whole files are in memory at a time. */
  readonly gate: Gate;
}

export interface IncomingFile {
  readonly content: AsyncIterable<Uint8Array>;
  readonly claimed: ClaimedFile;
  readonly source: MediaSource;
  readonly owner: MediaOwner;
}

/**
 * Takes a file in, wherever it comes from: to a temporary file while it is hashed, through the sandbox, and then into its place,
 * with its row and its audit entry in one transaction. Whatever fails, nothing is left behind.
 *
 * @throws BlobStoreError, ImageFaultError, the errors of the stream and of the database, the reason of `abort`
 */
export const takeIn = async (
  dependencies: IntakeDependencies,
  { content, claimed, source, owner }: IncomingFile,
  abort?: AbortSignal,
): Promise<MediaRecord> => {
  const { blobs, maximumBytes, gate } = dependencies;
  const staged = await blobs.stage(content, { maximumBytes });
  try {
    const examined = await gate.run(() => examine(dependencies, staged, claimed, abort));
    return await record(dependencies, staged, { ...splitFacts(examined), source, owner });
  } finally {
    await staged.discard();
  }
};

const examine = async (
  { sandbox }: IntakeDependencies,
  staged: StagedBlob,
  claimed: ClaimedFile,
  abort: AbortSignal | undefined,
) => {
  if (staged.bytes === 0) throw new ImageFaultError('not_an_image', 'the file is empty');
  // It may have waited for its turn for a while.
  abort?.throwIfAborted();
  const facts = await sandbox.examine(await staged.read(), claimed, abort);
  // The sandbox runs on hostile input. What the file is called by everywhere is what was hashed here.
  if (facts.sha256 !== staged.sha256 || facts.md5 !== staged.md5) {
    throw new ImageFaultError('crashed', 'the sandbox looked at another file');
  }
  return facts;
};

const record = async (
  { database, clock }: IntakeDependencies,
  staged: StagedBlob,
  { facts, signs, source, owner }: ReturnType<typeof splitFacts> & Pick<IncomingFile, 'source' | 'owner'>,
): Promise<MediaRecord> => {
  const now = clock.now();
  const media: NewMedia = {
    id: newId(now),
    apiKeyId: owner.apiKeyId,
    consoleAccountId: owner.consoleAccountId,
    source,
    trial: owner.trial,
    signs,
    createdAt: new Date(now),
    keptUntil: new Date(now + unusedMediaMs),
  };
  return database.transaction(async (tx) => {
    // From here to the commit nobody erases this file, so its bytes and its row come together.
    await lockFile(tx, facts.sha256);
    await insertMedia(tx, facts, media);
    await staged.keep(fileKey(facts.sha256));
    const withheld = (await knownFiles(tx, [facts.sha256])).get(facts.sha256) ?? null;
    const { sha256, type, bytes } = facts;
    await appendAudit(tx, [
      {
        actor: owner.actor,
        action: 'media-stored',
        subject: { kind: 'media', id: media.id },
        details: { sha256, type, bytes, source, trial: owner.trial },
      },
    ]);
    const { id, apiKeyId, consoleAccountId, trial, createdAt } = media;
    return {
      id,
      apiKeyId,
      consoleAccountId,
      trial,
      createdAt,
      withheld,
      facts: { ...facts, signs: [...facts.signs, ...signs] },
    };
  });
};
