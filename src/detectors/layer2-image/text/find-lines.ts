import { convexHull, type Point, smallestRectangle, type TurnedRectangle } from './geometry.ts';

/** Probabilities that a pixel belongs to the core of a line of text, row by row. */
export interface ProbabilityMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Pixels from here on belong to text. */
const PIXEL_FROM = 0.3;
/** Patches whose mean probability is lower are no text. */
const PATCH_FROM = 0.6;
/** Patches narrower than this, in pixels, are specks. */
const NARROWEST = 3;
/** The network finds text shrunk towards its middle; the way back is area x this / perimeter on every side. */
const GROWTH = 1.5;

interface Patch {
  readonly outline: Point[];
  readonly mean: number;
}

/** Connected patches of text pixels (also over corners), with the points that their hull needs: the ends of each row. */
const patchesOf = ({ width, height, data }: ProbabilityMap): Patch[] => {
  const seen = new Uint8Array(data.length);
  const stack = new Int32Array(data.length);
  const lefts = new Int32Array(height);
  const rights = new Int32Array(height);
  const patches: Patch[] = [];
  for (let start = 0; start < data.length; start += 1) {
    if (seen[start] === 1 || data[start]! < PIXEL_FROM) continue;
    let [size, sum, depth] = [0, 0, 0];
    const top = Math.floor(start / width);
    let bottom = top;
    lefts.fill(width, top);
    rights.fill(-1, top);
    seen[start] = 1;
    stack[depth++] = start;
    while (depth > 0) {
      const pixel = stack[--depth]!;
      const y = Math.floor(pixel / width);
      const x = pixel - y * width;
      size += 1;
      sum += data[pixel]!;
      bottom = Math.max(bottom, y);
      lefts[y] = Math.min(lefts[y]!, x);
      rights[y] = Math.max(rights[y]!, x);
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
          const next = row * width + column;
          if (seen[next] === 1 || data[next]! < PIXEL_FROM) continue;
          seen[next] = 1;
          stack[depth++] = next;
        }
      }
    }
    const outline: Point[] = [];
    for (let y = top; y <= bottom; y += 1) {
      for (const x of [lefts[y]!, rights[y]! + 1]) outline.push({ x, y }, { x, y: y + 1 });
    }
    patches.push({ outline, mean: sum / size });
  }
  return patches;
};

const grown = (rectangle: TurnedRectangle): TurnedRectangle => {
  const { width, height } = rectangle;
  const margin = (width * height * GROWTH) / (2 * (width + height));
  return { ...rectangle, width: width + 2 * margin, height: height + 2 * margin };
};

/**
 * Lines of text as turned rectangles, after "Real-time Scene Text Detection with Differentiable Binarization" (Liao et al., 2020, section 3.5),
 * with the smallest rectangle in place of the polygon, as PaddleOCR does it for lines.
 */
export const findLines = (map: ProbabilityMap): TurnedRectangle[] =>
  patchesOf(map)
    .filter(({ mean }) => mean >= PATCH_FROM)
    .map(({ outline }) => smallestRectangle(convexHull(outline)))
    .filter(({ width, height }) => Math.min(width, height) >= NARROWEST)
    .map(grown);
