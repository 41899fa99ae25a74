import type { Role } from '#contracts/access.ts';
import { ImageFaultError, type ImageSandbox } from '#engine/ports/image-sandbox.ts';
import { appendAudit } from '#features/audit/index.ts';
import { type BlobStore, BlobStoreError } from '#platform/blobs/blob-store.ts';
import type { Database } from '#platform/database/database.ts';
import { type MediaRecord, mayBeShownTo, previewKey } from './media.ts';
import { lostFile, mediaProblem, noPicture, withheldMedia } from './media-errors.ts';
import { readStoredFile } from './stored-images.ts';

export interface PreviewDependencies {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly sandbox: ImageSandbox;
  readonly maximumBytes: number;
}

export interface Viewer {
  readonly accountId: string;
  readonly role: Role;
}

const previewView = { kind: 'webp', maximumSide: 1_600, quality: 80 } as const;
/** Far more than 1,600 by 1,600 pixels ever take. */
const maximumPreviewBytes = 32 * 1024 * 1024;

/**
 * The picture that people see of a file: encoded anew without metadata, made at the first look and kept. Who looked at what goes into
 * the audit log before anything is shown, but for one's own trials.
 *
 * @returns the bytes of a WebP picture
 * @throws ProblemError 403 withheld, 404 lost, 503
 */
export const revealMedia = async (
  dependencies: PreviewDependencies,
  media: MediaRecord,
  viewer: Viewer,
): Promise<Uint8Array> => {
  const { database, maximumBytes } = dependencies;
  const { id } = media;
  if (!mayBeShownTo(media.withheld, viewer.role)) throw withheldMedia(id);
  const picture = await previewOf(dependencies, media).catch((error: unknown) => {
    if (isLost(error)) throw lostFile(id);
    // It was decoded before: what fails now is the sandbox.
    throw error instanceof ImageFaultError ? noPicture(id, error) : mediaProblem(error, maximumBytes);
  });
  if (!media.trial || media.consoleAccountId !== viewer.accountId) {
    await database.transaction((tx) =>
      appendAudit(tx, [
        {
          actor: { kind: 'console', id: viewer.accountId },
          action: 'media-revealed',
          subject: { kind: 'media', id },
          details: { sha256: media.facts.sha256, role: viewer.role, withheld: media.withheld },
        },
      ]),
    );
  }
  return picture;
};

const isLost = (error: unknown): boolean =>
  (error instanceof ImageFaultError && error.fault === 'corrupt') ||
  (error instanceof BlobStoreError && (error.fault === 'missing' || error.fault === 'not_a_file'));

const previewOf = async (
  { blobs, sandbox, maximumBytes }: PreviewDependencies,
  { facts: { sha256 }, withheld }: MediaRecord,
): Promise<Uint8Array> => {
  const key = previewKey(sha256);
  if (withheld === null) {
    const kept = await blobs.read(key, maximumPreviewBytes).catch((error: unknown) => {
      if (error instanceof BlobStoreError && error.fault === 'missing') return undefined;
      throw error;
    });
    if (kept !== undefined) return kept;
  }
  const [picture] = await sandbox.view(await readStoredFile(blobs, sha256, maximumBytes), previewView);
  if (picture === undefined) throw new ImageFaultError('crashed', 'the sandbox gave no picture');
  // Of what may be abuse material no further copy is made.
  if (withheld === null) await blobs.put(key, picture.data);
  return picture.data;
};
