import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFactsSchema } from '#contracts/media.ts';
import { hammingDistance, parseHash256 } from '#engine/hash/hash256.ts';
import { pdqHash, pdqMatchDistance } from '#engine/hash/pdq.ts';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { gifOf, photo } from './hostile-files.fixture.ts';
import { createImageSandbox } from './image-sandbox.ts';

const sandbox = createImageSandbox({ timeoutMs: 30_000 });
beforeAll(() => sandbox.open());
afterAll(() => sandbox.close());

describe('facts of a picture', () => {
  it('are its type, size, hashes and claims', async () => {
    const file = await photo(320, 200)
      .withExif({
        IFD0: { Software: 'Paint 3', Make: 'Acme', Model: 'One' },
        IFD2: { DateTimeOriginal: '2024:05:01 12:30:00' },
        IFD3: { GPSLatitude: '52/1 31/1 12/1', GPSLatitudeRef: 'N' },
      })
      .jpeg()
      .toBuffer();
    const facts = await sandbox.examine(file, { fileName: 'a.JPG', contentType: 'image/jpeg; q=1' });
    expect(imageFactsSchema.parse(facts)).toEqual({
      sha256: createHash('sha256').update(file).digest('hex'),
      md5: createHash('md5').update(file).digest('hex'),
      type: 'image/jpeg',
      bytes: file.length,
      width: 320,
      height: 200,
      frames: 1,
      hashes: [expect.objectContaining({ frame: 0, quality: 100 })],
      claims: { createdAt: '2024-05-01T12:30:00', software: 'Paint 3', camera: 'Acme One', hasPosition: true },
      signs: [],
    });
    expect(JSON.stringify(facts)).not.toContain('52/1');
  });

  it('have the hash of the upright pixels, with the seven others in their order', async () => {
    const file = await photo(300, 200).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const facts = await sandbox.examine(file);
    expect([facts.width, facts.height]).toEqual([200, 300]);
    const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { hex, quality, orientations } = pdqHash({ data, width: info.width, height: info.height });
    expect(facts.hashes[0]).toMatchObject({ pdq: hex, quality });
    const turned = await sandbox.examine(await sharp(file).autoOrient().rotate(180).png().toBuffer());
    const distances = facts.hashes[0]!.rotations.map((rotation) =>
      hammingDistance(parseHash256(rotation), parseHash256(turned.hashes[0]!.pdq)),
    );
    expect(distances.indexOf(Math.min(...distances))).toBe(1);
    expect(Object.keys(orientations)[2]).toBe('rotate180');
    expect(distances[1]).toBeLessThanOrEqual(pdqMatchDistance);
  });

  it.each(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'] as const)('are found of %s', async (format) => {
    const facts = await sandbox.examine(await photo(64, 48).toFormat(format).toBuffer());
    expect(facts).toMatchObject({ type: `image/${format}`, width: 64, height: 48, frames: 1, signs: [] });
  });

  it('cover all frames of a short animation and sixteen of a long one, first and last among them', async () => {
    const short = await sandbox.examine(gifOf(3));
    expect(short.hashes.map(({ frame }) => frame)).toEqual([0, 1, 2]);
    const long = await sandbox.examine(gifOf(1_000));
    expect(long.frames).toBe(1_000);
    expect(long.hashes).toHaveLength(16);
    expect([long.hashes[0]!.frame, long.hashes[15]!.frame]).toEqual([0, 999]);
    expect(long.signs).toContain('many_frames');
  });

  it('see each frame of an animation as it is', async () => {
    const frames = await Promise.all([photo(64, 64), photo(64, 64).negate()].map((image) => image.png().toBuffer()));
    const file = await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    const [first, second] = await sandbox.view(file, { kind: 'rgb', maximumSide: 64 });
    const expected = await Promise.all(frames.map((frame) => sharp(frame).raw().toBuffer()));
    expect(Buffer.from(first!.data).equals(expected[0]!)).toBe(true);
    expect(Buffer.from(second!.data).equals(expected[1]!)).toBe(true);
  });
});

describe('views', () => {
  it('rgb is scaled down, never up, and laid over white', async () => {
    const clear = { create: { width: 40, height: 20, channels: 4, background: '#00000000' } } as const;
    const file = await sharp(clear).png().toBuffer();
    const [small] = await sandbox.view(file, { kind: 'rgb', maximumSide: 10 });
    expect([small!.width, small!.height]).toEqual([10, 5]);
    expect(new Set(small!.data)).toEqual(new Set([255]));
    const [same] = await sandbox.view(file, { kind: 'rgb', maximumSide: 1_000 });
    expect([same!.width, same!.height]).toEqual([40, 20]);
  });

  it('rgb of a still picture with transparency shows it over black too, where that is another picture', async () => {
    const pixels = Buffer.alloc(30 * 20 * 4, 255);
    const lookAt = async (alpha: number) => {
      for (let at = 3; at < pixels.length; at += 8) pixels[at] = alpha;
      const file = await sharp(pixels, { raw: { width: 30, height: 20, channels: 4 } })
        .png()
        .toBuffer();
      return sandbox.view(file, { kind: 'rgb', maximumSide: 30 });
    };
    const [white, black, ...others] = await lookAt(0);
    expect(new Set(white!.data)).toEqual(new Set([255]));
    expect(new Set(black!.data)).toEqual(new Set([0, 255]));
    expect(others).toEqual([]);
    expect(await lookAt(255)).toHaveLength(1);
  });

  it('grey, CMYK and 16-bit pictures come as three channels of 8 bits', async () => {
    const files = await Promise.all([
      photo(20, 10).greyscale().png().toBuffer(),
      photo(20, 10).toColourspace('cmyk').jpeg().toBuffer(),
      photo(20, 10).toColourspace('rgb16').png().toBuffer(),
    ]);
    for (const file of files) {
      const [view] = await sandbox.view(file, { kind: 'rgb', maximumSide: 20 });
      expect(view!.data).toHaveLength(20 * 10 * 3);
    }
  });

  it('a square keeps fractions and comes from the full-size pixels', async () => {
    const file = await photo(300, 200).png().toBuffer();
    const [square] = await sandbox.view(file, {
      kind: 'square',
      side: 224,
      resampling: 'align_corners_bilinear',
    });
    const pixels = await photo(300, 200).raw().toBuffer();
    expect(square!.data).toBeInstanceOf(Float32Array);
    expect(square!.data).toHaveLength(224 * 224 * 3);
    expect([...square!.data.slice(0, 3)]).toEqual([...pixels.subarray(0, 3)]);
    expect([...square!.data.slice(-3)]).toEqual([...pixels.subarray(-3)]);
    expect(square!.data.some((value) => !Number.isInteger(value))).toBe(true);
  });

  it('encoded ones carry no metadata at all', async () => {
    const secret = 'hidden-in-the-file';
    const withComment = (jpeg: Buffer): Buffer =>
      Buffer.concat([jpeg.subarray(0, 2), Buffer.from(`\xff\xfe\0\x14${secret}`, 'latin1'), jpeg.subarray(2)]);
    const file = withComment(
      await photo(200, 120)
        .withIccProfile('p3')
        .withExif({ IFD0: { Software: secret, ImageDescription: secret }, IFD3: { GPSLatitude: '1/1 2/1 3/1' } })
        .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>${secret}</note></x:xmpmeta>`)
        .jpeg()
        .toBuffer(),
    );
    expect(file.includes(secret)).toBe(true);
    for (const kind of ['jpeg', 'webp'] as const) {
      const [view, ...others] = await sandbox.view(file, { kind, maximumSide: 100, quality: 80 });
      expect(others).toEqual([]);
      expect(view).toMatchObject({ type: `image/${kind}`, width: 100, height: 60 });
      const { exif, icc, xmp, iptc, comments, format } = await sharp(view!.data).metadata();
      expect({ exif, icc, xmp, iptc, comments, format }).toEqual({ format: kind });
      const text = Buffer.from(view!.data).toString('latin1');
      for (const mark of [secret, 'Exif', 'ICC_PROFILE', 'ICCP', 'xmp', 'Photoshop']) expect(text).not.toContain(mark);
    }
  });

  it('that cannot be made are the mistake of who asks', async () => {
    const file = gifOf(1);
    await expect(sandbox.view(file, { kind: 'rgb', maximumSide: 0 })).rejects.toThrow(RangeError);
    await expect(sandbox.view(file, { kind: 'jpeg', maximumSide: 10, quality: 101 })).rejects.toThrow('`quality`');
    await expect(sandbox.view(file, { kind: 'square', side: 1e9, resampling: 'bilinear_antialiased' })).rejects.toThrow(
      '`side`',
    );
  });
});

const fixtures = fixturesFolder();
describe.skipIf(fixtures === undefined)('real pictures', () => {
  it('are all examined', { timeout: 60_000 }, async () => {
    const media = join(fixtures ?? '', 'media');
    const files = ['benign', 'pdq', 'c2pa'].flatMap((folder) =>
      readdirSync(join(media, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(png|jpe?g|webp)$/.test(name))
        .map((name) => join(media, folder, name)),
    );
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const facts = await sandbox.examine(readFileSync(file), { fileName: file });
      expect(facts.signs, file).toEqual([]);
    }
  });
});
