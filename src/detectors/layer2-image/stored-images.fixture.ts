import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import type { ImageFacts } from '#contracts/media.ts';
import type { DetectorInput } from '#engine/ports/detector.ts';
import { ImageFaultError, type ImageView, type StoredImages, type ViewOf } from '#engine/ports/image-sandbox.ts';

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const rgbOf = async (image: Sharp): Promise<Pixels> => {
  const { data, info } = await image
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
};

/** TensorFlow's `resizeBilinear` with `alignCorners`: the corners of both pictures lie on each other. */
const alignCorners = ({ width, height, data }: Pixels, side: number): Float32Array => {
  const result = new Float32Array(side * side * 3);
  for (let row = 0; row < side; row += 1) {
    const y = (row * (height - 1)) / (side - 1);
    const top = Math.floor(y);
    const bottom = Math.ceil(y);
    for (let column = 0; column < side; column += 1) {
      const x = (column * (width - 1)) / (side - 1);
      const left = Math.floor(x);
      const right = Math.ceil(x);
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (line: number, place: number): number => data[(line * width + place) * 3 + channel]!;
        const above = at(top, left) + (at(top, right) - at(top, left)) * (x - left);
        const below = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * (x - left);
        result[(row * side + column) * 3 + channel] = above + (below - above) * (y - top);
      }
    }
  }
  return result;
};

const viewOf = async (file: Uint8Array, page: number, view: ImageView): Promise<unknown> => {
  const open = (): Sharp => sharp(file, { page }).autoOrient();
  if (view.kind === 'rgb') {
    return rgbOf(open().resize(view.maximumSide, view.maximumSide, { fit: 'inside', withoutEnlargement: true }));
  }
  if (view.kind !== 'square') throw new Error(`there is no ${view.kind} view here`);
  const { side } = view;
  if (view.resampling === 'align_corners_bilinear') {
    return { width: side, height: side, data: alignCorners(await rgbOf(open()), side) };
  }
  const pixels = await rgbOf(open().resize(side, side, { fit: 'fill', kernel: 'linear' }));
  return { width: side, height: side, data: Float32Array.from(pixels.data) };
};

/** Files by their SHA-256, decoded in this very process: for tests with files of known origin only. */
export class DecodedImages implements StoredImages {
  readonly #files = new Map<string, Uint8Array>();
  /** Views that were asked for, in order. */
  readonly asked: ImageView[] = [];

  add(file: Uint8Array): string {
    const sha256 = createHash('sha256').update(file).digest('hex');
    this.#files.set(sha256, file);
    return sha256;
  }

  async view<View extends ImageView>(
    sha256: string,
    view: View,
    abort?: AbortSignal,
  ): Promise<readonly ViewOf<View>[]> {
    abort?.throwIfAborted();
    this.asked.push(view);
    const file = this.#files.get(sha256);
    if (file === undefined) throw new ImageFaultError('corrupt', 'there is no such file');
    const { pages = 1 } = await sharp(file).metadata();
    const frames = await Promise.all(
      Array.from({ length: Math.min(16, pages) }, (_, index) =>
        viewOf(file, Math.floor((index * pages) / Math.min(16, pages)), view),
      ),
    );
    return frames as ViewOf<View>[];
  }
}

const factsOf = (sha256: string): ImageFacts => ({
  sha256,
  md5: '0'.repeat(32),
  type: 'image/png',
  bytes: 1,
  width: 1,
  height: 1,
  frames: 1,
  hashes: [],
  claims: { hasPosition: false },
  signs: [],
});

/** An item with one picture, as a detector gets it. */
export const pictureInput = (sha256: string, id = 'picture'): DetectorInput => {
  const part = { id, kind: 'image', mediaId: 'media' } as const;
  return {
    part,
    context: {
      item: { account: { id: 'a' }, surface: 'post', parts: [part] },
      account: { id: 'a', tier: 'new' },
      counters: {},
      reposts: {},
      files: new Map([[id, { status: 'ok', mediaId: 'media', facts: factsOf(sha256) }]]),
      signals: [],
      now: 0,
    },
  };
};
