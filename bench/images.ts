import { join } from 'node:path';
import sharp from 'sharp';
import { composeImageSandbox, composeModels, composeSetups } from '#apps/compose.ts';
import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import { noHashBanks } from '#detectors/layer1-hashes/banks/no-hash-banks.ts';
import type { Detector, DetectorContext, PartFile } from '#engine/ports/detector.ts';
import { runLayer } from '#engine/run-layer.ts';
import { newId } from '#platform/ids.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { benchHashLookUp, benchPdq } from './images-hashes.ts';
import { makePicture } from './images-hashes-pictures.ts';
import { benchExplicitPictures, benchTextInPictures } from './images-models.ts';
import { environment } from './layer1.ts';
import { seeded } from './layer1-text.ts';
import { measure } from './measure.ts';
import type { BenchRow } from './table.ts';

const projectDir = join(import.meta.dirname, '..');
const pictures = 20;
/** One for each time that `measure` calls. */
const copiesOfEach = 6;

const jpegs = async (): Promise<Buffer[]> => {
  const random = seeded(31);
  return Promise.all(
    Array.from({ length: pictures }, () => {
      const { data, width, height } = makePicture(random, 1_600, 1_200);
      return sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg({ quality: 85 })
        .toBuffer();
    }),
  );
};

const contextOf = (file: PartFile): DetectorContext => ({
  item: {
    account: { id: 'bench' },
    surface: 'post',
    parts: [{ id: 'photo', kind: 'image', mediaId: '00000000-0000-7000-8000-000000000001' }],
  },
  account: { id: 'bench', tier: 'established', items: 120, removed: 1 },
  counters: {},
  reposts: {},
  files: new Map([['photo', file]]),
  signals: [],
  now: 1_800_000_000_000,
});

const policy = {
  ...policyDocumentSchema.parse({
    name: 'Bench',
    categories: { sexual: { title: 'Sexual', review: 0.5, remove: 0.9, severity: 2, clause: '1', text: '' } },
  }),
  id: 'bench',
  version: 1,
};

/** A picture of 1600x1200 from its stored bytes to the signals of both layers: what an item waits for. */
const benchPath = async (): Promise<BenchRow[]> => {
  const sandbox = composeImageSandbox();
  await sandbox.open();
  const images = new LoadedImages(sandbox);
  const models = composeModels(projectDir, { log: silentLog, images });
  await models.open();
  try {
    const files = await jpegs();
    const examined = await measure(
      'upload: type, digests, PDQ and its turns, claims of a 1600x1200 JPEG, in the decoder process',
      files.map((file) => () => sandbox.examine(file)),
    );
    const setup = composeSetups({ models, banks: noHashBanks }).setupFor({
      epoch: 0,
      policy,
      termLists: [],
      domainLists: [],
      digests: new Map(),
    });
    const run = async (detectors: readonly Detector[], file: PartFile): Promise<void> => {
      const context = contextOf(file);
      const first = await runLayer(1, detectors, context, environment);
      const second = await runLayer(2, detectors, { ...context, signals: first }, environment);
      const failed = second.find(({ status }) => status === 'unavailable');
      if (failed !== undefined) throw new Error(`${failed.detector}: ${failed.reason}`);
    };
    // Every measured picture is a new one to the caches of views and signals: the same pixels under another digest.
    const fresh = async (file: Buffer): Promise<PartFile> =>
      images.add(newId(), Buffer.concat([file, Buffer.from(newId())]));
    const path = async (name: string, detectors: readonly Detector[]): Promise<BenchRow> => {
      const stored: PartFile[][] = [];
      for (const file of files) {
        const copies: PartFile[] = [];
        while (copies.length < copiesOfEach) copies.push(await fresh(file));
        stored.push(copies);
      }
      return measure(
        name,
        stored.map((copies) => () => run(detectors, copies.pop()!)),
      );
    };
    return [
      examined,
      await path(
        'layers 1 and 2 for one 1600x1200 picture, text not read',
        setup.detectors.filter(({ id }) => id !== 'image-text'),
      ),
      await path('the same with its text looked for (there is none)', setup.detectors),
    ];
  } finally {
    await models.close();
    await sandbox.close();
  }
};

/** Everything about pictures: hashes, look-ups, models, and the whole way. */
export const benchImages = async (): Promise<BenchRow[]> => [
  ...(await benchPdq()),
  ...(await benchHashLookUp()),
  ...(await benchPath()),
  ...(await benchExplicitPictures()),
  ...(await benchTextInPictures()),
];
