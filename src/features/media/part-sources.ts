import { imageTypes } from '#contracts/media.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { type BlobStore, BlobStoreError } from '#platform/blobs/blob-store.ts';
import { FetchFailed, FetchRefused } from '#platform/net/fetch-errors.ts';
import type { GuardedFetch } from '#platform/net/guarded-fetch.ts';
import type { IncomingFile } from './media-intake.ts';

/** Time for a whole file from its URL, redirects included. */
const fetchTimeoutMs = 10_000;
const maximumRedirects = 3;

/** A part's file cannot be had; `reason` is a short word for it that quotes nothing from outside. */
export class PartFileError extends Error {
  override readonly name = 'PartFileError';
  readonly reason: string;

  constructor(reason: string) {
    super(`the part's file cannot be had: ${reason}`);
    this.reason = reason;
  }
}

type Arriving = Pick<IncomingFile, 'content' | 'claimed' | 'source'>;

/** What a file is called at the end of a path, if it says so. */
const lastSegment = (path: string): { readonly fileName?: string } => {
  const name = path.split('/').at(-1) ?? '';
  return name === '' ? {} : { fileName: name };
};

const mayBeAPicture = (contentType: string | undefined): boolean => {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  return type === '' || type.startsWith('image/') || type.endsWith('/octet-stream');
};

/**
 * Begins to fetch a part's file from its URL. Compressed answers are not taken, so that nothing can grow here.
 * @throws FetchRefused, FetchFailed, PartFileError
 */
export const fromUrl = async (
  fetch: GuardedFetch,
  url: string,
  maximumBytes: number,
  signal: AbortSignal | undefined,
): Promise<Arriving> => {
  const response = await fetch({
    url,
    headers: { accept: imageTypes.join(', ') },
    timeoutMs: fetchTimeoutMs,
    maximumBytes,
    maximumRedirects,
    ...(signal === undefined ? {} : { signal }),
  });
  const refuse = async (reason: string): Promise<never> => {
    await response.discard();
    throw new PartFileError(reason);
  };
  const { 'content-encoding': encoding, 'content-type': contentType } = response.headers;
  if (response.status !== 200) return refuse(`fetch_status_${response.status}`);
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') return refuse('fetch_compressed');
  if (!mayBeAPicture(contentType)) return refuse('fetch_not_a_picture');
  return {
    content: response.body,
    source: 'url',
    claimed: { ...lastSegment(new URL(response.url).pathname), ...(contentType === undefined ? {} : { contentType }) },
  };
};

/** Opens a file that the platform put into the incoming folder. @throws BlobStoreError */
export const fromObject = async (incoming: BlobStore, objectKey: string): Promise<Arriving> => {
  const { content } = await incoming.open(objectKey);
  return { content, source: 'object', claimed: lastSegment(objectKey) };
};

/** Why a file cannot be had, in a short word; undefined for what nobody foresaw. */
export const reasonOf = (error: unknown): string | undefined => {
  if (error instanceof PartFileError) return error.reason;
  if (error instanceof FetchRefused || error instanceof FetchFailed) return `fetch_${error.code}`;
  if (error instanceof ImageFaultError) return `image_${error.fault}`;
  if (error instanceof BlobStoreError) return error.fault === 'too_large' ? 'too_large' : `storage_${error.fault}`;
  return undefined;
};
