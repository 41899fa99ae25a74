import { randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFactsSchema } from '#contracts/media.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import {
  blackPng,
  bombChunks,
  emptyZip,
  exifOf,
  gifOf,
  jpegWithExif,
  photo,
  pngChunk,
  pngOf,
  pngSignature,
} from './hostile-files.fixture.ts';
import { createImageSandbox } from './image-sandbox.ts';

const sandbox = createImageSandbox({ timeoutMs: 30_000 });
beforeAll(() => sandbox.open());
afterAll(() => sandbox.close());

const formats = ['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'] as const;
const faultOf = async (file: Uint8Array): Promise<string> => {
  const error = await sandbox.examine(file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ImageFaultError ? error.fault : `no fault: ${String(error)}`;
};

describe('files that are no pictures, or none that are decoded', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'not_an_image'],
    ['one byte', Buffer.from([0xff]), 'not_an_image'],
    ['random bytes', Buffer.concat([Buffer.from([7]), randomBytes(5_000)]), 'not_an_image'],
    ['a ZIP file', emptyZip, 'not_an_image'],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n'), 'unsupported_type'],
    [
      'an SVG with a script and a reference outside',
      Buffer.from(
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>',
      ),
      'unsupported_type',
    ],
    ['HEIC', Buffer.from(`\0\0\0\x18ftypheic\0\0\0\0mif1heic${'\0'.repeat(200)}`, 'latin1'), 'unsupported_type'],
    [
      'HEIC under a neutral brand',
      Buffer.from(`\0\0\0\x1cftypmif1\0\0\0\0mif1avifheic${'\0'.repeat(200)}`, 'latin1'),
      'unsupported_type',
    ],
    ['a BMP', Buffer.concat([Buffer.from('BM'), Buffer.alloc(100)]), 'unsupported_type'],
    ['a signature and nothing else', Buffer.concat([pngSignature, Buffer.alloc(20)]), 'corrupt'],
  ])('%s', async (_, file, fault) => {
    expect(await faultOf(file)).toBe(fault);
  });

  it('an animated PNG, of which only the first frame would be seen', async () => {
    const control = Buffer.alloc(8);
    control.writeUInt32BE(2);
    expect(await faultOf(blackPng(20, 20, [pngChunk('acTL', control)]))).toBe('unsupported_type');
    const one = Buffer.alloc(8);
    one.writeUInt32BE(1);
    const twice = [pngChunk('acTL', control), pngChunk('acTL', one)];
    expect(await faultOf(blackPng(20, 20, twice)), 'announced twice').toBe('unsupported_type');
  });

  it('an animated PNG whose only frame hides the picture that the decoder sees', async () => {
    const one = Buffer.alloc(8);
    one.writeUInt32BE(1);
    const pixels = deflateSync(Buffer.alloc(4 * 20));
    const chunks = [
      pngChunk('acTL', one),
      pngChunk('IDAT', pixels),
      pngChunk('fcTL', Buffer.alloc(26)),
      pngChunk('fdAT', Buffer.concat([Buffer.alloc(4), pixels])),
    ];
    expect(await faultOf(pngOf(20, 20, 1, chunks))).toBe('unsupported_type');
  });

  it('an AVIF sequence, by its brand or its film', async () => {
    const still = await photo(64, 64).avif().toBuffer();
    expect((await sandbox.examine(still)).type).toBe('image/avif');
    const film = Buffer.from('\0\0\0\x10moov\0\0\0\x08free', 'latin1');
    expect(await faultOf(Buffer.concat([still, film]))).toBe('unsupported_type');
    const branded = Buffer.from(still);
    branded.write('avis', still.indexOf('miaf', 0, 'latin1'), 'latin1');
    expect(await faultOf(branded)).toBe('unsupported_type');
  });
});

describe('bombs', () => {
  it('a header that claims 30,000 x 30,000 pixels, with next to no data', async () => {
    expect(await faultOf(pngOf(30_000, 30_000, 8, [pngChunk('IDAT', deflateSync(Buffer.alloc(10)))]))).toBe(
      'too_many_pixels',
    );
  });

  it('a whole picture of 30,000 x 30,000 pixels in a hundred kilobytes', async () => {
    const file = blackPng(30_000, 30_000);
    expect(file.length).toBeLessThan(200_000);
    expect(await faultOf(file)).toBe('too_many_pixels');
  });

  it('one row of two billion pixels', async () => {
    expect(await faultOf(pngOf(2_147_483_647, 1, 8, [pngChunk('IDAT', deflateSync(Buffer.alloc(10)))]))).toMatch(
      /too_many_pixels|corrupt/,
    );
  });

  it('text and colour profiles that inflate to 512 MiB do no harm', async () => {
    const facts = await sandbox.examine(blackPng(20, 20, bombChunks(512 * 1024 * 1024)));
    expect(facts).toMatchObject({ width: 20, height: 20 });
  });

  it('an animation of 5,000 frames', async () => {
    expect(await faultOf(gifOf(5_000))).toBe('too_many_frames');
  });

  it('many frames of many pixels', async () => {
    const large = gifOf(900);
    large.writeUInt16LE(2_000, 6);
    large.writeUInt16LE(2_000, 8);
    expect(await faultOf(large)).toBe('too_many_pixels');
  });

  it('more bytes than are taken', async () => {
    expect(await faultOf(Buffer.alloc(25 * 1024 * 1024 + 1))).toBe('too_many_bytes');
  });
});

describe('files that are more than a picture', () => {
  const signsOf = async (file: Uint8Array, fileName?: string, contentType?: string) =>
    (await sandbox.examine(file, { ...(fileName && { fileName }), ...(contentType && { contentType }) })).signs;

  it('PNG and ZIP', async () => {
    const png = await photo(64, 64).png().toBuffer();
    expect(await signsOf(Buffer.concat([png, Buffer.from('PK\x03\x04'), emptyZip]))).toEqual([
      'trailing_data',
      'embedded_archive',
    ]);
  });

  it('a ZIP directory inside a comment, so that nothing trails', async () => {
    const jpeg = await photo(64, 64).jpeg().toBuffer();
    const inside = Buffer.concat([jpeg.subarray(0, 2), Buffer.from('\xff\xfe\0\x18', 'latin1'), emptyZip]);
    inside.writeUInt16LE(jpeg.length - 2, inside.length - 2);
    expect(await signsOf(Buffer.concat([inside, jpeg.subarray(2)]))).toEqual(['embedded_archive']);
  });

  it('JPEG and HTML', async () => {
    const jpeg = await photo(64, 64).jpeg().toBuffer();
    expect(await signsOf(Buffer.concat([jpeg, Buffer.from('<HTML><ScRiPt>alert(1)</script>')]))).toEqual([
      'trailing_data',
      'embedded_script',
    ]);
  });

  it('GIF and PDF, WebP and PHP', async () => {
    const gif = Buffer.concat([gifOf(1), Buffer.from('%PDF-1.7\n')]);
    expect(await signsOf(gif)).toEqual(expect.arrayContaining(['trailing_data', 'embedded_script']));
    const webp = Buffer.concat([await photo(64, 64).webp().toBuffer(), Buffer.from('<?php system($_GET[0]);')]);
    expect(await signsOf(webp)).toEqual(['trailing_data', 'embedded_script']);
  });

  it('padding with zeros is nothing', async () => {
    const png = await photo(64, 64).png().toBuffer();
    expect(await signsOf(Buffer.concat([png, Buffer.alloc(500)]))).toEqual([]);
  });

  it('a name or declared type that is not the file’s', async () => {
    const png = await photo(64, 64).png().toBuffer();
    expect(await signsOf(png, 'holiday.jpg', 'image/jpeg')).toEqual(['extension_differs', 'declared_type_differs']);
    expect(await signsOf(png, 'tool.png.exe')).toEqual(['extension_differs']);
    expect(await signsOf(png, 'no extension', 'application/octet-stream')).toEqual([]);
  });

  it('sizes that say something', async () => {
    expect(await signsOf(await photo(1, 1).png().toBuffer())).toEqual(['tiny']);
    expect(await signsOf(await photo(600, 20).png().toBuffer())).toEqual(['extreme_aspect']);
  });
});

describe('truncated and damaged files', () => {
  it.each(formats)('%s cut anywhere is a sign or a fault, never clean', async (format) => {
    const file = await photo(160, 120).toFormat(format).toBuffer();
    for (const share of [0.1, 0.3, 0.6, 0.9, 0.98]) {
      const cut = file.subarray(0, Math.floor(file.length * share));
      const outcome = await sandbox.examine(cut).then(
        ({ signs }) => signs.includes('truncated'),
        (error: unknown) => error instanceof ImageFaultError && error.fault === 'corrupt',
      );
      expect(outcome, `${format} at ${share}`).toBe(true);
    }
  });

  it('anything made of a good file by chance gives facts or a fault, and the sandbox goes on', {
    timeout: 120_000,
  }, async () => {
    const files = await Promise.all(formats.map((format) => photo(48, 40).toFormat(format).toBuffer()));
    const good = { fileName: 'good.png' };
    const before = await sandbox.examine(files[1]!, good);
    let faults = 0;
    const mutation = fc.record({
      file: fc.nat({ max: files.length - 1 }),
      changes: fc.array(fc.tuple(fc.integer({ min: 12, max: 1 << 20 }), fc.nat({ max: 255 })), {
        minLength: 1,
        maxLength: 12,
      }),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ file, changes, cut }) => {
        const bytes = Buffer.from(files[file]!);
        for (const [place, value] of changes) bytes[place % bytes.length] = value;
        const mutated = bytes.subarray(0, cut === null ? bytes.length : Math.floor(cut * bytes.length));
        try {
          imageFactsSchema.parse(await sandbox.examine(mutated));
        } catch (error) {
          expect(error).toBeInstanceOf(ImageFaultError);
          expect((error as ImageFaultError).fault).toMatch(
            /^(corrupt|not_an_image|unsupported_type|too_many_pixels|too_many_frames|out_of_memory)$/,
          );
          faults += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(faults).toBeGreaterThan(0);
    expect(faults).toBeLessThan(300);
    expect(await sandbox.examine(files[1]!, good)).toEqual(before);
  });
});

describe('hostile EXIF', () => {
  it('never breaks the examination and claims nothing it cannot mean', async () => {
    const jpeg = await photo(64, 48).jpeg().toBuffer();
    const cyclic = exifOf(
      [
        {
          at: 8,
          entries: [
            [0x8769, 4, 1, 8],
            [0x8825, 4, 1, 8],
          ],
        },
      ],
      60,
    );
    const endless = exifOf([{ at: 8, entries: [[0x0131, 2, 0xffff_ffff, 0xffff_fff0]] }], 60);
    const huge = exifOf(
      [{ at: 8, entries: Array.from({ length: 5_000 }, (_, tag) => [tag, 3, 0x7fff_ffff, 8] as const) }],
      65_000,
    );
    for (const exif of [cyclic, endless, huge, Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1'), randomBytes(60_000)]) {
      const facts = await sandbox.examine(jpegWithExif(jpeg, exif));
      expect(facts.claims).toEqual({ hasPosition: expect.any(Boolean) });
    }
  });

  it('loses control characters and anything over two hundred', async () => {
    const text = `\x1b[31mred\x07${'a'.repeat(300)}`;
    const file = await photo(64, 48)
      .withExif({ IFD0: { Software: text } })
      .jpeg()
      .toBuffer();
    const { claims } = await sandbox.examine(file);
    expect(claims.software).toMatch(/^\[31mred a+$/);
    expect(claims.software!.length).toBeLessThanOrEqual(200);
  });
});

it('a picture that is only damaged is still shown as viewers would', async () => {
  const png = await sharp({ create: { width: 50, height: 50, channels: 3, background: '#ff0000' } })
    .png()
    .toBuffer();
  const cut = (await photo(400, 300).jpeg().toBuffer()).subarray(0, 6_000);
  const [view] = await sandbox.view(cut, { kind: 'jpeg', maximumSide: 200, quality: 80 });
  expect(view).toMatchObject({ width: 200, height: 150 });
  expect((await sandbox.examine(png)).signs).toEqual([]);
});
