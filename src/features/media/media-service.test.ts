import { createHash } from 'node:crypto';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Part } from '#contracts/item.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import { systemActor } from '#features/audit/index.ts';
import { BlobStoreError } from '#platform/blobs/blob-store.ts';
import { newId } from '#platform/ids.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { createMediaWorld, inPieces, type MediaWorld, mediaMaximumBytes, picture } from '#test/support/media-world.ts';
import type { MediaOwner } from './media.ts';
import { MediaService } from './media-service.ts';

let world: MediaWorld;
let web: Server;
let webAddress: string;
const answers = new Map<string, { status?: number; headers?: Record<string, string>; body?: Uint8Array }>();

beforeAll(async () => {
  world = await createMediaWorld();
  web = createServer((request, response) => {
    const { status = 200, headers = {}, body = Buffer.alloc(0) } = answers.get(request.url ?? '') ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((ready) => web.listen(0, '127.0.0.1', ready));
  webAddress = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web.closeAllConnections();
  await new Promise((closed) => web.close(closed));
  await world.close();
});

const ownerOf = (apiKeyId: string | null): MediaOwner => ({
  apiKeyId,
  consoleAccountId: null,
  trial: false,
  actor: systemActor,
});
const key = newId();
const upload = (file: Uint8Array, claimed = {}, owner = ownerOf(key)) =>
  world.service.upload(inPieces(file), claimed, owner);
const image = (source: object): Part => ({ id: 'photo', kind: 'image', ...source });
const resolveOne = async (source: object, apiKeyId: string | null = key): Promise<PartFile | undefined> =>
  (await world.service.resolve([image(source)], { apiKeyId })).get('photo');
const reasonFor = async (source: object, apiKeyId: string | null = key): Promise<string> => {
  const file = await resolveOne(source, apiKeyId);
  if (file?.status !== 'unavailable') throw new Error('the file could be had');
  return file.reason;
};
const leftovers = () => readdir(join(world.folder, 'files/.temporary'));
const count = async (table: 'media' | 'media_files' | 'audit_entries'): Promise<number> =>
  (await world.database.query<{ count: number }>(`SELECT count(*) FROM ${table}`))[0]!.count;

describe('upload', () => {
  it('stores the file under its hash, says what it is and enters it into the audit log', async () => {
    const file = await picture(1);
    const answer = await upload(file, { fileName: 'holiday.jpg', contentType: 'image/jpeg' });
    const sha256 = createHash('sha256').update(file).digest('hex');
    expect(answer).toMatchObject({
      sha256,
      md5: createHash('md5').update(file).digest('hex'),
      type: 'image/jpeg',
      bytes: file.length,
      width: 64,
      height: 48,
      frames: 1,
    });
    const found = await world.service.find(answer.mediaId, key);
    expect(found.facts).toMatchObject({ sha256, claims: { software: 'SecretEditor 1.0' }, signs: [] });
    expect(
      (await world.blobs.read(`files/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`, 1e6)).equals(file),
    ).toBe(true);
    const [entry] = await world.database.query<{ action: string; details: string }>(
      'SELECT action, details FROM audit_entries WHERE subject_id = $1',
      [answer.mediaId],
    );
    expect(entry).toMatchObject({ action: 'media-stored' });
    expect(JSON.stringify(entry)).not.toMatch(/holiday|Secret/);
    expect(await leftovers()).toEqual([]);
  });

  it('gives the same file another id, keeps one copy, and keeps what each sender said of it apart', async () => {
    const file = await picture(2, { format: 'png' });
    const files = await count('media_files');
    const honest = await upload(file, { fileName: 'a.png', contentType: 'image/png' });
    const lying = await upload(file, { fileName: 'a.jpg', contentType: 'image/gif' });
    expect(honest.mediaId).not.toBe(lying.mediaId);
    expect(honest.sha256).toBe(lying.sha256);
    expect(await count('media_files')).toBe(files + 1);
    expect((await world.service.find(honest.mediaId, key)).facts.signs).not.toContain('extension_differs');
    expect((await world.service.find(lying.mediaId, key)).facts.signs).toEqual(
      expect.arrayContaining(['extension_differs', 'declared_type_differs']),
    );
  });

  it('lets many upload the same file at the same time', async () => {
    const file = await picture(3);
    const files = await count('media_files');
    const answers = await Promise.all(Array.from({ length: 6 }, () => upload(file)));
    expect(new Set(answers.map(({ mediaId }) => mediaId)).size).toBe(6);
    expect(await count('media_files')).toBe(files + 1);
    expect((await resolveOne({ mediaId: answers[0]!.mediaId }))?.status).toBe('ok');
    expect(await leftovers()).toEqual([]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 415],
    ['text', Buffer.from('<svg onload="alert(1)"/>'.repeat(20)), 415],
    ['the beginning of a picture', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 415],
    ['too many bytes', Buffer.alloc(mediaMaximumBytes + 1, 1), 413],
  ])('refuses %s and keeps nothing', async (_name, file, status) => {
    const before = [await count('media'), await count('media_files'), await count('audit_entries')];
    await expect(upload(file)).rejects.toMatchObject({
      name: 'ProblemError',
      status,
      remedy: expect.stringMatching(/\w/),
    });
    expect([await count('media'), await count('media_files'), await count('audit_entries')]).toEqual(before);
    expect(await leftovers()).toEqual([]);
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const file = await picture(4);
    const before = await count('media');
    const broken = async function* () {
      yield file.subarray(0, 100);
      throw new Error('the line broke');
    };
    await expect(world.service.upload(broken(), {}, ownerOf(key))).rejects.toThrow('the line broke');
    expect(await count('media')).toBe(before);
    expect(await leftovers()).toEqual([]);
  });

  it('answers 507 when the disk is full, and 503 when the folder is gone', async () => {
    const file = await picture(5);
    for (const [fault, status] of [
      ['full', 507],
      ['unavailable', 503],
    ] as const) {
      const service = new MediaService({
        ...world,
        fetch: createGuardedFetch({ allowedPrivateHosts: [] }),
        log: silentLog,
        maximumBytes: mediaMaximumBytes,
        blobs: Object.assign(Object.create(world.blobs) as typeof world.blobs, {
          stage: () => Promise.reject(new BlobStoreError(fault, 'as a system error would say')),
        }),
      });
      await expect(service.upload(inPieces(file), {}, ownerOf(key))).rejects.toMatchObject({
        status,
        retryAfterSeconds: expect.any(Number),
      });
    }
  });
});

describe('who may use a file', () => {
  it("is the key that sent it, and the console; others cannot tell it from one that isn't there", async () => {
    const { mediaId } = await upload(await picture(6));
    const stranger = newId();
    expect((await resolveOne({ mediaId }))?.status).toBe('ok');
    expect((await resolveOne({ mediaId }, null))?.status).toBe('ok');
    expect(await reasonFor({ mediaId }, stranger)).toBe('media_unknown');
    expect(await reasonFor({ mediaId: newId() })).toBe('media_unknown');
    await expect(world.service.find(mediaId, stranger)).rejects.toMatchObject({ status: 404 });
    const parts: Part[] = [{ id: 'text', kind: 'text', text: 'x' }, image({ mediaId })];
    await expect(world.service.check(parts, { apiKeyId: key })).resolves.toBeUndefined();
    await expect(world.service.check(parts, { apiKeyId: null })).resolves.toBeUndefined();
    await expect(world.service.check(parts, { apiKeyId: stranger })).rejects.toMatchObject({
      status: 422,
      errors: [{ path: 'parts[1].mediaId' }],
    });
    await expect(
      world.service.check([image({ mediaId: mediaId.toUpperCase() })], { apiKeyId: key }),
    ).resolves.toBeUndefined();
  });
});

describe('a file by URL', () => {
  it('is fetched, also through a redirect, and stored for the key whose item it is', async () => {
    const file = await picture(7);
    answers.set('/photo.png', { headers: { 'content-type': 'image/jpeg' }, body: file });
    answers.set('/moved', { status: 302, headers: { location: '/photo.png' } });
    const resolved = await resolveOne({ url: `${webAddress}/moved` });
    if (resolved?.status !== 'ok') throw new Error(JSON.stringify(resolved));
    expect(resolved.facts).toMatchObject({ bytes: file.length, signs: ['extension_differs'] });
    expect(await world.service.find(resolved.mediaId, key)).toMatchObject({ apiKeyId: key, trial: false });
  });

  it.each([
    ['/none', undefined, 'fetch_status_404'],
    ['/metadata', { status: 302, headers: { location: 'http://169.254.169.254/latest/' } }, 'fetch_address_refused'],
    ['/inside', { status: 301, headers: { location: 'http://[::1]:8420/' } }, 'fetch_address_refused'],
    ['/circle', { status: 301, headers: { location: '/circle' } }, 'fetch_redirect_refused'],
    ['/page', { headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>') }, 'fetch_not_a_picture'],
    ['/gzip', { headers: { 'content-encoding': 'gzip' }, body: Buffer.from('x') }, 'fetch_compressed'],
    ['/large', { body: Buffer.alloc(mediaMaximumBytes + 1) }, 'fetch_too_large'],
    ['/noise', { headers: { 'content-type': 'image/jpeg' }, body: Buffer.alloc(500, 7) }, 'image_not_an_image'],
    ['/empty', {}, 'image_not_an_image'],
  ] as const)('is unavailable with a reason: %s', async (path, answer, reason) => {
    if (answer !== undefined) answers.set(path, answer as { status?: number });
    expect(await reasonFor({ url: `${webAddress}${path}` })).toBe(reason);
    expect(await leftovers()).toEqual([]);
  });

  it('is unavailable where the address is private, or nobody answers', async () => {
    expect(await reasonFor({ url: 'http://10.0.0.1/x.jpg' })).toBe('fetch_address_refused');
    expect(await reasonFor({ url: 'http://does-not-exist.invalid/x.jpg' })).toBe('fetch_dns');
    expect(await reasonFor({ url: 'http://127.0.0.1:1/x.jpg' })).toBe('fetch_connection');
  });

  it('stops when its caller gives up', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const controller = new AbortController();
    const resolving = world.service.resolve([image({ url })], { apiKeyId: key, signal: controller.signal });
    await new Promise((asked) => silent.once('request', asked));
    controller.abort();
    expect((await resolving).get('photo')).toEqual({ status: 'unavailable', reason: 'aborted' });
    silent.closeAllConnections();
    await new Promise((closed) => silent.close(closed));
  });
});

describe('a file by object key', () => {
  it('is taken from the incoming folder and stays there', async () => {
    const file = await picture(8);
    await mkdir(join(world.folder, 'incoming/2026'), { recursive: true });
    await writeFile(join(world.folder, 'incoming/2026/photo.jpg'), file);
    const resolved = await resolveOne({ objectKey: '2026/photo.jpg' });
    expect(resolved).toMatchObject({ status: 'ok', facts: { bytes: file.length, signs: [] } });
    expect(await readdir(join(world.folder, 'incoming/2026'))).toEqual(['photo.jpg']);
  });

  it('reaches nothing outside of it', async () => {
    await writeFile(join(world.folder, 'outside.jpg'), await picture(9));
    await symlink(join(world.folder, 'outside.jpg'), join(world.folder, 'incoming/link.jpg'));
    expect(await reasonFor({ objectKey: 'none.jpg' })).toBe('storage_missing');
    expect(await reasonFor({ objectKey: '../outside.jpg' })).toBe('storage_bad_key');
    expect(await reasonFor({ objectKey: 'link.jpg' })).toBe('storage_not_a_file');
    expect(await reasonFor({ objectKey: '2026' })).toBe('storage_not_a_file');
  });
});

it('resolves the parts of an item side by side, and leaves text out', async () => {
  const { mediaId } = await upload(await picture(10));
  const parts: Part[] = [
    { id: 'words', kind: 'text', text: 'x' },
    { id: 'a', kind: 'image', mediaId },
    { id: 'b', kind: 'image', url: 'http://192.168.0.1/' },
  ];
  const files = await world.service.resolve(parts, { apiKeyId: key });
  expect([...files].map(([id, { status }]) => [id, status])).toEqual([
    ['a', 'ok'],
    ['b', 'unavailable'],
  ]);
});
