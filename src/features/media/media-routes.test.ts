import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#contracts/access.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import { createApiKey } from '#features/access/index.ts';
import { systemActor } from '#features/audit/index.ts';
import { createPerson, signInAs } from '#test/support/access-matrix.ts';
import { createMediaWorld, type MediaWorld, mediaMaximumBytes, picture } from '#test/support/media-world.ts';

let world: MediaWorld;
let keyId: string;
let platform: Record<string, string>;
const people = new Map<Role, { id: string; headers: Record<string, string> }>();

const createKey = async (): Promise<{ id: string; headers: Record<string, string> }> => {
  const { key, id } = await createApiKey(
    world.database,
    { name: 'the platform', scopes: ['items:write', 'items:read'], ratePerMinute: null, expiresAt: null },
    systemActor,
    new Date(world.clock.now()),
  );
  return { id, headers: { authorization: `Bearer ${key}` } };
};

beforeAll(async () => {
  world = await createMediaWorld();
  ({ id: keyId, headers: platform } = await createKey());
  for (const role of ['reviewer', 'legal', 'analyst'] as const) {
    const id = await createPerson(world.database, role);
    people.set(role, { id, headers: await signInAs(world.server, world.database, id) });
  }
});
afterAll(() => world.close());

const formOf = (file: Uint8Array, { name = 'file', fileName = 'photo.jpg', type = 'image/jpeg' } = {}): FormData => {
  const form = new FormData();
  form.append(name, new Blob([Uint8Array.from(file)], { type }), fileName);
  return form;
};
const formWith = (name: string, value: string, form = new FormData()): FormData => {
  form.append(name, value);
  return form;
};
const post = (body: FormData | string, headers = platform) =>
  fetch(`${world.address}/v1/media`, { method: 'POST', headers, body });
const get = (path: string, headers = platform) => fetch(`${world.address}${path}`, { headers });
const stored = async (file: Uint8Array, headers = platform): Promise<MediaAnswer> => {
  const response = await post(formOf(file), headers);
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as MediaAnswer;
};
const revealedBy = async (mediaId: string): Promise<string[]> =>
  (
    await world.database.query<{ actor_id: string }>(
      `SELECT actor_id FROM audit_entries WHERE action = 'media-revealed' AND subject_id = $1 ORDER BY sequence`,
      [mediaId],
    )
  ).map(({ actor_id }) => actor_id);
const temporaries = () => readdir(join(world.folder, 'files/.temporary'));

describe('POST /v1/media', () => {
  it('stores a picture, and GET /v1/media/{id} says the same of it to its sender and to people only', async () => {
    const answer = await stored(await picture(101));
    expect(answer).toMatchObject({ type: 'image/jpeg', width: 64, height: 48 });
    expect(await (await get(`/v1/media/${answer.mediaId}`)).json()).toEqual(answer);
    const stranger = await createKey();
    expect((await get(`/v1/media/${answer.mediaId}`, stranger.headers)).status).toBe(404);
    expect((await get(`/v1/media/${answer.mediaId}`, people.get('analyst')!.headers)).status).toBe(200);
    expect(await world.service.find(answer.mediaId, keyId)).toMatchObject({ apiKeyId: keyId, trial: false });
  });

  it('takes a file of exactly the largest size, and refuses one byte more with 413', async () => {
    const file = await picture(102);
    // Bytes behind the end of a JPEG are odd, but no reason to refuse it.
    const largest = Buffer.concat([file, Buffer.alloc(mediaMaximumBytes - file.length, 1)]);
    expect((await stored(largest)).bytes).toBe(mediaMaximumBytes);
    const response = await post(formOf(Buffer.concat([largest, Buffer.from([1])])));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ type: 'urn:tidegate:problem:too-large' });
    expect(await temporaries()).toEqual([]);
  });

  it.each([
    ['another field name', () => formOf(Buffer.from('x'), { name: 'picture' }), 422],
    ['no file', () => new FormData(), 422],
    ['a field instead', () => formWith('file', 'just words'), 422],
    ['what is no picture', () => formOf(Buffer.from('hello')), 415],
  ])('refuses %s with a problem', async (_name, form, status) => {
    const response = await post(form());
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ remedy: expect.stringMatching(/file|JPEG/) });
  });

  it('takes the first file and does not look at what comes after it, but refuses fields before it', async () => {
    const file = await picture(103);
    const twice = formOf(file);
    twice.append('file', new Blob([Buffer.alloc(1_000_000)]), 'second.jpg');
    expect(await stored(file)).toMatchObject({ bytes: file.length });
    for (const form of [formWith('extra', 'x', formOf(file)), twice]) expect((await post(form)).status).toBe(201);
    const before = formWith('extra', 'x');
    before.append('file', new Blob([Uint8Array.from(file)]), 'photo.jpg');
    expect((await post(before)).status).toBe(422);
    expect(await temporaries()).toEqual([]);
  });

  it('refuses JSON, a form without a boundary and one that is cut off', async () => {
    const send = (type: string, body: string) => post(body, { ...platform, 'content-type': type });
    expect((await send('application/json', '{}')).status).toBe(415);
    expect((await send('application/json', '{ no JSON')).status).toBe(400);
    expect((await send('image/jpeg', 'xx')).status).toBe(415);
    expect((await send('multipart/form-data', 'xx')).status).toBe(400);
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n';
    expect((await send('multipart/form-data; boundary=b', `${head}half a picture`)).status).toBe(400);
    expect(await temporaries()).toEqual([]);
  });

  const beginUpload = async (): Promise<Socket> => {
    const { port, hostname } = new URL(world.address);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    await new Promise((connected) => socket.once('connect', connected));
    socket.write(
      `POST /v1/media HTTP/1.1\r\nhost: x\r\nauthorization: ${platform.authorization}\r\ncontent-length: 100000\r\n` +
        'content-type: multipart/form-data; boundary=b\r\n\r\n' +
        '--b\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nbeginning',
    );
    await expect.poll(temporaries).toHaveLength(1);
    return socket;
  };

  it('keeps nothing of an upload whose sender goes away', async () => {
    const socket = await beginUpload();
    socket.destroy();
    await expect.poll(temporaries).toEqual([]);
  });

  it('answers 408 to one that stops in the middle, and closes the connection', async () => {
    const socket = await beginUpload();
    const said: Buffer[] = [];
    for await (const chunk of socket) said.push(chunk as Buffer);
    expect(Buffer.concat(said).toString()).toMatch(
      /^HTTP\/1.1 408 [\s\S]*connection: close[\s\S]*did not arrive in time/i,
    );
    expect(await temporaries()).toEqual([]);
  });
});

describe('GET /v1/media/{id}/preview', () => {
  it('shows people the picture encoded anew, small and without metadata, and logs who looked', async () => {
    const { mediaId } = await stored(await picture(110, { width: 300, height: 150 }));
    const reviewer = people.get('reviewer')!;
    const response = await get(`/v1/media/${mediaId}/preview`, reviewer.headers);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const { format, width, height, exif } = await sharp(bytes).metadata();
    expect({ format, width, height, exif }).toEqual({ format: 'webp', width: 300, height: 150, exif: undefined });
    expect(bytes.includes('SecretCamera')).toBe(false);
    const again = await get(`/v1/media/${mediaId}/preview`, people.get('analyst')!.headers);
    expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await revealedBy(mediaId)).toEqual([reviewer.id, people.get('analyst')!.id]);
  });

  it('is at most 1600 pixels wide and high', async () => {
    const wide = await sharp({ create: { width: 2_400, height: 600, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const { mediaId } = await stored(wide);
    const response = await get(`/v1/media/${mediaId}/preview`, people.get('reviewer')!.headers);
    const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect([width, height]).toEqual([1_600, 400]);
  });

  it("does not log a look at one's own trial, and does one at somebody else's", async () => {
    const reviewer = people.get('reviewer')!;
    const { mediaId } = await stored(await picture(111), reviewer.headers);
    expect(await world.service.find(mediaId, null)).toMatchObject({ trial: true, consoleAccountId: reviewer.id });
    expect((await get(`/v1/media/${mediaId}/preview`, reviewer.headers)).status).toBe(200);
    expect(await revealedBy(mediaId)).toEqual([]);
    expect((await get(`/v1/media/${mediaId}/preview`, people.get('legal')!.headers)).status).toBe(200);
    expect(await revealedBy(mediaId)).toEqual([people.get('legal')!.id]);
  });

  it('shows a withheld file to nobody, and a likeness to the legal role only, of which no copy is made', async () => {
    const { mediaId, sha256 } = await stored(await picture(112));
    const look = async (role: Role) => (await get(`/v1/media/${mediaId}/preview`, people.get(role)!.headers)).status;
    const withhold = (reason: 'csam' | 'csam_perceptual') =>
      world.database.transaction((tx) => world.service.withhold(tx, [sha256], reason));
    expect(await withhold('csam_perceptual')).toMatchObject([
      { action: 'media-withheld', subject: { id: sha256 }, details: { reason: 'csam_perceptual' } },
    ]);
    expect([await look('reviewer'), await look('analyst'), await look('legal')]).toEqual([403, 403, 200]);
    expect(
      await world.blobs.stat(`previews/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.webp`),
    ).toBeUndefined();
    expect(await withhold('csam')).toHaveLength(1);
    expect(await withhold('csam_perceptual')).toEqual([]);
    expect([await look('reviewer'), await look('legal')]).toEqual([403, 403]);
    const problem = await (await get(`/v1/media/${mediaId}/preview`, people.get('reviewer')!.headers)).json();
    expect(problem).toMatchObject({ type: 'urn:tidegate:problem:media-withheld', remedy: expect.stringMatching(/\w/) });
    expect(await revealedBy(mediaId)).toEqual([people.get('legal')!.id]);
  });

  it('shows no file that was exchanged or is missing, and nothing to a key', async () => {
    const { mediaId, sha256 } = await stored(await picture(113));
    const reviewer = people.get('reviewer')!.headers;
    expect((await get(`/v1/media/${mediaId}/preview`)).status).toBe(403);
    const key = `files/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
    await world.blobs.put(key, await picture(114));
    expect((await get(`/v1/media/${mediaId}/preview`, reviewer)).status).toBe(404);
    await world.blobs.delete(key);
    const response = await get(`/v1/media/${mediaId}/preview`, reviewer);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'urn:tidegate:problem:media-lost' });
    expect((await get('/v1/media/00000000-0000-7000-8000-000000000000/preview', reviewer)).status).toBe(404);
    expect(await revealedBy(mediaId)).toEqual([]);
  });
});
