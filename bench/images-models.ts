import { fileURLToPath } from 'node:url';
import { tensor3d } from '@tensorflow/tfjs';
import { load } from 'nsfwjs/core';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import sharp from 'sharp';
import { loadModelFile } from '#detectors/inference/image-model-files.ts';
import { openSession, runSession } from '#detectors/inference/session.ts';
import { firstInput, secondInput } from '#detectors/layer2-image/nsfw/preprocess.ts';
import { createImageTextDetector } from '#detectors/layer2-image/text/text-detector.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import { ImageFaultError, type RgbImage, type StoredImages } from '#engine/ports/image-sandbox.ts';
import { measure } from './measure.ts';
import type { BenchRow } from './table.ts';

const manifest = (model: string): string => fileURLToPath(new URL(`../models/${model}/model.json`, import.meta.url));

/** Waves of colour with seeded noise: photograph enough for networks, whose time does not depend on what they see. */
const photo = (width: number, height: number, channelsSeed: number): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  let state = channelsSeed;
  for (let index = 0; index < data.length; index += 1) {
    const [x, y] = [Math.floor(index / 3) % width, Math.floor(index / 3 / width)];
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[index] = 110 + 60 * Math.sin((x * channelsSeed + y) / (60 + 25 * (index % 3))) + (state >>> 24) / 8;
  }
  return { width, height, data };
};

const sentence = 'You said that the meeting would be moved to Friday, and nobody told us why.';

const withText = async (width: number, height: number, lines: number, size: number): Promise<RgbImage> => {
  const texts = Array.from(
    { length: lines },
    (_, line) => `<text x="30" y="${(line + 1) * size * 1.8}" font-size="${size}">${line + 1} ${sentence}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, sans-serif"><rect width="100%" height="100%" fill="#fff"/>${texts.join('')}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
};

/** Hands out what was decoded before, so that only the models are measured. */
const decoded = (pictures: ReadonlyMap<string, RgbImage>): StoredImages => ({
  view: async (sha256) => {
    const picture = pictures.get(sha256);
    if (picture === undefined) throw new ImageFaultError('corrupt', 'there is no such picture');
    // What the text detector asks for, and nothing else asks here.
    return [picture] as never;
  },
});

const inputOf = (sha256: string): DetectorInput => {
  const part = { id: 'picture', kind: 'image', mediaId: 'bench' } as const;
  const facts = {
    sha256,
    md5: '',
    type: 'image/png',
    bytes: 1,
    width: 1,
    height: 1,
    frames: 1,
    hashes: [],
    claims: { hasPosition: false },
    signs: [],
  } as const;
  return {
    part,
    context: {
      item: { account: { id: 'bench' }, surface: 'post', parts: [part] },
      account: { id: 'bench', tier: 'new' },
      counters: {},
      reposts: {},
      files: new Map([[part.id, { status: 'ok', mediaId: 'bench', facts: { ...facts, hashes: [], signs: [] } }]]),
      signals: [],
      now: 0,
    },
  };
};

const repeated = (times: number, call: () => Promise<unknown>) => Array.from({ length: times }, () => call);

/** Both models for explicit pictures, pixels in and scores out, on one core; nsfwjs as it comes beside them. */
export const benchExplicitPictures = async (): Promise<BenchRow[]> => {
  const first = await openSession(loadModelFile(manifest('image-nsfw'), 'model'));
  const second = await openSession(loadModelFile(manifest('image-opennsfw'), 'model'));
  const small = photo(224, 224, 3);
  const [smallPixels, widePixels] = [small.data, photo(256, 256, 3).data].map((data) => Float32Array.from(data));
  // nsfwjs prints which model it uses.
  const info = console.info;
  console.info = () => {};
  const nsfwjs = await load('MobileNetV2', { size: 224, modelDefinitions: [MobileNetV2Model] });
  console.info = info;
  const pixels = tensor3d(small.data, [224, 224, 3], 'int32');
  const rows = [
    await measure(
      "explicit: nsfwjs' MobileNet v2 in onnxruntime, one frame",
      repeated(20, () => runSession(first, firstInput(smallPixels!))),
    ),
    await measure(
      'explicit, second opinion in doubt: open_nsfw in onnxruntime',
      repeated(20, () => runSession(second, secondInput(widePixels!))),
    ),
    await measure(
      'alternative: nsfwjs itself on tfjs, plain JavaScript',
      repeated(2, () => nsfwjs.classify(pixels)),
      'the same scores within 0.00002',
    ),
  ];
  pixels.dispose();
  nsfwjs.dispose();
  return rows;
};

const measureText = async (detector: Detector, name: string, sha256: string, times: number): Promise<BenchRow> => {
  const { signal } = new AbortController();
  const [found] = await detector.detect([inputOf(sha256)], signal);
  if (found?.status !== 'ok') throw new Error(`${name}: ${found?.reason}`);
  const { text_lines: lines, text_characters: characters } = found.attributes;
  return measure(
    name,
    repeated(times, () => detector.detect([inputOf(sha256)], signal)),
    `${lines} lines, ${characters} characters read`,
  );
};

/** Text in decoded pictures, through the detector and its thread. */
export const benchTextInPictures = async (): Promise<BenchRow[]> => {
  const pictures = new Map([
    ['photo', photo(960, 720, 3)],
    ['meme', await withText(960, 720, 2, 24)],
    ['page', await withText(744, 960, 36, 14)],
  ]);
  const detector = createImageTextDetector({ images: decoded(pictures) });
  await detector.open?.();
  try {
    return [
      await measureText(detector, 'text: a photo of 960x720 without any', 'photo', 5),
      await measureText(detector, 'text: a picture of 960x720 with two lines', 'meme', 5),
      await measureText(detector, 'text: a dense page of 744x960', 'page', 1),
    ];
  } finally {
    await detector.close?.();
  }
};
