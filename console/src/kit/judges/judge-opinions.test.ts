import { describe, expect, it } from 'vitest';
import type { Signal } from '#contracts/signal.ts';
import { agreementOf, judgeOpinionsOf } from './judge-opinions.ts';

const judge = (detector: string, decision: string | undefined, overrides: Partial<Signal> = {}): Signal => ({
  detector,
  version: '1',
  layer: detector === 'judge-small' ? 3 : 4,
  status: 'ok',
  scores: {},
  attributes: {
    judge_model: 'gemma',
    judge_confidence: 0.9,
    judge_control: 'passed',
    judge_rationale: '<b>bold</b>',
    ...(decision === undefined ? {} : { judge_decision: decision }),
  },
  evidence: [
    { kind: 'fact', name: 'judge_verdict', value: 'violates', category: 'spam', weight: 0.9, label: 'language model' },
    {
      kind: 'fact',
      name: 'judge_verdict',
      value: 'nonsense',
      category: 'sexual',
      weight: 0.9,
      label: 'language model',
    },
  ],
  durationMs: 800,
  costUsd: 0.0001,
  ...overrides,
});

describe("the judges' opinions", () => {
  it('come small first, with a verdict for each category and the words as they are', () => {
    const [small, large] = judgeOpinionsOf([judge('judge-large', 'clear'), judge('judge-small', 'violates')]);
    expect(small).toMatchObject({ tier: 'small', status: 'answered', side: 'violates', rationale: '<b>bold</b>' });
    expect(small?.verdicts).toEqual([{ category: 'spam', verdict: 'violates', confidence: 0.9 }]);
    expect(large).toMatchObject({ tier: 'large', side: 'clear', counts: true });
  });

  it('agree and disagree; one that abstained or did not answer takes no side', () => {
    const of = (...signals: Signal[]) => agreementOf(judgeOpinionsOf(signals));
    expect(of(judge('judge-small', 'violates'), judge('judge-large', 'violates'))).toBe('agree');
    const unsure = judge('judge-small', 'clear_without_effect', {
      status: 'not_applicable',
      reason: 'abstained: the model is not sure of every category',
    });
    expect(judgeOpinionsOf([unsure])[0]).toMatchObject({ status: 'abstained', side: null });
    expect(of(unsure, judge('judge-large', 'violates'))).toBeNull();
    expect(of(judge('judge-small', 'violates'), judge('judge-large', 'clear'))).toBe('disagree');
    expect(of(judge('judge-small', 'abstain'), judge('judge-large', 'clear'))).toBeNull();
    const silent = judge('judge-small', undefined, { status: 'unavailable', attributes: {} });
    expect(of(silent, judge('judge-large', 'violates'))).toBeNull();
  });

  it('says when a model abstained, when an answer does not count, and takes no confidence that is none', () => {
    const odd = judge('judge-small', 'abstain', {
      status: 'not_applicable',
      attributes: { judge_decision: 'abstain', judge_confidence: 7 },
    });
    expect(judgeOpinionsOf([odd])[0]).toMatchObject({ status: 'abstained', confidence: null });
    const failed = judge('judge-small', 'clear', {
      status: 'not_applicable',
      attributes: { judge_decision: 'clear', judge_control: 'failed', judge_instructions: true },
    });
    expect(judgeOpinionsOf([failed])[0]).toMatchObject({
      status: 'answered',
      counts: false,
      control: 'failed',
      instructed: true,
    });
  });
});
