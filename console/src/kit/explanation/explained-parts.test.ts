import { describe, expect, it } from 'vitest';
import type { Assessment } from '#contracts/decision.ts';
import type { Explanation } from '#contracts/explanation.ts';
import type { Signal } from '#contracts/signal.ts';
import { type ExplainedPart, labelChoices, labelsInQuestion, strongFindings } from './explained-parts.ts';

const part = (partId: string, labels: Explanation['labels']): ExplainedPart => ({
  partId,
  explanation: {
    status: 'ok',
    detector: 'text-classifier',
    version: '1',
    language: 'en',
    labels,
    durationMs: 1,
    note: '',
  },
});
const insult = (score: number, weight: number): Explanation['labels'][number] => ({
  label: 'insult',
  kind: 'attribute',
  score,
  spans: [{ start: 2, end: 5, weight }],
});
const assessed = (category: string, status: Assessment['status'], probability: number) =>
  ({ category, status, probability, contributions: [] }) as unknown as Assessment;
const signal = (detector: string, scores: Signal['scores'], attributes: Signal['attributes'] = {}) =>
  ({ detector, scores, attributes }) as Signal;

describe('labels that are asked for', () => {
  const trace = [
    signal('text-classifier', { spam: 0.1, violence: 0.2 }, { insult: 0.2, threat: 0.6, stage: 'encoder' }),
    signal('image-nsfw', { sexual: 0.9 }),
  ];

  it('are the categories in question that the text model scores, likeliest first, and what else it found', () => {
    const assessments = [
      assessed('spam', 'between', 0.2),
      assessed('violence', 'remove', 0.9),
      assessed('sexual', 'remove', 0.95),
      assessed('harassment', 'clear', 0.01),
    ];
    expect(labelsInQuestion(assessments, trace)).toEqual(['violence', 'spam', 'threat']);
  });

  it('are left to the server where everything is clear', () => {
    expect(labelsInQuestion([assessed('spam', 'clear', 0.01)], trace)).toBeUndefined();
    expect(labelsInQuestion([assessed('spam', 'between', 0.4)], [])).toBeUndefined();
  });
});

describe('words of several parts', () => {
  const parts = [
    part('title', [{ ...insult(0.4, 1), label: 'spam', kind: 'category' }, insult(0.2, 1)]),
    part('body', [insult(0.9, 4)]),
  ];

  it('are chosen by label, categories first', () => {
    expect(labelChoices(parts)).toEqual([
      { label: 'spam', kind: 'category', score: 0.4 },
      { label: 'insult', kind: 'attribute', score: 0.9 },
    ]);
  });

  it('are as strong as their share of the heaviest of all parts', () => {
    const found = strongFindings(parts, 'insult', (weight) => `+${weight}`);
    expect(found.get('body')).toEqual([
      { start: 2, end: 5, category: 'insult', label: '+4', detector: 'text-classifier', strength: 1 },
    ]);
    expect(found.get('title')?.[0]).toMatchObject({ strength: 0.25 });
    expect(strongFindings(parts, 'spam', String).get('body')).toEqual([]);
  });
});
