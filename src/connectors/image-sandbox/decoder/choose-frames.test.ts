import { describe, expect, it } from 'vitest';
import { chooseFrames } from './choose-frames.ts';

const [width, height] = [64, 48];

/** Grey frames, each of its own brightness. */
const stackOf = (brightness: readonly number[]) => ({
  data: Uint8Array.from(brightness.flatMap((value) => Array<number>(width * height * 3).fill(value))),
  width,
  height,
  frames: brightness.length,
});

describe('the frames of an animation that are looked at', () => {
  it('are all of a short one, and sixteen evenly spread ones where nothing changes', () => {
    expect(chooseFrames(stackOf([1, 2, 3]))).toEqual([0, 1, 2]);
    expect(chooseFrames(stackOf(Array<number>(31).fill(9)))).toEqual(Array.from({ length: 16 }, (_, at) => 2 * at));
  });

  it('have each picture among them, wherever it stands', () => {
    for (let hidden = 1; hidden < 40; hidden += 1) {
      const brightness = Array.from({ length: 41 }, (_, frame) => (frame === hidden ? 90 : 40 + (frame % 3)));
      const frames = chooseFrames(stackOf(brightness));
      expect(frames).toContain(hidden);
      expect(new Set(frames).size).toBe(16);
      expect([frames[0], frames[15]]).toEqual([0, 40]);
    }
  });
});
