import type { ImageType } from '#contracts/media.ts';

/** What a walk over the file's outer structure tells, without a decoder. */
export interface Container {
  /** First byte after the picture; the file's length where the format has no end of its own (TIFF). */
  readonly end: number;
  /** The file ends before the picture does. */
  readonly truncated: boolean;
  /** An animated PNG or AVIF: viewers may show pictures that the decoder does not see. */
  readonly unseenFrames: boolean;
}

const whole = (end: number): Container => ({ end, truncated: false, unseenFrames: false });
const cutOff = (bytes: Uint8Array): Container => ({ end: bytes.length, truncated: true, unseenFrames: false });
const endingAt = (end: number): Container => ({ end, truncated: true, unseenFrames: false });

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

/** From after a scan's header to the marker that ends it. */
const endOfScan = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]!;
    if (next !== 0x00 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return -1;
};

/** JPEG (ITU T.81, B.1). A phone's second picture after the first (CIPA DC-007 "MPF") belongs to the file. */
const walkJpeg = (bytes: Uint8Array): Container => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let severalPictures = false;
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return endingAt(at);
    const marker = bytes[at + 1]!;
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) {
      at += 2;
      const another = severalPictures && bytes[at] === 0xff && bytes[at + 1] === 0xd8;
      if (!another) return whole(at);
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else {
      if (at + 4 > bytes.length) break;
      const length = view.getUint16(at + 2);
      if (marker === 0xe2 && ascii(bytes, at + 4, 4) === 'MPF\0') severalPictures = true;
      at += 2 + length;
      if (marker !== 0xda) continue;
      at = endOfScan(bytes, at);
      if (at < 0) break;
    }
  }
  return cutOff(bytes);
};

/**
 * PNG (W3C Recommendation, third edition, 5.3). Not the count of frames tells whether viewers show more than IDAT, which they do not show at all
 * where the only frame is one of `fdAT`, but whether there are such frames, or more than one is announced by whichever `acTL`.
 */
const walkPng = (bytes: Uint8Array): Container => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let unseenFrames = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = ascii(bytes, at + 4, 4);
    const end = at + 12 + length;
    if (type === 'fdAT') unseenFrames = true;
    if (end > bytes.length) break;
    if (type === 'acTL' && length >= 8 && view.getUint32(at + 8) > 1) unseenFrames = true;
    if (type === 'IEND') return { ...whole(end), unseenFrames };
    at = end;
  }
  return { ...cutOff(bytes), unseenFrames };
};

/** After the last of the sub-blocks that begin at `from`; past the end where they do not end. */
const endOfSubBlocks = (bytes: Uint8Array, from: number): number => {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
  return at + 1;
};

const colourTableBytes = (packed: number): number => ((packed & 0x80) === 0 ? 0 : 3 * 2 ** ((packed & 7) + 1));

/** GIF (GIF89a specification, 1990). */
const walkGif = (bytes: Uint8Array): Container => {
  let at = 13 + colourTableBytes(bytes[10]!);
  while (at < bytes.length) {
    const kind = bytes[at];
    if (kind === 0x3b) return whole(at + 1);
    if (kind === 0x21) at = endOfSubBlocks(bytes, at + 2);
    else if (kind === 0x2c && at + 9 < bytes.length)
      at = endOfSubBlocks(bytes, at + 10 + colourTableBytes(bytes[at + 9]!) + 1);
    else return endingAt(at);
  }
  return cutOff(bytes);
};

/** WebP (RFC 9649): one RIFF chunk. */
const walkWebp = (bytes: Uint8Array): Container => {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  const end = 8 + size + (size & 1);
  return end > bytes.length + (size & 1) ? cutOff(bytes) : whole(Math.min(end, bytes.length));
};

/** Whether the first box (`ftyp`) names the brand of image sequences (AV1 Image File Format 1.1, 6.2). */
const isSequence = (bytes: Uint8Array, view: DataView): boolean => {
  const end = Math.min(bytes.length, view.getUint32(0));
  for (let at = 8; at + 4 <= end; at += 4) if (ascii(bytes, at, 4) === 'avis') return true;
  return false;
};

/** AVIF: boxes of the ISO base media file format (ISO/IEC 14496-12), until something that is none. Frames of a sequence are in `moov`. */
const walkAvif = (bytes: Uint8Array): Container => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let unseenFrames = isSequence(bytes, view);
  const ended = (container: Container): Container => ({ ...container, unseenFrames });
  let at = 0;
  while (at + 8 <= bytes.length) {
    const type = ascii(bytes, at + 4, 4);
    if (!/^[A-Za-z0-9 ]{4}$/.test(type)) return ended(whole(at));
    unseenFrames ||= type === 'moov';
    const short = view.getUint32(at);
    const long = short === 1 && at + 16 <= bytes.length;
    const size = long ? Number(view.getBigUint64(at + 8)) : short;
    if (size === 0) return ended(whole(bytes.length));
    if (size < 8) return ended(whole(at));
    if (at + size > bytes.length) return ended(cutOff(bytes));
    at += size;
  }
  return ended(whole(at));
};

const walks: Readonly<Record<ImageType, (bytes: Uint8Array) => Container>> = {
  'image/jpeg': walkJpeg,
  'image/png': walkPng,
  'image/gif': walkGif,
  'image/webp': walkWebp,
  'image/avif': walkAvif,
  'image/tiff': (bytes) => whole(bytes.length),
};

/** Where the picture ends and whether it is all there. Linear in the file's length; never throws, whatever the bytes. */
export const walkContainer = (bytes: Uint8Array, type: ImageType): Container => walks[type](bytes);
