import { describe, expect, it } from 'vitest';
import { type JudgeSettings, judgeWriteSchema } from '#contracts/judge.ts';
import { bodyOf, draftOf, isComplete } from './judge-draft.ts';

const saved: JudgeSettings = {
  ...judgeWriteSchema.parse({ name: 'Local', baseUrl: 'http://127.0.0.1:8080/v1', model: 'gemma', revision: 4 }),
  tier: 'small',
  hasApiKey: true,
  updatedAt: '2026-11-23T10:00:00Z',
  today: { requests: 0, failures: 0, cached: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
  breaker: 'closed',
};

describe("a judge's settings under edit", () => {
  it('leave the saved key alone until it is written or taken away', () => {
    const draft = draftOf(saved);
    expect(bodyOf(draft, 4)).not.toHaveProperty('apiKey');
    expect(bodyOf({ ...draft, apiKey: 'secret' }, 4)).toMatchObject({ apiKey: 'secret', revision: 4 });
    expect(bodyOf({ ...draft, apiKey: null }, 4)).toMatchObject({ apiKey: null });
  });

  it('are what the contract takes, for a saved tier and for a new one', () => {
    expect(judgeWriteSchema.safeParse(bodyOf(draftOf(saved), 4)).success).toBe(true);
    const fresh = draftOf(undefined);
    expect(isComplete(fresh)).toBe(false);
    const filled = { ...fresh, name: 'New', baseUrl: 'https://models.example/v1', model: 'm' };
    expect(isComplete(filled)).toBe(true);
    expect(judgeWriteSchema.safeParse(bodyOf(filled, 0)).success).toBe(true);
  });
});
