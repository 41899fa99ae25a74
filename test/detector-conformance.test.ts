import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeModels, composeSetups } from '#apps/compose.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import {
  expectAbortHonoured,
  expectDeterminism,
  expectIndependenceOfBatch,
  expectSoundSignals,
} from './support/detector-conformance.ts';

/** Every detector that compose.ts wires inherits these tests; a new one needs no line here. */
const models = composeModels(join(import.meta.dirname, '..'), silentLog);
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
      requires: { text: ['text-ngram'] },
    },
  },
  rules: [
    {
      id: 'shouting_stranger',
      title: 'A rule that asks for text and account',
      when: 'size(text) > 10 && account.tier == "new"',
      effects: [{ kind: 'score', category: 'spam', score: 0.1 }],
    },
  ],
});
const { detectors } = composeSetups(models).setupFor({
  epoch: 0,
  policy: { ...policy, id: 'default', version: 1 },
  termLists: [
    {
      id: 'coins',
      name: 'Coins',
      kind: 'block',
      enabled: true,
      terms: [{ id: 'coins', term: 'coins', category: 'spam', severity: 2, mode: 'word' }],
      patterns: [],
    },
  ],
  domainLists: [],
  digests: new Map(),
});

beforeAll(() => models.open());
afterAll(() => models.close());

it('there are detectors of layers 1 and 2, each with an id of its own', () => {
  expect(new Set(detectors.map(({ layer }) => layer))).toEqual(new Set([1, 2]));
  expect(new Set(detectors.map(({ id, layer }) => `${id}@${layer}`)).size).toBe(detectors.length);
});

describe.each(detectors.map((detector) => ({ name: `${detector.id}, layer ${detector.layer}`, detector })))(
  'C1 E5: the detector $name',
  ({ detector }) => {
    it('gives one sound signal per input, with evidence inside the text', () => expectSoundSignals(detector));
    it('lets no score depend on its batch-mates', () => expectIndependenceOfBatch(detector));
    it.runIf(detector.deterministic)('gives the same answer for the same input', () => expectDeterminism(detector));
    it('answers when told to give up', () => expectAbortHonoured(detector));
  },
);
