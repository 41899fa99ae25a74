import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '#contracts/decision.ts';
import type { TrialItem } from '#contracts/item.ts';
import type { TrialAnswer } from '#contracts/items-api.ts';
import { textOfPart } from '#engine/item-parts.ts';
import { exitCodeOfSummary, itemOfLine, type JsonlResult, runJsonl } from './jsonl-run.ts';

const answer = (outcome: Outcome): TrialAnswer => ({
  decision: {
    outcome,
    display: outcome === 'approve' ? 'published' : 'removed',
    actions: [],
    categories: [],
    confidence: 0.9,
    layer: 2,
    rationale: 'because',
    policyVersion: 1,
    notAssessed: [],
    stopReason: 'all_clear',
    assessments: [],
  },
  scores: {},
  trace: [],
  layers: [],
});

const lines = async function* (...texts: readonly string[]) {
  for (const [index, text] of texts.entries()) yield { number: index + 1, bytes: 0, text };
};

describe('a line of the file', () => {
  it('may be short, with the other fields beside the text', () => {
    expect(itemOfLine('{"id":7,"text":"hello","surface":"chat"}', { surface: 'post', locale: 'en' })).toEqual({
      id: '7',
      item: { surface: 'chat', locale: 'en', parts: [{ id: 'body', kind: 'text', text: 'hello' }] },
    });
  });

  it('may be an item as the API takes it', () => {
    const item = { account: { id: 'a' }, surface: 'post', parts: [{ id: 'title', kind: 'text', text: 'x' }] };
    expect(itemOfLine(JSON.stringify(item), {})).toEqual({ item });
  });

  it.for([
    ['{', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"text":""}', 'must not be empty'],
    ['{"text":"x","colour":"red"}', 'colour'],
    ['{"text":"\\ud800"}', 'well-formed'],
  ] as const)('%s is refused with the reason', ([text, reason]) => {
    expect(itemOfLine(text, {})).toMatchObject({ error: expect.stringContaining(reason) });
  });
});

describe('judging a file', () => {
  it('keeps the order of the lines, works on a few at once, and fails only the faulty line', async () => {
    let underWay = 0;
    let most = 0;
    const results: JsonlResult[] = [];
    const summary = await runJsonl({
      lines: lines('{"text":"30"}', '{"text":"1"}', 'oops', '{"text":"5"}', '{"text":"fail"}'),
      defaults: {},
      concurrency: 3,
      emit: (result) => {
        results.push(result);
      },
      trial: async (item: TrialItem) => {
        underWay += 1;
        most = Math.max(most, underWay);
        const text = textOfPart(item.parts[0]);
        await sleep(Number(text) || 1);
        underWay -= 1;
        if (text === 'fail') throw new Error('the model is gone');
        return answer(text === '30' ? 'remove' : 'approve');
      },
    });
    expect(results.map((result) => [result.line, 'error' in result ? 'error' : result.outcome])).toEqual([
      [1, 'remove'],
      [2, 'approve'],
      [3, 'error'],
      [4, 'approve'],
      [5, 'error'],
    ]);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    expect(summary).toEqual({ lines: 5, failed: 2, outcomes: { approve: 2, review: 0, hold: 0, remove: 1 } });
  });

  it.for([
    [{ approve: 3 }, 0, 0],
    [{ approve: 3, review: 1 }, 0, 10],
    [{ hold: 1 }, 0, 10],
    [{ review: 1, remove: 1 }, 0, 20],
    [{ remove: 1 }, 1, 1],
  ] as const)('%o with %i failed lines exits with %i', ([outcomes, failed, exitCode]) => {
    const counts = { approve: 0, review: 0, hold: 0, remove: 0, ...outcomes };
    expect(exitCodeOfSummary({ lines: 0, failed, outcomes: counts })).toBe(exitCode);
  });
});
