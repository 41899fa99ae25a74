import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hammingDistance } from './hash256.ts';
import {
  type PdqOrientation,
  PictureShapeError,
  pdqHash,
  pdqMatchDistance,
  pdqMinimumQuality,
  pdqOrientations,
  type RgbPicture,
} from './pdq.ts';

type Pixel = (x: number, y: number) => readonly [number, number, number];

const draw = (width: number, height: number, pixel: Pixel): RgbPicture => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set(pixel(x, y), (y * width + x) * 3);
  }
  return { data, width, height };
};

/** A picture with structure at many scales: waves of random direction, one set for each seed. `x` and `y` run from 0 to 1. */
const scene = (seed: number): Pixel => {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const waves = Array.from({ length: 14 }, () => [random() * 60 - 30, random() * 60 - 30, random() * 7, random() * 24]);
  return (x, y) => {
    const light = waves.reduce((sum, [across, down, phase, size]) => {
      return sum + size! * Math.sin(across! * x + down! * y + phase!);
    }, 128);
    return [light, light * 0.9, 255 - light].map((value) => Math.min(255, Math.max(0, Math.round(value)))) as [
      number,
      number,
      number,
    ];
  };
};

const sceneOf = (seed: number, width: number, height: number): RgbPicture => {
  const at = scene(seed);
  return draw(width, height, (x, y) => at((x + 0.5) / width, (y + 0.5) / height));
};

/** Where the pixel of the turned picture comes from, in a picture of `width` x `height`. Turns are counter-clockwise. */
const sources: Readonly<
  Record<PdqOrientation, (x: number, y: number, width: number, height: number) => [number, number]>
> = {
  original: (x, y) => [x, y],
  rotate90: (x, y, width) => [width - 1 - y, x],
  rotate180: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  rotate270: (x, y, _, height) => [y, height - 1 - x],
  flipX: (x, y, _, height) => [x, height - 1 - y],
  flipY: (x, y, width) => [width - 1 - x, y],
  flipPlus1: (x, y) => [y, x],
  flipMinus1: (x, y, width, height) => [width - 1 - y, height - 1 - x],
};
const swapsSides: readonly PdqOrientation[] = ['rotate90', 'rotate270', 'flipPlus1', 'flipMinus1'];

const turn = ({ data, width, height }: RgbPicture, orientation: PdqOrientation): RgbPicture => {
  const [newWidth, newHeight] = swapsSides.includes(orientation) ? [height, width] : [width, height];
  const turned = { data: new Uint8Array(data.length), width: newWidth, height: newHeight };
  for (let y = 0, to = 0; y < newHeight; y += 1) {
    for (let x = 0; x < newWidth; x += 1, to += 3) {
      const [fromX, fromY] = sources[orientation](x, y, width, height);
      const at = (fromY * width + fromX) * 3;
      turned.data[to] = data[at]!;
      turned.data[to + 1] = data[at + 1]!;
      turned.data[to + 2] = data[at + 2]!;
    }
  }
  return turned;
};

describe('one picture', () => {
  test('the same pixels give the same hash; half of its bits are set', () => {
    const first = pdqHash(sceneOf(1, 300, 200));
    expect(pdqHash(sceneOf(1, 300, 200))).toEqual(first);
    expect(first.hex).toMatch(/^[0-9a-f]{64}$/);
    expect(hammingDistance(first.bits, new Uint32Array(8))).toBe(128);
    expect(first.orientations.original).toBe(first.bits);
    expect(first.quality).toBe(100);
  });

  test('another size, less light, some noise: a match; another picture: none', () => {
    const { bits } = pdqHash(sceneOf(1, 560, 400));
    const distanceOf = (picture: RgbPicture): number => hammingDistance(bits, pdqHash(picture).bits);
    const noisy = sceneOf(1, 560, 400);
    for (let at = 0; at < noisy.data.length; at += 1) noisy.data[at] = (noisy.data[at]! * 3) / 4 + ((at * 7_919) % 23);
    expect(distanceOf(sceneOf(1, 140, 100))).toBeLessThanOrEqual(pdqMatchDistance);
    expect(distanceOf(noisy)).toBeLessThanOrEqual(pdqMatchDistance);
    expect(distanceOf(sceneOf(2, 560, 400))).toBeGreaterThan(80);
  });
});

describe('turned and mirrored', () => {
  test.each([
    [320, 320, 0],
    [64, 320, 0],
    [301, 417, 20],
    [520, 365, 20],
    [40, 23, 20],
  ])('%i x %i: each orientation is the hash of the turned picture', (width, height, tolerance) => {
    for (const seed of [3, 4]) {
      const picture = sceneOf(seed, width, height);
      const { orientations } = pdqHash(picture);
      for (const orientation of pdqOrientations) {
        const turned = pdqHash(turn(picture, orientation)).bits;
        const distances = pdqOrientations.map((other) => hammingDistance(orientations[other], turned));
        expect(Math.min(...distances)).toBe(distances[pdqOrientations.indexOf(orientation)]);
        // PDQ's boxes of even size reach one pixel further to the right, so only some sizes look the same from both sides.
        expect(Math.min(...distances)).toBeLessThanOrEqual(tolerance);
      }
    }
  });
});

describe('pictures that say little', () => {
  const flat = (width: number, height: number, value: number): RgbPicture =>
    draw(width, height, () => [value, value, value]);

  test.each([0, 127, 255])('a flat one of light %i has quality 0', (value) => {
    expect(pdqHash(flat(640, 480, value)).quality).toBe(0);
  });

  test('a faint gradient stays below the minimum', () => {
    const faint = draw(256, 256, (x) => [100 + x / 16, 100, 100]);
    expect(pdqHash(faint).quality).toBeLessThan(pdqMinimumQuality);
  });

  test.each([
    [1, 1],
    [3, 7],
    [7, 3],
    [1, 30_000],
    [30_000, 1],
    [4, 4],
  ])('%i x %i is too small: no bits, quality 0, in every orientation', (width, height) => {
    const { hex, quality, orientations } = pdqHash(sceneOf(1, width, height));
    expect([hex, quality]).toEqual(['0'.repeat(64), 0]);
    expect(Object.keys(orientations)).toEqual([...pdqOrientations]);
    for (const bits of Object.values(orientations)) expect([...bits]).toEqual(Array(8).fill(0));
  });

  test.each([
    [5, 5],
    [5, 20_000],
    [20_000, 5],
    [63, 65],
    [513, 511],
  ])('%i x %i has a hash', (width, height) => {
    const { bits, quality } = pdqHash(sceneOf(1, width, height));
    expect(hammingDistance(bits, new Uint32Array(8))).toBe(128);
    expect(quality).toBeGreaterThanOrEqual(pdqMinimumQuality);
  });
});

test('quality is 0 to 100 and bits are at most half, whatever the pixels', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.infiniteStream(fc.nat(255)),
      (width, height, stream) => {
        const data = Uint8Array.from({ length: width * height * 3 }, () => stream.next().value);
        const { bits, quality } = pdqHash({ data, width, height });
        expect(Number.isInteger(quality) && quality >= 0 && quality <= 100).toBe(true);
        expect(hammingDistance(bits, new Uint32Array(8))).toBeLessThanOrEqual(128);
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  [10, 10, 299],
  [10, 10, 400],
  [0, 10, 0],
  [-1, -1, 3],
  [2.5, 2, 15],
  [Number.NaN, 1, 3],
])('%d x %d pixels in %d bytes are refused', (width, height, bytes) => {
  expect(() => pdqHash({ data: new Uint8Array(bytes), width, height })).toThrow(PictureShapeError);
});
