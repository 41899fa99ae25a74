import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';

/** Pictures for tests. Those with text lie in test/fixtures/pictures, since a machine need not have fonts. */

export const pictureFixture = (name: 'meme-hateful.jpg' | 'meme-benign.jpg' | 'note.png'): Buffer =>
  readFileSync(new URL(`../fixtures/pictures/${name}`, import.meta.url));

/** Uniform numbers 0..1 from a seed (mulberry32). */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

/** Soft coloured shapes without any text, different for every seed: enough structure for a perceptual hash of good quality. */
export const photo = async (seed: number, { width = 640, height = 480 } = {}): Promise<Sharp> => {
  const random = seeded(seed);
  const [columns, rows] = [12, 9];
  const data = Uint8Array.from({ length: columns * rows * 3 }, () => Math.floor(random() * 256));
  const coarse = await sharp(data, { raw: { width: columns, height: rows, channels: 3 } })
    .png()
    .toBuffer();
  const smooth = await sharp(coarse).resize(width, height, { fit: 'fill', kernel: 'cubic' }).png().toBuffer();
  return sharp(smooth);
};

export const photoJpeg = async (seed: number, size: { width?: number; height?: number } = {}): Promise<Buffer> =>
  (await photo(seed, size)).jpeg({ quality: 88 }).toBuffer();

const boundary = '----tidegate-tests';

/** The body of an upload, for clients that send bytes as they are. */
export const uploadOf = (
  file: Uint8Array,
  { fileName = 'picture.jpg', contentType = 'image/jpeg' } = {},
): { rawBody: Uint8Array<ArrayBuffer>; headers: Record<string, string> } => ({
  rawBody: Uint8Array.from(
    Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: ${contentType}\r\n\r\n`,
      ),
      file,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  ),
  headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
});
