import type { RgbImage } from '#engine/ports/image-sandbox.ts';
import { evenlySpread, type ImageLimits } from '../limits.ts';
import { chooseFrames } from './choose-frames.ts';
import { corrupt, developFrame, openFile, type Picture, upright } from './picture.ts';

export interface LookedAtFrame {
  /** Counts from 0. */
  readonly frame: number;
  /** At full size. */
  readonly image: RgbImage;
  readonly damaged: boolean;
}

/**
 * Animations of up to as many pixels are decoded in one go. To get at a frame of an animation, the library decodes all before it, so that
 * frame by frame the work grows with the square of their number; longer ones are, all the same, since they would not fit into memory.
 */
const pixelsAtOnce = 60_000_000;

const isAnimation = ({ type, frames }: Picture): boolean =>
  frames > 1 && (type === 'image/gif' || type === 'image/webp');

/** All frames below each other. Undefined where they have to be looked at one by one after all, to find the damaged ones. */
const decodeAtOnce = async (
  { bytes, width, height, frames }: Picture,
  limits: ImageLimits,
): Promise<Buffer | undefined> => {
  const limitInputPixels = pixelsAtOnce;
  try {
    const opened = openFile(bytes, limits, { pages: frames, limitInputPixels });
    const data = await opened.toColourspace('srgb').flatten({ background: '#ffffff' }).raw().toBuffer();
    return data.length === width * height * frames * 3 ? data : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The frames that are looked at, one after the other: of a long animation the ones that differ most, where it fits into memory, and else evenly
 * spread ones.
 *
 * @throws ImageFaultError `corrupt` where one of them cannot be decoded.
 */
export async function* framesOf(picture: Picture, limits: ImageLimits): AsyncGenerator<LookedAtFrame> {
  const { width, height, frames } = picture;
  const fits = picture.asStored && width * height * frames <= pixelsAtOnce;
  const all = isAnimation(picture) && fits ? await decodeAtOnce(picture, limits) : undefined;
  const frameBytes = width * height * 3;
  const chosen = all === undefined ? evenlySpread(frames) : chooseFrames({ data: all, width, height, frames });
  for (const frame of chosen) {
    if (all !== undefined) {
      const data = all.subarray(frame * frameBytes, (frame + 1) * frameBytes);
      yield { frame, image: { data, width, height }, damaged: false };
      continue;
    }
    const { damaged, ...image } = await developFrame(picture, frame, limits, (opened) => upright(opened).raw());
    if (image.data.length !== image.width * image.height * 3)
      throw corrupt(`Frame ${frame} has other channels than it should.`);
    yield { frame, image, damaged };
  }
}
