import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeModels, composeSetups } from '#apps/compose.ts';
import { policyDocumentSchema } from '#contracts/policy.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { silentLog } from '#platform/telemetry/log.ts';
import { describeDetectorConformance } from './detector-conformance.ts';

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
      requires: { text: ['text-ngram'] },
    },
  },
  rules: [rule('after_layer_one', 1), rule('after_the_models', 2)],
});

const wiredDetectors = (): readonly Detector[] => {
  const models = composeModels(join(import.meta.dirname, '../..'), silentLog);
  return composeSetups(models).setupFor({
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
    describeDetectorConformance(`${detector.id}, layer ${detector.layer}`, () => detector);
});
