import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import {
  ImageFaultError,
  type ImageSandbox,
  type ImageView,
  type StoredImages,
  type ViewOf,
} from '#engine/ports/image-sandbox.ts';
import { type BlobStore, BlobStoreError } from '#platform/blobs/blob-store.ts';
import { Gate } from '#platform/gate.ts';
import { fileKey } from './media.ts';

interface StoredImagesOptions {
  readonly blobs: BlobStore;
  readonly sandbox: ImageSandbox;
  /** Of one file. */
  readonly maximumBytes: number;
  /** Of the views kept in memory, so that several detectors share one; 64 MiB unless given. */
  readonly cacheBytes?: number;
}

/**
 * A stored file whose bytes are still what was stored: a file that was exchanged on the disk is never judged, or shown, as another.
 * @throws ImageFaultError `corrupt` where it is missing or altered, BlobStoreError
 */
export const readStoredFile = async (blobs: BlobStore, sha256: string, maximumBytes: number): Promise<Buffer> => {
  const file = await blobs.read(fileKey(sha256), maximumBytes).catch((error: unknown) => {
    if (error instanceof BlobStoreError && error.fault === 'missing') {
      throw new ImageFaultError('corrupt', 'the stored file is missing');
    }
    throw error;
  });
  if (createHash('sha256').update(file).digest('hex') !== sha256) {
    throw new ImageFaultError('corrupt', 'the stored file is not what was stored');
  }
  return file;
};

const bytesOf = (views: readonly { readonly data: Uint8Array | Float32Array }[]): number =>
  views.reduce((sum, { data }) => sum + data.byteLength, 1);

/** Whole files in memory for views, at a time: an item of 32 pictures that several detectors look at must not take a gigabyte. */
const readAtOnce = 4;

/** Views of stored pictures, for detectors and judges. What several of them ask for is decoded once. */
export const createStoredImages = ({
  blobs,
  sandbox,
  maximumBytes,
  cacheBytes = 64 * 1024 * 1024,
}: StoredImagesOptions): StoredImages => {
  const known = new LRUCache<string, readonly ViewOf<ImageView>[]>({
    maxSize: cacheBytes,
    sizeCalculation: bytesOf,
  });
  const gate = new Gate(readAtOnce);
  return {
    async view<View extends ImageView>(sha256: string, view: View, abort?: AbortSignal) {
      abort?.throwIfAborted();
      const name = `${sha256} ${JSON.stringify(Object.entries(view).sort())}`;
      const cached = (): readonly ViewOf<View>[] | undefined => known.get(name) as readonly ViewOf<View>[] | undefined;
      return (
        cached() ??
        (await gate.run(async () => {
          // While it waited for its turn the caller may have gone away, or somebody else have had the same picture decoded.
          abort?.throwIfAborted();
          const made = cached();
          if (made !== undefined) return made;
          const views = await sandbox.view(await readStoredFile(blobs, sha256, maximumBytes), view, abort);
          known.set(name, views);
          return views;
        }))
      );
    },
  };
};
