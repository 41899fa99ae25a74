import { describe, expect, it } from 'vitest';
import type { ContentScorer, Score, ScoringRequest } from '#features/scoring/index.ts';
import type { LabelledText } from '../../eval/file/read-texts.ts';
import { ScoreCollector } from '../../eval/file/score-texts.ts';

const score = (status: Score['status'], probability = 0): Score => ({
  status,
  probability,
  operatingPoint: 0.5,
  aligned: probability,
  kinds: ['text'],
});
const row = (text: string, labels: LabelledText['labels'], source: string | null = null): LabelledText => ({
  line: 1,
  text,
  labels,
  source,
  evasion: null,
  language: null,
});

/** Answers texts by what `spamOf` says of them; remembers what it was asked. */
const scorerOf = (spamOf: (text: string) => Score): ContentScorer & { readonly asked: string[][] } => {
  const asked: string[][] = [];
  const textOf = ({ parts: [part] }: ScoringRequest): string => (part?.kind === 'text' ? part.text : '');
  return {
    asked,
    score: async (requests) => {
      asked.push(requests.map(textOf));
      return requests.map((request) => ({
        categories: new Map([['spam', spamOf(textOf(request))]]),
        attributes: new Map([['toxicity', score('ok', 0.3)]]),
        language: null,
      }));
    },
  };
};

describe('scores of labelled texts', () => {
  it('what could not be answered is asked once more by itself, and then counted by name, never as harmless', async () => {
    let answers = 0;
    const scorer = scorerOf((text) => {
      if (text === 'hello') return score('ok', 0.1);
      answers += 1;
      return text === 'busy' && answers > 2 ? score('ok', 0.9) : score('unavailable');
    });
    const collector = new ScoreCollector(false);
    await collector.add([row('hello', { spam: 0 }), row('busy', { spam: 1 }), row('broken', { spam: 1 })], scorer);
    expect(scorer.asked).toEqual([['hello', 'busy', 'broken'], ['busy'], ['broken']]);
    const [spam] = collector.labels;
    expect(spam?.scored.map((item) => [item.score, item.label])).toEqual([
      [0.1, 0],
      [0.9, 1],
    ]);
    expect([...spam!.without]).toEqual([['unavailable', 1]]);
  });

  it('a label that nothing knows is not assessed; attributes stand after categories; texts are not kept', async () => {
    const collector = new ScoreCollector(false);
    await collector.add(
      [row('hello', { toxicity: 1, spam: 0, colour: 1 })],
      scorerOf(() => score('ok', 0.2)),
    );
    expect(collector.labels.map(({ label, kind }) => [label, kind])).toEqual([
      ['colour', 'category'],
      ['spam', 'category'],
      ['toxicity', 'attribute'],
    ]);
    expect([...collector.labels[0]!.without]).toEqual([['not_assessed', 1]]);
    expect(collector.labels[2]!.scored[0]).toMatchObject({ score: 0.3, label: 1, text: null });
  });

  it('a file with a thousand sources gives thirty slices and the others', async () => {
    const collector = new ScoreCollector(false);
    const rows = Array.from({ length: 1_000 }, (_, index) => row('hello', { spam: 0 }, `source ${index}`));
    await collector.add(
      rows,
      scorerOf(() => score('ok', 0.2)),
    );
    const names = new Set(collector.labels[0]!.scored.map(({ slices }) => slices.source));
    expect(names.size).toBe(31);
    expect(names).toContain('(others)');
  });
});
