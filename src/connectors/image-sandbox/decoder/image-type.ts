import { fileTypeFromBuffer } from 'file-type';
import type { ImageType } from '#contracts/media.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

/** HEVC and its like hide in the same container; only AV1 is decoded. */
const isAvif = (bytes: Uint8Array): boolean => {
  if (ascii(bytes, 4, 4) !== 'ftyp') return false;
  const size = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const end = Math.min(size, bytes.length, 256);
  const major = ascii(bytes, 8, 4);
  if (major === 'avif' || major === 'avis') return true;
  if (!['mif1', 'msf1', 'miaf'].includes(major)) return false;
  const brands = new Set<string>();
  for (let at = 16; at + 4 <= end; at += 4) brands.add(ascii(bytes, at, 4));
  const others = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'jpeg', 'j2ki', 'avci', 'vvic'];
  return (brands.has('avif') || brands.has('avis')) && !others.some((brand) => brands.has(brand));
};

/** The type by the first bytes alone, for the types that are decoded. Signatures from each format's specification. */
const decodableType = (bytes: Uint8Array): ImageType | undefined => {
  if (bytes.length < 12) return undefined;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  const eight = ascii(bytes, 0, 8);
  if (eight === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (eight.startsWith('GIF87a') || eight.startsWith('GIF89a')) return 'image/gif';
  if (eight.startsWith('RIFF') && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp';
  if (eight.startsWith('II*\0') || eight.startsWith('MM\0*')) return 'image/tiff';
  return isAvif(bytes) ? 'image/avif' : undefined;
};

/** What a file that is no decodable picture seems to be, as a media type, from a fixed list of the library's. */
const otherType = async (bytes: Uint8Array): Promise<string | undefined> => {
  const head = bytes.subarray(0, 4_100);
  if (/<svg[\s>]/i.test(Buffer.from(head).toString('latin1'))) return 'image/svg+xml';
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    return undefined;
  }
};

/**
 * The file's type by its first bytes. Anything but the types that are decoded ends here, before the decoder's library sees a byte of it.
 *
 * @throws ImageFaultError `unsupported_type` for another known kind of file, `not_an_image` for the rest.
 */
export const imageTypeOf = async (bytes: Uint8Array): Promise<ImageType> => {
  const type = decodableType(bytes);
  if (type !== undefined) return type;
  const other = await otherType(bytes);
  if (other === undefined) {
    throw new ImageFaultError('not_an_image', 'The file does not begin as a picture does; it may be empty or damaged.');
  }
  const fault = other.startsWith('image/') || other === 'application/pdf' ? 'unsupported_type' : 'not_an_image';
  throw new ImageFaultError(
    fault,
    `The file is ${other}. JPEG, PNG, GIF, WebP, AVIF and TIFF are decoded: send one of these.`,
  );
};
