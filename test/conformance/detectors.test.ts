import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { composeImageSandbox, composeModels, composeSetups } from '#apps/compose.ts';
import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import type { Detector, PartFile } from '#engine/ports/detector.ts';
import type { HashBanks, LoadedBank } from '#engine/ports/hash-banks.ts';
import { newId } from '#platform/ids.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { photoJpeg, pictureFixture } from '#test/support/pictures.ts';
import { type ConformanceSamples, defaultSamples, describeDetectorConformance } from './detector-conformance.ts';

/** Every detector that compose.ts wires inherits the suite; a new one needs no line here. */
const rule = (id: string, after: 1 | 2) => ({
  id,
  title: 'A rule that asks for text and account',
  after,
  when: 'size(text) > 10 && account.tier == "new"',
  effects: [{ kind: 'score', category: 'spam', score: 0.1 }],
});
const policy = policyDocumentSchema.parse({
  name: 'Conformance',
  categories: {
    spam: {
      title: 'Spam',
      review: 0.6,
      remove: 0.9,
      severity: 2,
      clause: '1',
      text: '',
      requires: { text: ['text-classifier', 'text-ngram'] },
    },
  },
  rules: [rule('after_layer_one', 1), rule('after_the_models', 2)],
});

const okFile = (file: PartFile | undefined): Extract<PartFile, { status: 'ok' }> => {
  if (file?.status !== 'ok') throw new Error('the picture cannot be looked at');
  return file;
};

const sandbox = composeImageSandbox();
afterAll(() => sandbox.close());
const images = new LoadedImages(sandbox);
const pictures = await Promise.all([
  images.add(newId(), pictureFixture('meme-hateful.jpg'), { fileName: 'meme.png' }),
  images.add(newId(), pictureFixture('note.png')),
  images.add(newId(), await photoJpeg(5)),
]);
const samples: ConformanceSamples = {
  ordinary: [...defaultSamples.ordinary, ...pictures.map((file) => ({ file }))],
  hostile: [
    ...defaultSamples.hostile,
    { file: undefined },
    { file: { status: 'unavailable', reason: 'fetch_timeout' } },
    // The file is on record, and its bytes are gone.
    { file: { ...okFile(pictures[0]), facts: { ...okFile(pictures[0]).facts, sha256: 'ab'.repeat(32) } } },
  ],
};

/** A bank that knows the first picture. */
const bank: LoadedBank = {
  bank: {
    id: 'known',
    name: 'Known pictures',
    kind: 'custom',
    category: 'spam',
    mode: 'active',
    share: 1,
    exact: 'block',
    perceptual: 'score',
    maximumDistance: 31,
  },
  exact: (algorithm, digest) =>
    digest === okFile(pictures[0]).facts.sha256 ? { algorithm, hash: digest, distance: 0 } : undefined,
  nearest: () => undefined,
};

const wiredDetectors = (): readonly Detector[] => {
  const models = composeModels(join(import.meta.dirname, '../..'), { log: silentLog, images });
  const banks: HashBanks = { load: async (epoch) => ({ epoch, banks: [bank] }) };
  return composeSetups({ models, banks }).setupFor({
    epoch: 0,
    policy: { ...policy, id: 'default', version: 1 },
    termLists: [
      {
        id: 'coins',
        name: 'Coins',
        kind: 'block',
        enabled: true,
        terms: [{ id: 'coins', term: 'coins', category: 'spam', severity: 2, mode: 'word' }],
        patterns: [{ id: 'win', source: '(?i)win (win )+', category: 'spam', severity: 1 }],
      },
    ],
    domainLists: [
      { id: 'coins', name: 'Coins', kind: 'block', enabled: true, category: 'spam', domains: ['coins.example'] },
    ],
    digests: new Map([
      ['terms:coins', 'one'],
      ['domains:coins', 'two'],
    ]),
  }).detectors;
};

const detectors = wiredDetectors();

it('there are detectors of layers 1 and 2, each with an id of its own', () => {
  expect(new Set(detectors.map(({ layer }) => layer))).toEqual(new Set([1, 2]));
  expect(new Set(detectors.map(({ id }) => id)).size).toBe(detectors.length);
});

describe('C1 E5', () => {
  for (const detector of detectors)
    describeDetectorConformance(`${detector.id}, layer ${detector.layer}`, () => detector, samples);
});
