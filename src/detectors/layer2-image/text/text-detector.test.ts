import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signalSchema } from '#contracts/signal.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { DecodedImages, pictureInput } from '../stored-images.fixture.ts';
import { createImageTextDetector } from './text-detector.ts';

const never = new AbortController().signal;
const fixtures = fixturesFolder();
const [width, height] = [800, 600];

/** Waves of colour with noise over them, as busy as a photograph. */
const busy = (seed: number): Buffer => {
  const data = Buffer.alloc(width * height * 3);
  let state = seed;
  for (let index = 0; index < data.length; index += 1) {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[index] = 110 + 60 * Math.sin((x * seed + y) / (60 + 25 * (index % 3))) + (state >>> 24) / 8;
  }
  return data;
};

interface Caption {
  readonly text: string;
  readonly y: number;
  readonly size: number;
  readonly style?: string;
  readonly turn?: number;
}

const meme = (captions: readonly Caption[], seed = 3) => {
  const texts = captions.map(({ text, y, size, style, turn = 0 }) => {
    const outline = `fill="white" stroke="black" stroke-width="${size / 12}" paint-order="stroke" font-weight="bold"`;
    const place = `x="400" y="${y}" text-anchor="middle" transform="rotate(${turn} 400 300)"`;
    return `<text ${place} font-family="DejaVu Sans, sans-serif" font-size="${size}" ${style ?? outline}>${text}</text>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}</svg>`;
  return sharp(busy(seed), { raw: { width, height, channels: 3 } }).composite([{ input: Buffer.from(svg) }]);
};

describe('the detector of text in pictures', () => {
  const images = new DecodedImages();
  let detector: Detector;
  beforeAll(async () => {
    detector = createImageTextDetector({ images });
    await detector.open?.();
  });
  afterAll(async () => {
    await detector.close?.();
  });

  const read = async (file: Uint8Array) => {
    const [signal] = await detector.detect([pictureInput(images.add(file))], never);
    expect(signalSchema.parse(signal)).toMatchObject({ status: 'ok', scores: {}, partId: 'picture' });
    const [derived, ...captions] = signal!.derivedParts ?? [];
    expect(captions.length).toBe(signal!.attributes.text_frames ?? 0);
    return { signal: signal!, text: derived?.text ?? '', derived };
  };

  test('reads a meme: outlined letters over a busy picture, from the top to the bottom', async () => {
    const file = await meme([
      { text: 'GO HOME', y: 560, size: 60 },
      { text: 'NOBODY LIKES YOU', y: 80, size: 60 },
    ])
      .jpeg({ quality: 80 })
      .toBuffer();
    const { text, derived, signal } = await read(file);
    expect(text).toBe('NOBODY LIKES YOU\nGO HOME');
    expect(derived).toMatchObject({ id: 'picture#text', kind: 'text', fromPartId: 'picture', depth: 1 });
    expect(derived!.places!.map(({ start, end }) => text.slice(start, end))).toEqual(['NOBODY LIKES YOU', 'GO HOME']);
    const [top, bottom] = derived!.places!;
    expect(top!.y + top!.height).toBeLessThan(0.2);
    expect(bottom!.y).toBeGreaterThan(0.8);
    for (const { x, width: wide } of derived!.places!) expect(x + wide / 2).toBeCloseTo(0.5, 1);
    expect(signal.attributes).toMatchObject({ text_lines: 2, text_characters: 24 });
    expect(signal.attributes.text_confidence).toBeGreaterThan(0.9);
  });

  test.each([
    ['tilted one way', 20],
    ['tilted the other way', -35],
    ['upside down', 180],
    ['from the top to the bottom', 90],
    ['from the bottom to the top', -90],
  ])('reads words %s', async (_, turn) => {
    const { text } = await read(
      await meme([{ text: 'TURNED WORDS', y: 315, size: 52, turn }])
        .png()
        .toBuffer(),
    );
    expect(text).toBe('TURNED WORDS');
  });

  test('reads a meme that stands on its head in its own order', async () => {
    const { text } = await read(
      await meme([
        { text: 'FIRST THE TOP', y: 90, size: 56 },
        { text: 'THEN THE BOTTOM', y: 550, size: 56 },
      ])
        .png()
        .toBuffer()
        .then((file) => sharp(file).rotate(180).png().toBuffer()),
    );
    expect(text).toBe('FIRST THE TOP\nTHEN THE BOTTOM');
  });

  test('reads small print, dark and light', async () => {
    const { text } = await read(
      await meme([
        { text: 'small print that few people ever read', y: 300, size: 17, style: 'fill="white"' },
        { text: 'and some more of it below', y: 340, size: 17, style: 'fill="black"' },
      ])
        .png()
        .toBuffer(),
    );
    expect(text).toBe('small print that few people ever read\nand some more of it below');
  });

  test('reads every caption of an animation once', async () => {
    const frames = await Promise.all(
      ['WAIT FOR IT', 'WAIT FOR IT', 'HERE IT COMES', 'WAIT FOR IT'].map(async (text) => {
        const file = await meme([{ text, y: 300, size: 60 }])
          .png()
          .toBuffer();
        // Few colours, since an animation with much noise takes long to write.
        return sharp(file).resize(400).blur(1.5).png().toBuffer();
      }),
    );
    const { text, signal } = await read(
      await sharp(frames, { join: { animated: true } })
        .gif({ dither: 0 })
        .toBuffer(),
    );
    expect(text).toBe('WAIT FOR IT\nHERE IT COMES');
    expect(signal.attributes.text_frames).toBe(2);
  });

  test('a picture without text has no derived part', async () => {
    for (const seed of [3, 8]) {
      const { signal } = await read(await meme([], seed).png().toBuffer());
      expect(signal.attributes).toEqual({ text_lines: 0, text_characters: 0 });
      expect(signal).not.toHaveProperty('derivedParts');
    }
  });

  test.skipIf(fixtures === undefined)('reads a scanned page, and nothing in photographs', async () => {
    const benign = (name: string): Buffer => readFileSync(join(fixtures!, 'media/benign', name));
    const { text } = await read(benign('page.png'));
    expect(text).toContain('Region-based segmentation\nLet us first determine markers of the coins and the\n');
    expect(text).toContain('unambiguously as either object or background. Here,\nthe markers are found at the two');
    for (const name of ['astronaut.png', 'chelsea.png', 'coffee.png', 'coins.png']) {
      expect((await read(benign(name))).text, name).toBe('');
    }
  });

  test('pictures of one pixel, and of one row, are looked at without complaint', async () => {
    for (const [wide, high] of [
      [1, 1],
      [2_000, 1],
      [3, 900],
    ] as const) {
      const pixel = sharp({ create: { width: wide, height: high, channels: 3, background: '#888' } });
      expect((await read(await pixel.png().toBuffer())).text).toBe('');
    }
  });

  test('an abort is honoured before and during the look, and what has no file is unavailable', async () => {
    const file = await meme([{ text: 'WORDS', y: 300, size: 60 }])
      .png()
      .toBuffer();
    const input = pictureInput(images.add(file));
    const [before] = await detector.detect([input], AbortSignal.abort());
    expect(before).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('aborted') });
    const during = new AbortController();
    const looking = detector.detect([input, input], during.signal);
    during.abort();
    for (const signal of await looking) expect(signal).toMatchObject({ status: 'unavailable' });
    const [missing] = await detector.detect([pictureInput('0'.repeat(64))], never);
    expect(missing).toMatchObject({ status: 'unavailable', reason: 'corrupt: the picture could not be decoded' });
  });
});
