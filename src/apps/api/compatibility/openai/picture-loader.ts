import type { HeldImage, ImagesInUse } from '#apps/compose-images.ts';
import type { ClaimedFile } from '#engine/ports/image-sandbox.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import { openPictureUrl, pictureFailure } from '#features/media/index.ts';
import { newId } from '#platform/ids.ts';
import type { GuardedFetch } from '#platform/net/guarded-fetch.ts';
import { imageProblem, imageUrlUnavailable, invalidImageUrl } from './moderation-errors.ts';

export interface PictureLoaderOptions {
  readonly images: Pick<ImagesInUse, 'hold'>;
  readonly fetch: GuardedFetch;
  /** Of one picture. */
  readonly maximumBytes: number;
}

/**
 * A picture in memory, by its http(s) URL or in a data URL. `path` is its place in the request.
 * @throws ProblemError 400, 413 or 503 naming the place
 */
export type PictureLoader = (url: string, path: string, abort?: AbortSignal) => Promise<HeldImage>;

/** RFC 2397, base64 only: what comes before the comma says little about what the file is. */
const dataUrl = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+)?(?:;[a-z0-9=._-]+)*;base64,/i;

const fromDataUrl = (url: string, path: string): { bytes: Uint8Array; claimed: ClaimedFile } => {
  const [head, contentType] = dataUrl.exec(url.slice(0, 200)) ?? [];
  const body = head === undefined ? '' : url.slice(head.length).trim();
  if (body === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) throw invalidImageUrl(path);
  return { bytes: Buffer.from(body, 'base64'), claimed: contentType === undefined ? {} : { contentType } };
};

const isWebUrl = (url: string): boolean => /^https?:\/\//i.test(url) && url.length <= 8_192 && URL.canParse(url);

export const createPictureLoader = ({ images, fetch, maximumBytes }: PictureLoaderOptions): PictureLoader => {
  const fromWeb = async (url: string, path: string, abort: AbortSignal | undefined) => {
    try {
      const { content, claimed } = await openPictureUrl(fetch, url, maximumBytes, abort);
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      return { bytes: Buffer.concat(chunks), claimed };
    } catch (error) {
      const reason = pictureFailure(error);
      throw reason === undefined ? error : imageUrlUnavailable(path, reason);
    }
  };
  return async (url, path, abort) => {
    const isData = /^data:/i.test(url);
    if (!isData && !isWebUrl(url)) throw invalidImageUrl(path);
    const { bytes, claimed } = isData ? fromDataUrl(url, path) : await fromWeb(url, path, abort);
    try {
      if (bytes.byteLength > maximumBytes) throw new ImageFaultError('too_many_bytes', 'the file is too large');
      return await images.hold(newId(), bytes, claimed, abort);
    } catch (error) {
      throw imageProblem(error, path, maximumBytes);
    }
  };
};
