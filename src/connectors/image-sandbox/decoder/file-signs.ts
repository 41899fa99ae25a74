import type { FileSign, ImageType } from '#contracts/media.ts';
import type { ClaimedFile } from '#engine/ports/image-sandbox.ts';
import { mostFrames } from '../limits.ts';
import type { Container } from './container.ts';
import { hasArchive, hasScript } from './embedded.ts';

const extensions: Readonly<Record<ImageType, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif', 'pjpeg', 'pjp', 'mpo'],
  'image/png': ['png', 'apng'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif', 'avifs'],
  'image/tiff': ['tif', 'tiff'],
};

const otherNames: Readonly<Record<string, ImageType>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/apng': 'image/png',
  'image/tif': 'image/tiff',
};

/** Types that say nothing, as browsers and tools send them for what they do not know. */
const sayNothing = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'image/*']);

const extensionDiffers = (fileName: string | undefined, type: ImageType): boolean => {
  const [, extension] = /\.([^./\\]{1,20})$/.exec(fileName ?? '') ?? [];
  return extension !== undefined && !extensions[type].includes(extension.toLowerCase());
};

const declaredTypeDiffers = (contentType: string | undefined, type: ImageType): boolean => {
  const declared = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  return !sayNothing.has(declared) && (otherNames[declared] ?? declared) !== type;
};

/** Zeros that pad a file to a block's length are no content. */
const hasTrailingData = (bytes: Uint8Array, end: number): boolean =>
  bytes.subarray(end).some((byte) => byte !== 0 && byte !== 0x0a && byte !== 0x0d);

/** Shorter side below this: an icon or a tracking pixel, too small to be judged as a picture. */
const tinySide = 16;
/** Longer side over shorter side at or above this. */
const extremeAspect = 10;

export interface SignedFile {
  readonly bytes: Uint8Array;
  readonly type: ImageType;
  readonly container: Container;
  readonly claimed: ClaimedFile;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** The decoder had to make up for pixels that are missing or damaged. */
  readonly damaged: boolean;
}

/** Oddities of the file, in the order of `fileSigns`. */
export const fileSignsOf = (file: SignedFile): FileSign[] => {
  const { bytes, type, container, claimed, width, height } = file;
  const shorter = Math.min(width, height);
  const signs: readonly (readonly [FileSign, boolean])[] = [
    ['extension_differs', extensionDiffers(claimed.fileName, type)],
    ['declared_type_differs', declaredTypeDiffers(claimed.contentType, type)],
    ['trailing_data', hasTrailingData(bytes, container.end)],
    ['embedded_archive', hasArchive(bytes, container.end)],
    ['embedded_script', hasScript(bytes)],
    ['truncated', container.truncated || file.damaged],
    ['many_frames', file.frames > mostFrames],
    ['tiny', shorter < tinySide],
    ['extreme_aspect', Math.max(width, height) / shorter >= extremeAspect],
  ];
  return signs.filter(([, found]) => found).map(([sign]) => sign);
};
