import type { RgbPicture } from '#engine/hash/pdq.ts';

/** A decoded picture of soft waves and grain, the same for a seed: structure at many scales, as in a photograph. */
export const makePicture = (random: () => number, width: number, height: number): RgbPicture => {
  const waves = Array.from({ length: 8 }, () => [random() * 50 - 25, random() * 50 - 25, random() * 7, random() * 30]);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      let light = 128;
      for (const [across, down, phase, size] of waves) {
        light += size! * Math.sin((across! * x) / width + (down! * y) / height + phase!);
      }
      light = Math.min(235, Math.max(20, light));
      const grain = (Math.imul(at, 2_654_435_761) >>> 28) - 8;
      data[at] = light + grain;
      data[at + 1] = light * 0.9 + grain;
      data[at + 2] = 255 - light;
    }
  }
  return { data, width, height };
};
