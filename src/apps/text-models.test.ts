import { describe, expect, it } from 'vitest';
import { policyDocumentSchema } from '#contracts/policy.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { modelsFor } from './text-models.ts';

const detector = (id: string): Detector => ({
  id,
  version: '1',
  layer: 2,
  scope: 'part',
  kinds: ['text'],
  judges: ['spam'],
  deterministic: true,
  reuse: 'never',
  timeoutMs: 1,
  costUsd: 0,
  detect: async () => [],
});
const models = ['text-classifier', 'text-ngram', 'image-nsfw'].map(detector);
const policyOf = (requires: readonly string[], weighs: readonly string[] = []) =>
  policyDocumentSchema.parse({
    name: 'A policy',
    categories: {
      spam: {
        title: 'Spam',
        review: 0.5,
        remove: 0.9,
        severity: 1,
        clause: '1',
        text: '',
        requires: requires.length === 0 ? {} : { text: requires },
      },
    },
    fusion: {
      spam: { bias: -3, terms: Object.fromEntries(weighs.map((id) => [id, { weight: 1, midpoint: -3 }])) },
    },
  });
const chosen = (requires: readonly string[], weighs?: readonly string[]): string[] =>
  modelsFor(policyOf(requires, weighs), models).map(({ id }) => id);

describe('the text models of a policy', () => {
  it('are the classifier where it is named, or nothing is', () => {
    expect(chosen(['text-classifier'])).toEqual(['text-classifier', 'image-nsfw']);
    expect(chosen([])).toEqual(['text-classifier', 'image-nsfw']);
  });

  it('are the n-gram stage alone for a policy that was published for it', () => {
    expect(chosen(['text-ngram'], ['text-ngram'])).toEqual(['text-ngram', 'image-nsfw']);
    expect(chosen([], ['text-ngram'])).toEqual(['text-ngram', 'image-nsfw']);
  });

  it('are both where both are named', () => {
    expect(chosen(['text-ngram', 'text-classifier'])).toEqual(['text-classifier', 'text-ngram', 'image-nsfw']);
  });
});
