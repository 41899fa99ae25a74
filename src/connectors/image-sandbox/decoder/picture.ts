import sharp, { type Sharp, type SharpOptions } from 'sharp';
import type { ImageType } from '#contracts/media.ts';
import { ImageFaultError } from '#engine/ports/image-sandbox.ts';
import type { ImageLimits } from '../limits.ts';
import { type Container, walkContainer } from './container.ts';
import { imageTypeOf } from './image-type.ts';

/** A file whose header was read and found within the limits. Nothing is decoded yet. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly type: ImageType;
  readonly container: Container;
  /** Upright. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Not turned by its EXIF block. */
  readonly asStored: boolean;
  /** Has an alpha channel. */
  readonly transparent: boolean;
  readonly exif: Uint8Array | undefined;
  readonly xmp: Uint8Array | undefined;
}

const formats: Readonly<Record<ImageType, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'heif',
  'image/tiff': 'tiff',
};

export const corrupt = (what: string): ImageFaultError =>
  new ImageFaultError('corrupt', `${what} The file is damaged or made to mislead: send it anew, or another one.`);

/** Pixel limits of the library's own are checked again in it, should a header say one thing and the data another. */
export const openFile = (bytes: Uint8Array, limits: ImageLimits, more: SharpOptions = {}): Sharp =>
  sharp(bytes, {
    limitInputPixels: limits.maximumPixels,
    sequentialRead: true,
    unlimited: false,
    failOn: 'error',
    page: 0,
    pages: 1,
    ...more,
  });

const refuseTooLarge = (width: number, height: number, frames: number, limits: ImageLimits): void => {
  const pixels = width * height;
  if (pixels > limits.maximumPixels) {
    throw new ImageFaultError(
      'too_many_pixels',
      `The picture has ${width} x ${height} pixels; at most ${limits.maximumPixels} are decoded. Scale it down.`,
    );
  }
  if (frames > limits.maximumFrames) {
    throw new ImageFaultError(
      'too_many_frames',
      `The animation has ${frames} frames; at most ${limits.maximumFrames} are accepted. Shorten it.`,
    );
  }
  if (pixels * frames > limits.maximumTotalPixels) {
    throw new ImageFaultError(
      'too_many_pixels',
      `${frames} frames of ${width} x ${height} pixels; at most ${limits.maximumTotalPixels} pixels in all are accepted. Shorten the animation or scale it down.`,
    );
  }
};

const pixelLimitMessage = /pixel limit/i;

/**
 * Reads the file's type and header.
 *
 * @throws ImageFaultError `not_an_image`, `unsupported_type`, `too_many_pixels`, `too_many_frames`, `corrupt`.
 */
export const openPicture = async (bytes: Uint8Array, limits: ImageLimits): Promise<Picture> => {
  const type = await imageTypeOf(bytes);
  const container = walkContainer(bytes, type);
  if (container.unseenFrames) {
    throw new ImageFaultError(
      'unsupported_type',
      'The file is an animated PNG or AVIF, of which not all that people see would be seen here. Send a GIF or WebP.',
    );
  }
  const header = await openFile(bytes, limits, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch(() => {
      throw corrupt('The header cannot be read.');
    });
  if (header.format !== formats[type]) throw corrupt(`The file begins as ${type} and continues as something else.`);
  const frames = header.pages ?? 1;
  const { width, height } = header.autoOrient;
  refuseTooLarge(width, height, frames, limits);
  const asStored = (header.orientation ?? 1) === 1;
  const transparent = header.hasAlpha === true;
  return { bytes, type, container, width, height, frames, asStored, transparent, exif: header.exif, xmp: header.xmp };
};

/** What is made of a frame: steps that follow on the opened file. */
export type Steps = (image: Sharp) => Sharp;

export interface Developed {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Pixels were missing or damaged, and made up for as viewers do. */
  readonly damaged: boolean;
}

/** Upright, in sRGB, alpha laid over a colour. */
export const uprightOver =
  (background: string): Steps =>
  (image) =>
    image.autoOrient().toColourspace('srgb').flatten({ background });

/** Upright, in sRGB, without alpha: what every view of a picture begins with. */
export const upright = uprightOver('#ffffff');

/**
 * Runs `steps` on one frame. A frame with damaged pixels is tried again as viewers would show it.
 *
 * @throws ImageFaultError `corrupt` where viewers would show nothing, `too_many_pixels` where a later frame is larger than the header said.
 */
export const developFrame = async (
  { bytes }: Pick<Picture, 'bytes'>,
  frame: number,
  limits: ImageLimits,
  steps: Steps,
): Promise<Developed> => {
  const attempt = async (failOn: 'error' | 'none'): Promise<Developed> => {
    const { data, info } = await steps(openFile(bytes, limits, { failOn, page: frame })).toBuffer({
      resolveWithObject: true,
    });
    return { data, width: info.width, height: info.height, damaged: failOn === 'none' };
  };
  try {
    return await attempt('error');
  } catch {
    try {
      return await attempt('none');
    } catch (cause) {
      if (cause instanceof Error && pixelLimitMessage.test(cause.message)) {
        throw new ImageFaultError('too_many_pixels', `Frame ${frame} has more than ${limits.maximumPixels} pixels.`);
      }
      throw corrupt(`Frame ${frame} cannot be decoded.`);
    }
  }
};
