import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobStore, BlobStoreError, blobFailure } from './blob-store.ts';
import { createDiskBlobStore } from './disk-blob-store.ts';

let folder: string;
let store: BlobStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidegate-blobs-'));
  store = await createDiskBlobStore(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* of(...chunks: (Uint8Array | string)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

const faultOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(() => undefined).catch((reason: unknown) => reason);
  if (error instanceof BlobStoreError) return error.fault;
  throw new Error('not a BlobStoreError', { cause: error });
};

const listed = async (prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key, bytes } of store.list(prefix)) found.push(`${key} ${bytes}`);
  return found.sort();
};

const temporaries = () => readdir(join(folder, 'store/.temporary'));
const everything = { maximumBytes: 10_000_000 };

describe('createDiskBlobStore', () => {
  it('hashes what comes in, keeps it under its key and gives it back', async () => {
    const content = randomBytes(700_000);
    const staged = await store.stage(of(content.subarray(0, 300_001), content.subarray(300_001)), everything);
    expect(staged).toMatchObject({
      bytes: 700_000,
      sha256: createHash('sha256').update(content).digest('hex'),
      md5: createHash('md5').update(content).digest('hex'),
    });
    expect(await store.stat('files/ab/one')).toBeUndefined();
    expect((await staged.read()).equals(content)).toBe(true);
    await staged.keep('files/ab/one');
    await staged.discard();
    expect(await store.stat('files/ab/one')).toMatchObject({ key: 'files/ab/one', bytes: 700_000 });
    expect((await store.read('files/ab/one', 700_000)).equals(content)).toBe(true);
    const opened = await store.open('files/ab/one');
    const pieces: Uint8Array[] = [];
    for await (const piece of opened.content) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(await temporaries()).toEqual([]);
  });

  it('makes folders and files that only their owner can read', async () => {
    await store.put('files/ab/one', Buffer.from('x'));
    const mode = async (path: string) => ((await stat(join(folder, 'store', path))).mode & 0o777).toString(8);
    expect(await mode('')).toBe('700');
    expect(await mode('.temporary')).toBe('700');
    expect(await mode('files/ab')).toBe('700');
    expect(await mode('files/ab/one')).toBe('600');
  });

  it('leaves nothing behind of what is too large, breaks off or is discarded', async () => {
    expect(await faultOf(store.stage(of('12345', '678'), { maximumBytes: 7 }))).toBe('too_large');
    const broken = async function* () {
      yield Buffer.from('half');
      throw new Error('the line broke');
    };
    await expect(store.stage(broken(), everything)).rejects.toThrow('the line broke');
    await (await store.stage(of('unwanted'), everything)).discard();
    expect(await temporaries()).toEqual([]);
    expect(await (await store.stage(of('1234567'), { maximumBytes: 7 })).bytes).toBe(7);
  });

  it('lets two put the same file at the same time', async () => {
    const content = randomBytes(100_000);
    await Promise.all(Array.from({ length: 8 }, () => store.put('files/same', content)));
    expect((await store.read('files/same', 100_000)).equals(content)).toBe(true);
    expect(await temporaries()).toEqual([]);
  });

  it.each([
    '../outside',
    'a/../../outside',
    '/etc/passwd',
    'a//b',
    '.temporary/x',
    'a/.hidden',
    '',
    'a/',
    'a\\b',
    'a\0b',
    'x'.repeat(501),
  ])('knows no key %j', async (key) => {
    expect(await faultOf(store.put(key, Buffer.from('x')))).toBe('bad_key');
    expect(await faultOf(store.read(key, 1))).toBe('bad_key');
    expect(await faultOf(store.open(key))).toBe('bad_key');
    expect(await faultOf(store.stat(key))).toBe('bad_key');
    expect(await faultOf(store.delete(key))).toBe('bad_key');
    expect(await temporaries()).toEqual([]);
  });

  it('follows no link to a file or through a folder, and opens no folder and no socket', async () => {
    await mkdir(join(folder, 'outside'));
    await writeFile(join(folder, 'outside/secret'), 'secret');
    await symlink(join(folder, 'outside/secret'), join(folder, 'store/link'));
    await symlink(join(folder, 'outside'), join(folder, 'store/linked'));
    await mkdir(join(folder, 'store/real'));
    const socket = createServer();
    await new Promise<void>((ready) => socket.listen(join(folder, 'store/socket'), ready));
    for (const key of ['link', 'linked/secret', 'real', 'socket']) {
      expect(await faultOf(store.read(key, 100)), key).toBe('not_a_file');
      expect(await faultOf(store.open(key)), key).toBe('not_a_file');
    }
    expect(await faultOf(store.put('linked/new', Buffer.from('x')))).toBe('not_a_file');
    expect(await faultOf(store.delete('linked/secret'))).toBe('not_a_file');
    await new Promise((closed) => socket.close(closed));
    expect(await readFile(join(folder, 'outside/secret'), 'utf8')).toBe('secret');
    expect(await readdir(join(folder, 'outside'))).toEqual(['secret']);
    expect(await listed('')).toEqual([]);
  });

  it('says what is missing, and deletes once', async () => {
    expect(await faultOf(store.read('files/none', 1))).toBe('missing');
    expect(await faultOf(store.open('files/none'))).toBe('missing');
    expect(await store.stat('files/none')).toBeUndefined();
    await store.put('files/ab/one', Buffer.from('x'));
    expect(await faultOf(store.read('files/ab/one/below', 1))).toBe('missing');
    expect(await store.delete('files/ab/one')).toBe(true);
    expect(await store.delete('files/ab/one')).toBe(false);
    expect(await faultOf(store.read('files/ab/one', 1))).toBe('missing');
  });

  it('reads no more than asked for', async () => {
    await store.put('files/one', Buffer.from('12345678'));
    expect(await faultOf(store.read('files/one', 7))).toBe('too_large');
  });

  it('lists what lies below a prefix', async () => {
    await store.put('files/ab/one', Buffer.from('x'));
    await store.put('files/cd/two', Buffer.from('yz'));
    await store.put('previews/ab/one.webp', Buffer.from('p'));
    expect(await listed('files/')).toEqual(['files/ab/one 1', 'files/cd/two 2']);
    expect(await listed('nothing/')).toEqual([]);
  });

  it('removes at its start what a killed process left half-written, but not what another one is writing', async () => {
    const old = new Date(Date.now() - 3_600_000);
    await writeFile(join(folder, 'store/.temporary/left'), 'half');
    await utimes(join(folder, 'store/.temporary/left'), old, old);
    await writeFile(join(folder, 'store/.temporary/busy'), 'half');
    await createDiskBlobStore(join(folder, 'store'));
    expect(await temporaries()).toEqual(['busy']);
  });

  it('says so where the folder cannot be made', async () => {
    await writeFile(join(folder, 'a-file'), '');
    expect(await faultOf(createDiskBlobStore(join(folder, 'a-file/store')))).toBe('unavailable');
  });

  it.each([
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['EROFS', 'unavailable'],
    ['EACCES', 'unavailable'],
  ])('calls %s %s, and worth another try', (code, fault) => {
    const failure = blobFailure(Object.assign(new Error(`${code}: /a/path/of/ours`), { code }));
    expect(failure).toMatchObject({ fault, retryable: true });
    expect((failure as Error).message).not.toContain('/a/path');
  });
});
