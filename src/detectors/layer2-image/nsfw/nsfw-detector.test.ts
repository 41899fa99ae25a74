import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor3d } from '@tensorflow/tfjs';
import { load } from 'nsfwjs/core';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signalSchema } from '#contracts/signal.ts';
import { applyPiecewise, isMonotone } from '#engine/calibrate.ts';
import type { DetectorCalibration } from '#engine/ports/calibration.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { fixturesFolder } from '#test/support/fixtures.ts';
import { DecodedImages, pictureInput } from '../stored-images.fixture.ts';
import { createImageNsfwDetector } from './nsfw-detector.ts';
import { firstClasses } from './opinions.ts';

const models = join(import.meta.dirname, '../../../../models');
const never = new AbortController().signal;
const fixtures = fixturesFolder();

const pictures = (folder: string): string[] =>
  readdirSync(join(fixtures!, 'media', folder))
    .filter((name) => /\.(png|jpg|webp)$/.test(name))
    .map((name) => join(fixtures!, 'media', folder, name));

/** Stripes and blobs of seeded colours: a picture of nothing. */
const pattern = (seed: number, width = 320, height = 240): Promise<Buffer> => {
  const data = Buffer.alloc(width * height * 3);
  for (let index = 0; index < data.length; index += 1) {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    data[index] = 128 + 127 * Math.sin((x * (seed + (index % 3))) / 40) * Math.cos((y * seed) / 25);
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
};

describe('the detector of explicit pictures', () => {
  const images = new DecodedImages();
  let detector: Detector;
  beforeAll(async () => {
    detector = createImageNsfwDetector({ images });
    await detector.open?.();
  });
  afterAll(async () => {
    await detector.close?.();
  });

  const judge = async (file: Uint8Array) => {
    const [signal] = await detector.detect([pictureInput(images.add(file))], never);
    expect(signalSchema.parse(signal)).toMatchObject({ status: 'ok', detector: 'image-nsfw', partId: 'picture' });
    return signal!;
  };

  test('answers as nsfwjs itself does, on pictures of any shape', { timeout: 120_000 }, async () => {
    const nsfwjs = await load('MobileNetV2', { size: 224, modelDefinitions: [MobileNetV2Model] });
    const files = [await pattern(3), await pattern(7, 90, 400), await pattern(5, 1, 1), await pattern(2, 224, 224)];
    if (fixtures !== undefined) {
      // nsfwjs in plain JavaScript takes a second or more for each.
      for (const name of [
        'benign/astronaut.png',
        'benign/coffee.png',
        'c2pa/public-testfiles/adobe-20220124-XCA.jpg',
      ]) {
        files.push(readFileSync(join(fixtures, 'media', name)));
      }
    }
    let difference = 0;
    for (const file of files) {
      const { attributes } = await judge(file);
      const { data, info } = await sharp(file)
        .flatten({ background: '#fff' })
        .toColourspace('srgb')
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const pixels = tensor3d(Uint8Array.from(data), [info.height, info.width, 3], 'int32');
      for (const { className, probability } of await nsfwjs.classify(pixels, firstClasses.length)) {
        const ours = attributes[`nsfw_${className.toLowerCase()}`] as number;
        difference = Math.max(difference, Math.abs(ours - probability));
      }
      pixels.dispose();
    }
    // Measured on 35 pictures: 0.00002.
    expect(difference).toBeLessThan(0.0005);
  });

  test.skipIf(fixtures === undefined)('sends nothing harmless to a person', { timeout: 120_000 }, async () => {
    const calibration = JSON.parse(
      readFileSync(join(models, 'image-nsfw/calibration.json'), 'utf8'),
    ) as DetectorCalibration;
    const map = calibration.categories.sexual!;
    expect(isMonotone(map)).toBe(true);
    expect([calibration.detector, calibration.version]).toEqual([detector.id, detector.version]);
    const folders = ['benign', 'pdq/dih', 'pdq/misc', 'pdq/pdqhash-python', 'c2pa', 'c2pa/public-testfiles'];
    for (const path of folders.flatMap(pictures)) {
      const { scores } = await judge(readFileSync(path));
      // Well below the 0.18 of policies/default.yaml; measured: 0.015 at most.
      expect(applyPiecewise(map, scores.sexual!), path).toBeLessThan(0.05);
    }
  });

  test('no raw score leads to removal without a person under the map that ships', () => {
    const { categories } = JSON.parse(
      readFileSync(join(models, 'image-nsfw/calibration.json'), 'utf8'),
    ) as DetectorCalibration;
    expect(applyPiecewise(categories.sexual!, 1)).toBeLessThan(0.95);
  });

  test.skipIf(fixtures === undefined)('asks the second model in doubt only, and keeps both opinions', async () => {
    images.asked.length = 0;
    const clear = await judge(await pattern(3));
    expect(images.asked.map((view) => view.kind === 'square' && view.side)).toEqual([224]);
    expect(clear.attributes).not.toHaveProperty('nsfw_second_opinion');
    // Nothing to see, but the first model finds porn in it with 0.39. open_nsfw in Python gives 0.028 (without its passage through JPEG).
    images.asked.length = 0;
    const doubtful = await judge(readFileSync(join(fixtures!, 'media/c2pa/public-testfiles/adobe-20220124-XCA.jpg')));
    expect(images.asked.map((view) => view.kind === 'square' && view.side)).toEqual([224, 256]);
    expect(doubtful.attributes.nsfw_porn).toBeGreaterThan(0.1);
    expect(Math.abs((doubtful.attributes.nsfw_second_opinion as number) - 0.028)).toBeLessThan(0.02);
    expect(doubtful.scores.sexual).toBeLessThan(doubtful.attributes.nsfw_porn as number);
  });

  test('of an animation the frame with the highest score counts', async () => {
    const frames = await Promise.all([2, 5, 9].map((seed) => pattern(seed)));
    const single = await Promise.all(
      frames.map(async (frame) => judge(await sharp(frame).gif({ dither: 0 }).toBuffer())),
    );
    const animation = await sharp(frames, { join: { animated: true } })
      .gif({ dither: 0 })
      .toBuffer();
    const signal = await judge(animation);
    const highest = Math.max(...single.map(({ scores }) => scores.sexual!));
    expect(signal.attributes).toMatchObject({ nsfw_frames: 3 });
    expect(signal.scores.sexual).toBeCloseTo(highest, 2);
  });

  test('a score does not depend on what is judged beside it, nor on when', async () => {
    const inputs = await Promise.all([3, 4, 5].map(async (seed) => pictureInput(images.add(await pattern(seed)))));
    const together = await detector.detect(inputs, never);
    for (const [index, input] of inputs.entries()) {
      const [alone] = await detector.detect([input], never);
      expect(alone!.scores).toEqual(together[index]!.scores);
      expect(alone!.attributes).toEqual(together[index]!.attributes);
    }
  });

  test('what cannot be looked at is unavailable, with the reason', async () => {
    const unknown = pictureInput('0'.repeat(64));
    const { files, ...context } = pictureInput('0'.repeat(64)).context;
    const failed = new Map([['picture', { status: 'unavailable', reason: 'fetch: 404' } as const]]);
    const signals = await detector.detect(
      [unknown, { ...unknown, context }, { ...unknown, context: { ...context, files: failed } }],
      never,
    );
    expect(files?.size).toBe(1);
    expect(signals).toMatchObject([
      { status: 'unavailable', reason: 'corrupt: the picture could not be decoded', scores: {} },
      { status: 'unavailable', reason: 'file: there is none for this part', scores: {} },
      { status: 'unavailable', reason: 'file: fetch: 404', scores: {} },
    ]);
  });

  test('an abort is honoured before and during the look', async () => {
    const input = pictureInput(images.add(await pattern(3)));
    const [before] = await detector.detect([input], AbortSignal.abort());
    expect(before).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('aborted') });
    const during = new AbortController();
    const looking = detector.detect([input, input], during.signal);
    during.abort();
    for (const signal of await looking) expect(signal).toMatchObject({ status: 'unavailable', scores: {} });
  });

  test('a model that was exchanged makes every signal unavailable, and is told of', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidegate-nsfw-'));
    copyFileSync(join(models, 'image-nsfw/model.json'), join(folder, 'model.json'));
    writeFileSync(join(folder, 'model.onnx'), 'something else');
    const problems: string[] = [];
    const broken = createImageNsfwDetector({
      images,
      firstManifest: join(folder, 'model.json'),
      onProblem: ({ failure }) => problems.push(failure),
    });
    await broken.open?.();
    const [signal] = await broken.detect([pictureInput(images.add(await pattern(3)))], never);
    expect(signal).toMatchObject({ status: 'unavailable', reason: expect.stringMatching(/^model: .*SHA-256/) });
    expect(problems).toEqual(['model']);
    await broken.close?.();
    rmSync(folder, { recursive: true });
  });
});
