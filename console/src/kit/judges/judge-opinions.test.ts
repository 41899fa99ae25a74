import { describe, expect, it } from 'vitest';
import type { Signal } from '#contracts/signal.ts';
import { agreementOf, judgeOpinionsOf } from './judge-opinions.ts';

const judge = (detector: string, decision: string | undefined, overrides: Partial<Signal> = {}): Signal => ({
  detector,
  version: '1',
  layer: detector === 'judge-small' ? 3 : 4,
  status: 'ok',
  scores: { spam: 0.2, harassment: 0.8 },
  attributes: {
    judge_model: 'gemma',
    judge_confidence: 0.9,
    judge_rationale: '<b>bold</b>',
    ...(decision === undefined ? {} : { judge_decision: decision }),
  },
  evidence: [],
  durationMs: 800,
  costUsd: 0.0001,
  ...overrides,
});

describe("the judges' opinions", () => {
  it('come small first, with the surest category first and the words as they are', () => {
    const [small, large] = judgeOpinionsOf([judge('judge-large', 'approve'), judge('judge-small', 'remove')]);
    expect(small).toMatchObject({ tier: 'small', status: 'answered', decision: 'remove', rationale: '<b>bold</b>' });
    expect(small?.categories[0]).toEqual({ category: 'harassment', score: 0.8 });
    expect(large).toMatchObject({ tier: 'large', decision: 'approve' });
  });

  it('agree and disagree; one that abstained or did not answer takes no side', () => {
    const of = (...signals: Signal[]) => agreementOf(judgeOpinionsOf(signals));
    expect(of(judge('judge-small', 'remove'), judge('judge-large', 'remove'))).toBe('agree');
    expect(of(judge('judge-small', 'remove'), judge('judge-large', 'approve'))).toBe('disagree');
    expect(of(judge('judge-small', 'abstain'), judge('judge-large', 'approve'))).toBeNull();
    expect(
      of(judge('judge-small', undefined, { status: 'unavailable', attributes: {} }), judge('judge-large', 'remove')),
    ).toBeNull();
  });

  it('says when a model abstained, and takes no confidence that is none', () => {
    const odd = judge('judge-small', 'abstain', { attributes: { judge_decision: 'abstain', judge_confidence: 7 } });
    expect(judgeOpinionsOf([odd])[0]).toMatchObject({ status: 'abstained', confidence: null });
  });
});
