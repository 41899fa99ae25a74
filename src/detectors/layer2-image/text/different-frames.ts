import type { RgbImage } from '#engine/ports/image-sandbox.ts';

const TILE = 32;
/** A pixel has changed where its three channels together differ by more than this. */
const CHANGE = 60;
/** A tile has changed with this many changed pixels: fewer are compression and dithering, not a letter. */
const CHANGED_PIXELS = 12;

const differ = (one: RgbImage, other: RgbImage): boolean => {
  const { width, height } = one;
  if (other.width !== width || other.height !== height) return true;
  const perRow = Math.ceil(width / TILE);
  const changed = new Uint16Array(perRow * Math.ceil(height / TILE));
  for (let y = 0; y < height; y += 1) {
    const tiles = Math.floor(y / TILE) * perRow;
    for (let x = 0; x < width; x += 1) {
      const pixel = (y * width + x) * 3;
      let change = 0;
      for (let channel = 0; channel < 3; channel += 1) {
        change += Math.abs(one.data[pixel + channel]! - other.data[pixel + channel]!);
      }
      if (change <= CHANGE) continue;
      const tile = tiles + Math.floor(x / TILE);
      changed[tile]! += 1;
      if (changed[tile]! >= CHANGED_PIXELS) return true;
    }
  }
  return false;
};

/** The frames that differ from every one kept before them, `maximum` at most: a caption that stays is read once. */
export const differentFrames = (frames: readonly RgbImage[], maximum: number): readonly RgbImage[] => {
  const kept: RgbImage[] = [];
  for (const frame of frames) {
    if (kept.length === maximum) break;
    if (kept.every((earlier) => differ(earlier, frame))) kept.push(frame);
  }
  return kept;
};
