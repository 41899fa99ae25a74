import sharp from 'sharp';
import { ImageFaultError, type ImageView } from '#engine/ports/image-sandbox.ts';
import { type ImageLimits, maximumAnswerBytes } from '../limits.ts';
import { framesOf } from './frames.ts';
import { developFrame, openPicture, type Picture, type Steps, upright, uprightOver } from './picture.ts';
import { resampleSquare } from './resample-square.ts';

/** One view of one frame, as bytes to be sent. */
interface ViewedFrame {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const within =
  (side: number): Steps =>
  (image) =>
    image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });

/** Nothing of the file's own is taken along: the library writes no metadata unless told to. */
const encodedFirstFrame = (
  picture: Picture,
  view: Extract<ImageView, { kind: 'jpeg' | 'webp' }>,
  limits: ImageLimits,
): Promise<ViewedFrame> =>
  developFrame(picture, 0, limits, (image) => {
    const shown = within(view.maximumSide)(upright(image));
    return view.kind === 'jpeg' ? shown.jpeg({ quality: view.quality }) : shown.webp({ quality: view.quality });
  });

/**
 * A still picture over white, and over black where that shows something else: white words on nothing are read by whoever has a dark screen, and
 * by nobody over white.
 */
const stillFrames = async (picture: Picture, scaled: Steps, limits: ImageLimits): Promise<ViewedFrame[]> => {
  const over = (lay: Steps): Promise<ViewedFrame> =>
    developFrame(picture, 0, limits, (image) => scaled(lay(image)).raw());
  const white = await over(upright);
  if (!picture.transparent) return [white];
  const black = await over(uprightOver('#000000'));
  return Buffer.from(white.data).equals(black.data) ? [white] : [white, black];
};

/** A still picture is scaled while it is decoded, which is quicker; of an animation the frames are there already. */
const scaledFrames = async (picture: Picture, maximumSide: number, limits: ImageLimits): Promise<ViewedFrame[]> => {
  const scaled = within(maximumSide);
  if (picture.frames === 1) return stillFrames(picture, scaled, limits);
  const frames: ViewedFrame[] = [];
  let bytes = 0;
  for await (const { image } of framesOf(picture, limits)) {
    const { width, height, data } = image;
    const raw = { width, height, channels: 3 } as const;
    const { data: small, info } = await scaled(sharp(data, { raw })).raw().toBuffer({ resolveWithObject: true });
    bytes += small.length;
    if (bytes > maximumAnswerBytes) {
      throw new ImageFaultError('too_many_pixels', 'All frames together are too large a view; ask for a smaller one.');
    }
    frames.push({ width: info.width, height: info.height, data: small });
  }
  return frames;
};

/** The looked-at frames in one view, in order; the first only for encoded views. @throws ImageFaultError */
export const viewFile = async (
  bytes: Uint8Array,
  view: ImageView,
  limits: ImageLimits,
): Promise<readonly ViewedFrame[]> => {
  const picture = await openPicture(bytes, limits);
  if (view.kind === 'rgb') return scaledFrames(picture, view.maximumSide, limits);
  if (view.kind !== 'square') return [await encodedFirstFrame(picture, view, limits)];
  const squares: ViewedFrame[] = [];
  for await (const { image } of framesOf(picture, limits)) {
    const values = resampleSquare(image, view.side, view.resampling);
    squares.push({ width: view.side, height: view.side, data: new Uint8Array(values.buffer) });
  }
  return squares;
};
