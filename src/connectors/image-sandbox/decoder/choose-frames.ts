import { evenlySpread, mostFrames } from '../limits.ts';

/** Frames of one size below each other, three bytes a pixel. */
interface FrameStack {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
}

const cells = 16;
/** Points along each side of a cell: enough that a line of text shows. */
const points = 6;

/** Brightness of a frame in 16 by 16 cells, by a few of their pixels. */
const sketchOf = ({ data, width, height }: FrameStack, frame: number): Float32Array => {
  const sketch = new Float32Array(cells * cells);
  const steps = cells * points;
  for (let down = 0; down < steps; down += 1) {
    const row = (frame * height + Math.floor(((down + 0.5) * height) / steps)) * width;
    for (let across = 0; across < steps; across += 1) {
      const at = (row + Math.floor(((across + 0.5) * width) / steps)) * 3;
      const cell = Math.floor(down / points) * cells + Math.floor(across / points);
      sketch[cell]! += 2 * data[at]! + 5 * data[at + 1]! + data[at + 2]!;
    }
  }
  return sketch;
};

const distance = (one: Float32Array, other: Float32Array): number => {
  let sum = 0;
  for (let cell = 0; cell < one.length; cell += 1) sum += (one[cell]! - other[cell]!) ** 2;
  return sum;
};

/**
 * The frames of a long animation that are looked at: the first, the last, and then time and again the one that is least like all that were
 * chosen (farthest-first traversal, Gonzalez 1985), so that a picture does not pass by standing between the ones that are looked at. Where the
 * rest are alike, evenly spread ones make up the number. In order.
 */
export const chooseFrames = (stack: FrameStack): readonly number[] => {
  const { frames } = stack;
  if (frames <= mostFrames) return evenlySpread(frames);
  const sketches = Array.from({ length: frames }, (_, frame) => sketchOf(stack, frame));
  const chosen = new Set<number>();
  const nearest = new Float64Array(frames).fill(Number.POSITIVE_INFINITY);
  const choose = (frame: number): void => {
    chosen.add(frame);
    for (let other = 0; other < frames; other += 1)
      nearest[other] = Math.min(nearest[other]!, distance(sketches[frame]!, sketches[other]!));
  };
  choose(0);
  choose(frames - 1);
  while (chosen.size < mostFrames) {
    const farthest = nearest.reduce((best, value, frame) => (value > nearest[best]! ? frame : best), 0);
    if (nearest[farthest] === 0) break;
    choose(farthest);
  }
  for (const frame of evenlySpread(frames)) if (chosen.size < mostFrames) chosen.add(frame);
  return [...chosen].sort((left, right) => left - right);
};
