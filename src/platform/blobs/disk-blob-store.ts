import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '#platform/ids.ts';
import { type BlobStat, type BlobStore, BlobStoreError, blobFailure, checkKey, type StagedBlob } from './blob-store.ts';

/** Not a key, so that nothing stored can be mistaken for it. */
const temporaryFolder = '.temporary';
/** Longer than any upload takes: what is older belongs to no process that still runs. */
const abandonedAfterMs = 15 * 60_000;
const pieceBytes = 256 * 1024;

/**
 * Files in a folder of this machine. Folders are made 0700 and files 0600. A file is written under a temporary name, flushed to
 * the disk and then renamed, so that it is there whole or not at all; what a killed process left half-written is removed at the
 * next start. Links are not followed anywhere below the folder (the folder itself may be one).
 *
 * @throws BlobStoreError `unavailable` where the folder cannot be made or entered
 */
export async function createDiskBlobStore(folder: string): Promise<BlobStore> {
  try {
    await mkdir(join(folder, temporaryFolder), { recursive: true, mode: 0o700 });
    const root = await realpath(folder);
    await removeAbandoned(join(root, temporaryFolder));
    return new DiskBlobStore(root);
  } catch (error) {
    throw new BlobStoreError('unavailable', 'the media folder cannot be made or entered', { cause: error });
  }
}

async function removeAbandoned(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const path = join(temporary, name);
    // Another process may be writing, or removing, beside us.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > abandonedAfterMs) await rm(path, { force: true });
  }
}

class DiskBlobStore implements BlobStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async stage(
    content: AsyncIterable<Uint8Array>,
    { maximumBytes }: { readonly maximumBytes: number },
  ): Promise<StagedBlob> {
    const path = join(this.#root, temporaryFolder, newId());
    try {
      const written = await writeNew(path, content, maximumBytes);
      return new StagedFile(this.#root, path, written);
    } catch (error) {
      await rm(path, { force: true });
      throw blobFailure(error);
    }
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    checkKey(key);
    const staged = await this.stage(
      (async function* () {
        yield content;
      })(),
      { maximumBytes: content.byteLength },
    );
    await staged.keep(key);
  }

  async open(key: string): Promise<BlobStat & { readonly content: AsyncIterable<Uint8Array> }> {
    const found = await this.#look(key);
    // Opened again by whoever reads: nobody may.
    return { ...found, content: pieces(() => this.#handle(key), key) };
  }

  async read(key: string, maximumBytes: number): Promise<Buffer> {
    const handle = await this.#handle(key);
    try {
      const { size } = await handle.stat();
      if (size > maximumBytes) throw new BlobStoreError('too_large', `has more than ${maximumBytes} bytes`, { key });
      const buffer = Buffer.allocUnsafe(size);
      let filled = 0;
      while (filled < size) {
        const { bytesRead } = await handle.read(buffer, filled, size - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    } catch (error) {
      throw blobFailure(error, key);
    } finally {
      await handle.close();
    }
  }

  async stat(key: string): Promise<BlobStat | undefined> {
    try {
      return await this.#look(key);
    } catch (error) {
      if (error instanceof BlobStoreError && error.fault === 'missing') return undefined;
      throw error;
    }
  }

  async #look(key: string): Promise<BlobStat> {
    const handle = await this.#handle(key);
    try {
      const { size, mtime } = await handle.stat();
      return { key, bytes: size, modifiedAt: mtime };
    } catch (error) {
      throw blobFailure(error, key);
    } finally {
      await handle.close();
    }
  }

  async delete(key: string): Promise<boolean> {
    try {
      await this.#refuseLinkedFolder(checkKey(key));
      await rm(join(this.#root, key));
      return true;
    } catch (error) {
      const failure = blobFailure(error, key);
      if (failure instanceof BlobStoreError && failure.fault === 'missing') return false;
      throw failure;
    }
  }

  async *list(prefix: string): AsyncGenerator<BlobStat> {
    const top = prefix.replace(/\/$/, '');
    if (top !== '') checkKey(top);
    yield* this.#walk(top);
  }

  async *#walk(folder: string): AsyncGenerator<BlobStat> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch((error: unknown) => {
      const failure = blobFailure(error);
      if (failure instanceof BlobStoreError && failure.fault === 'missing') return [];
      throw failure;
    });
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.#walk(key);
      else if (entry.isFile()) {
        const found = await this.stat(key);
        if (found !== undefined) yield found;
      }
    }
  }

  /** An open plain file. O_NONBLOCK, since opening a pipe that somebody put there would otherwise wait for ever. */
  async #handle(key: string): Promise<FileHandle> {
    let handle: FileHandle | undefined;
    try {
      await this.#refuseLinkedFolder(checkKey(key));
      handle = await open(join(this.#root, key), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      if (!(await handle.stat()).isFile()) {
        throw new BlobStoreError('not_a_file', 'what lies there is not a plain file', { key });
      }
      return handle;
    } catch (error) {
      await handle?.close();
      throw blobFailure(error, key);
    }
  }

  /** O_NOFOLLOW looks at the last name only; a linked folder before it shows in the real path. */
  async #refuseLinkedFolder(key: string): Promise<void> {
    const folder = dirname(join(this.#root, key));
    if ((await realpath(folder)) !== folder) {
      throw new BlobStoreError('not_a_file', 'the way there is a link', { key });
    }
  }
}

interface Written {
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
}

class StagedFile implements StagedBlob {
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
  readonly #root: string;
  readonly #path: string;
  #kept: string | undefined;

  constructor(root: string, path: string, { sha256, md5, bytes }: Written) {
    this.sha256 = sha256;
    this.md5 = md5;
    this.bytes = bytes;
    this.#root = root;
    this.#path = path;
  }

  async read(): Promise<Buffer> {
    try {
      const handle = await open(this.#kept ?? this.#path, 'r');
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw blobFailure(error);
    }
  }

  async keep(key: string): Promise<void> {
    const target = join(this.#root, checkKey(key));
    const folder = dirname(target);
    try {
      const made = await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await realpath(folder)) !== folder)
        throw new BlobStoreError('not_a_file', 'the way there is a link', { key });
      await rename(this.#path, target);
      this.#kept = target;
      // The new name, and the names of new folders, have to reach the disk as well.
      for (let changed = folder; ; changed = dirname(changed)) {
        await flushFolder(changed);
        if (made === undefined || changed === dirname(made) || changed === this.#root) break;
      }
    } catch (error) {
      throw blobFailure(error, key);
    }
  }

  async discard(): Promise<void> {
    if (this.#kept === undefined) await rm(this.#path, { force: true });
  }
}

async function writeNew(path: string, content: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<Written> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let bytes = 0;
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const piece of content) {
      bytes += piece.byteLength;
      if (bytes > maximumBytes) throw new BlobStoreError('too_large', `more than ${maximumBytes} bytes`);
      sha256.update(piece);
      md5.update(piece);
      // Not `write`, which may write a part only.
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex'), bytes };
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* pieces(openFile: () => Promise<FileHandle>, key: string): AsyncGenerator<Uint8Array> {
  const handle = await openFile();
  try {
    for (let position = 0; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw blobFailure(error, key);
  } finally {
    await handle.close();
  }
}
