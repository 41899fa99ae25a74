import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blackPng,
  bombChunks,
  emptyZip,
  exifOf,
  gifOf,
  jpegWithExif,
  photo,
} from '#connectors/image-sandbox/hostile-files.fixture.ts';
import type { MediaAnswer } from '#contracts/media.ts';
import type { Problem } from '#contracts/problem.ts';
import { type Client, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { uploadOf } from '#test/support/pictures.ts';

/** Whatever is sent as a picture: a clear error or an honest answer, and the process lives. */

let app: TestApplication;
let platform: Client;

beforeAll(async () => {
  app = await startTestApplication();
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());

const send = (file: Uint8Array, fileName = 'picture.jpg', contentType = 'image/jpeg') =>
  platform.request<MediaAnswer & Problem>('/v1/media', uploadOf(file, { fileName, contentType }));

const jpeg = (): Promise<Buffer> => photo(320, 240).jpeg().toBuffer();

const svg = Buffer.from(
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>fetch("http://169.254.169.254/")</script><image href="http://169.254.169.254/a.png" width="10" height="10"/></svg>',
);

const refused: readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array, number])[] = [
  ['nothing at all', () => Buffer.alloc(0), 415],
  ['random bytes', () => Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 251)), 415],
  ['an SVG with a script and references', () => svg, 415],
  ['a web page', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 415],
  ['a PNG of 30,000 by 30,000 pixels', () => blackPng(30_000, 30_000), 422],
  ['an animation of 5,000 frames', () => gifOf(5_000), 422],
  ['the first bytes of a picture', async () => (await jpeg()).subarray(0, 20), 422],
];

describe('A3 B6: a bad picture', () => {
  it.each(refused)('%s is refused with the place and a remedy', async (_name, make, status) => {
    const answer = await send(await make());
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.detail).toMatch(/\w/);
    expect(answer.body.remedy).toMatch(/\w/);
  });

  it('with compressed metadata that would fill the memory costs nothing', async () => {
    const answer = await send(blackPng(64, 64, bombChunks(300_000_000)));
    expect([201, 422]).toContain(answer.status);
  });

  it('of one pixel is taken for what it is', async () => {
    const answer = await send(blackPng(1, 1), 'dot.png', 'image/png');
    expect(answer).toMatchObject({ status: 201, body: { width: 1, height: 1 } });
    const decided = await submit(platform, {
      account: { id: 'dots' },
      surface: 'post',
      parts: [{ id: 'dot', kind: 'image', mediaId: answer.body.mediaId }],
      deadlineMs: 30_000,
    });
    expect(['approve', 'review']).toContain(decided.decision.outcome);
  });

  it('that is something else besides is told of by its signs', async () => {
    const picture = await jpeg();
    const cases = [
      ['trailing_data', Buffer.concat([picture, Buffer.from('left over '.repeat(20))])],
      ['embedded_archive', Buffer.concat([picture, emptyZip])],
      ['embedded_script', Buffer.concat([picture, Buffer.from('<script>alert(1)</script>')])],
      ['truncated', picture.subarray(0, Math.floor(picture.length * 0.6))],
    ] as const;
    for (const [sign, file] of cases) {
      const answer = await send(file);
      expect(answer.status, sign).toBe(201);
      const { itemId } = await submit(platform, {
        account: { id: `signs-${sign}` },
        surface: 'post',
        parts: [{ id: 'photo', kind: 'image', mediaId: answer.body.mediaId }],
        deadlineMs: 30_000,
      });
      const { body } = await platform.request<{ media: { signs: string[] }[] }>(`/v1/items/${itemId}`);
      expect(body.media[0]!.signs).toContain(sign);
    }
  });

  it('with hostile metadata is looked at all the same, and keeps its place to itself', async () => {
    // A directory that leads to itself, and a text of four gigabytes.
    const entries = [
      [0x8769, 4, 1, 8],
      [0x0131, 2, 0xffff_ffff, 9],
    ] as const;
    const file = jpegWithExif(await jpeg(), exifOf([{ at: 8, entries }], 64));
    expect((await send(file)).status).toBe(201);
    const garbage = jpegWithExif(await jpeg(), Buffer.from(`Exif\0\0MM\0*${'\xff'.repeat(2_000)}`, 'latin1'));
    expect((await send(garbage)).status).toBe(201);
  });

  it('comes in a form that is broken, or in none', async () => {
    const form = uploadOf(await jpeg());
    const cut = { ...form, rawBody: form.rawBody.slice(0, form.rawBody.length - 40) };
    const none = { rawBody: Uint8Array.from(await jpeg()), headers: { 'content-type': 'image/jpeg' } };
    const empty = {
      rawBody: Uint8Array.from(Buffer.from('--x--\r\n')),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    };
    for (const [body, statuses] of [
      [cut, [400]],
      [none, [415]],
      [empty, [400, 422]],
    ] as const) {
      const answer = await platform.request<Problem>('/v1/media', body);
      expect(statuses).toContain(answer.status);
      expect(answer.body.remedy).toMatch(/\w/);
    }
  });

  it('leaves the server as it was', async () => {
    expect((await send(await jpeg())).status).toBe(201);
    expect((await app.nobody.request('/healthz')).status).toBe(200);
  });
});
