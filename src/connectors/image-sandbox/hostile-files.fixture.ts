/** Pictures of our own making, good and bad, for the tests. */
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A picture with something in it: soft noise, the same on every call. */
export const photo = (width: number, height: number): Sharp => {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      data[at] = 127 + 120 * Math.sin(x / 17 + y / 29);
      data[at + 1] = 127 + 120 * Math.sin(x / 41 - y / 13);
      data[at + 2] = (x * 7 + y * 3) & 0xff;
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
};

export const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(named.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  named.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(named), named.length + 4);
  return chunk;
};

export const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG of these chunks between IHDR and IEND. Colour type 0 is grey. */
export const pngOf = (width: number, height: number, bitDepth: number, chunks: readonly Buffer[]): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  return Buffer.concat([pngSignature, pngChunk('IHDR', header), ...chunks, pngChunk('IEND', Buffer.alloc(0))]);
};

/** All black, and small however large it claims to be. */
export const blackPng = (width: number, height: number, more: readonly Buffer[] = []): Buffer => {
  const row = 1 + Math.ceil(width / 8);
  return pngOf(width, height, 1, [...more, pngChunk('IDAT', deflateSync(Buffer.alloc(row * height)))]);
};

/** Chunks that grow to `bytes` when they are inflated. */
export const bombChunks = (bytes: number): readonly Buffer[] => {
  const packed = deflateSync(Buffer.alloc(bytes, 0x41), { level: 9 });
  const named = Buffer.from('Comment\0\0', 'latin1');
  return [
    pngChunk('iCCP', Buffer.concat([named, packed])),
    pngChunk('zTXt', Buffer.concat([named, packed])),
    pngChunk('iTXt', Buffer.concat([Buffer.from('Comment\0\x01\0\0\0', 'latin1'), packed])),
  ];
};

/** A GIF of black frames of 4 by 4 pixels, 40 bytes each. */
export const gifOf = (frames: number): Buffer => {
  const head = Buffer.from('GIF89a\x04\0\x04\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  const frame = Buffer.concat([
    Buffer.from('!\xf9\x04\0\x0a\0\0\0', 'latin1'),
    Buffer.from(',\0\0\0\0\x04\0\x04\0\0', 'latin1'),
    Buffer.from('\x02\x03\x84\x8f\x05\0', 'latin1'),
  ]);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
};

/** The end of an empty ZIP file. */
export const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** One entry of an EXIF directory: tag, type, count, value or offset. */
export type ExifEntry = readonly [tag: number, type: number, count: number, value: number];

export const exifOf = (
  directories: readonly { at: number; entries: readonly ExifEntry[] }[],
  bytes: number,
): Buffer => {
  const block = Buffer.alloc(bytes);
  block.write('MM\0*', 0, 'latin1');
  block.writeUInt32BE(directories[0]!.at, 4);
  for (const { at, entries } of directories) {
    block.writeUInt16BE(entries.length, at);
    entries.forEach(([tag, type, count, value], index) => {
      const entry = at + 2 + index * 12;
      block.writeUInt16BE(tag, entry);
      block.writeUInt16BE(type, entry + 2);
      block.writeUInt32BE(count, entry + 4);
      block.writeUInt32BE(value, entry + 8);
    });
  }
  return block;
};

/** A JPEG with an EXIF segment put in front of all others. */
export const jpegWithExif = (jpeg: Buffer, exif: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, body, jpeg.subarray(2)]);
};
