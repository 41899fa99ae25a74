/** What a stored file is known by without reading it. */
export interface BlobStat {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** A file that has arrived whole but has no name yet. Nobody sees it before `keep`. */
export interface StagedBlob {
  /** 64 and 32 hexadecimal digits, computed while it arrived. */
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
  read(): Promise<Buffer>;
  /** Puts it under a key, for good: when this comes back it outlives a power cut. A file that has the key already is replaced. */
  keep(key: string): Promise<void>;
  /** Forgets it. Does nothing once it is kept. */
  discard(): Promise<void>;
}

/**
 * Where files lie. `createDiskBlobStore` keeps them in a folder; an object store implements the same: `stage` into a local temporary
 * file, `keep` as one PUT, keys as object names below a prefix.
 *
 * Keys are made by us, never by whoever sends a file, and look like `files/ab/abcdef.webp`. Every method rejects with BlobStoreError.
 */
export interface BlobStore {
  /** Takes a stream in, hashing it on the way. Leaves nothing behind where it fails, is too large, or the stream throws (its error is thrown on). */
  stage(content: AsyncIterable<Uint8Array>, limits: { readonly maximumBytes: number }): Promise<StagedBlob>;
  put(key: string, content: Uint8Array): Promise<void>;
  /** The content in pieces. @throws BlobStoreError `missing` at once, not at the first piece */
  open(key: string): Promise<BlobStat & { readonly content: AsyncIterable<Uint8Array> }>;
  /** The whole content. @throws BlobStoreError `missing`, `too_large` */
  read(key: string, maximumBytes: number): Promise<Buffer>;
  stat(key: string): Promise<BlobStat | undefined>;
  /** Whether there was anything to delete. */
  delete(key: string): Promise<boolean>;
  /** Everything below a prefix such as `files/`, in no particular order. What comes or goes meanwhile may be in it or not. */
  list(prefix: string): AsyncIterable<BlobStat>;
}

export type BlobFault = 'bad_key' | 'missing' | 'not_a_file' | 'too_large' | 'full' | 'unavailable';

const remedies: Record<BlobFault, string> = {
  bad_key: 'Use letters, digits, `_`, `-` and `.`, in segments that do not begin with a dot.',
  missing: 'See whether the key is right and the file has not been deleted.',
  not_a_file: 'Put a plain file there, not a link or a folder.',
  too_large: 'Send a smaller file, or raise TIDEGATE_MEDIA_MAX_BYTES.',
  full: 'Make room on the disk of the media folder.',
  unavailable: 'See whether the media folder is there and may be written by the user that Tidegate runs as.',
};

/** A file could not be stored or had. Says neither content nor path; the key, where there is one, is in `key`. */
export class BlobStoreError extends Error {
  override readonly name = 'BlobStoreError';
  readonly fault: BlobFault;
  readonly retryable: boolean;
  readonly remedy: string;
  readonly key: string | undefined;

  constructor(fault: BlobFault, message: string, options: { readonly key?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    this.retryable = fault === 'full' || fault === 'unavailable';
    this.remedy = remedies[fault];
    this.key = options.key;
  }
}

const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** @throws BlobStoreError `bad_key` for anything that could mean a place outside of the store */
export function checkKey(key: string): string {
  if (key.length > 500 || !keyPattern.test(key)) throw new BlobStoreError('bad_key', 'the key is not one of a file');
  return key;
}

/** What a system error means for a store. */
export function blobFailure(error: unknown, key?: string): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const because = (fault: BlobFault, message: string) =>
    new BlobStoreError(fault, message, { cause: error, ...(key === undefined ? {} : { key }) });
  switch (code) {
    case undefined:
      return error;
    case 'ENOENT':
    case 'ENOTDIR':
      return because('missing', 'there is no such file');
    case 'ELOOP':
    case 'EISDIR':
    case 'ENXIO':
      return because('not_a_file', 'what lies there is not a plain file');
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return because('full', 'the disk is full');
    case 'ENAMETOOLONG':
      return because('bad_key', 'the key is too long');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'ESTALE':
      return because('unavailable', `the media folder cannot be used (${code})`);
    default:
      return error;
  }
}
