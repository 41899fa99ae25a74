import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createImageSandbox, type ProcessImageSandbox } from '#connectors/image-sandbox/image-sandbox.ts';
import { MediaService, registerMediaRoutes } from '#features/media/index.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import { createDiskBlobStore } from '#platform/blobs/disk-blob-store.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { type AccessWorld, createAccessWorld, createTestClock, type TestClock } from './access-server.ts';

export interface MediaWorld extends AccessWorld {
  readonly clock: TestClock;
  /** Of the listening server, without a slash at the end. */
  readonly address: string;
  readonly service: MediaService;
  readonly sandbox: ProcessImageSandbox;
  readonly blobs: BlobStore;
  readonly incoming: BlobStore;
  /** The media folder, with `files` and `incoming` below it. */
  readonly folder: string;
}

export const mediaMaximumBytes = 300_000;

/** Media over a database, a folder and a sandbox of its own, with its routes on a server that listens. */
export const createMediaWorld = async (): Promise<MediaWorld> => {
  const clock = createTestClock('2026-11-20T12:00:00Z');
  const access = await createAccessWorld(clock);
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-media-'));
  const blobs = await createDiskBlobStore(join(folder, 'files'));
  const incoming = await createDiskBlobStore(join(folder, 'incoming'));
  const sandbox = createImageSandbox();
  const { database } = access;
  const service = new MediaService({
    database,
    blobs,
    incoming,
    sandbox,
    fetch: createGuardedFetch({ allowedPrivateHosts: ['127.0.0.1'] }),
    clock,
    log: silentLog,
    maximumBytes: mediaMaximumBytes,
  });
  registerMediaRoutes(access.server, {
    service,
    previews: { database, blobs, sandbox, maximumBytes: mediaMaximumBytes },
    uploadTimes: { idleMs: 1_000, wholeMs: 3_000 },
  });
  await access.server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = access.server.server.address() as AddressInfo;
  return {
    ...access,
    clock,
    address: `http://127.0.0.1:${port}`,
    service,
    sandbox,
    blobs,
    incoming,
    folder,
    async close() {
      await access.close();
      await sandbox.close();
      await rm(folder, { recursive: true });
    },
  };
};

/** A picture that nobody else's test has: `seed` decides its colours. With EXIF that must not reach anybody. */
export const picture = (
  seed: number,
  { width = 64, height = 48, format = 'jpeg' }: { width?: number; height?: number; format?: 'jpeg' | 'png' } = {},
): Promise<Buffer> => {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1)
    pixels[index] = (index * (seed + 7) + (index >> 5) * seed) & 0xff;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .withExif({ IFD0: { Software: 'SecretEditor 1.0', Make: 'SecretCamera' } })
    .toFormat(format)
    .toBuffer();
};

/** The bytes as a request stream gives them. */
export async function* inPieces(file: Uint8Array, pieceBytes = 1_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < file.length; start += pieceBytes) yield file.subarray(start, start + pieceBytes);
}
