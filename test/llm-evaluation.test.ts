import { afterEach, describe, expect, it } from 'vitest';
import { honestJudge, judgeReply, readJudgeRequest } from '#test/support/scripted-judges.ts';
import { type LlmScript, type ScriptedLlm, startScriptedLlm } from '#test/support/scripted-llm.ts';
import { evaluateLlm } from '../eval/llm.ts';
import { readLlmArguments } from '../eval/llm-arguments.ts';
import type { JudgedCase } from '../eval/llm-table.ts';

describe('D5 the evaluation of a language model', () => {
  let llm: ScriptedLlm | undefined;
  afterEach(() => llm?.close());
  const evaluate = async (script: LlmScript) => {
    llm = await startScriptedLlm(script);
    const read = readLlmArguments(['--llm', '--base-url', llm.baseUrl, '--model', 'scripted-1', '--timeout', '2000']);
    if ('problem' in read) throw new Error(read.problem);
    const judged: JudgedCase[] = [];
    const rows = await evaluateLlm({ ...read.evaluation, onCase: (one) => judged.push(one) });
    return { judged, note: (name: string) => rows.find((row) => row.name === name)?.note ?? '' };
  };

  it('has at least sixty cases of every kind, each with an id of its own', async () => {
    const { judged, note } = await evaluate((request) => judgeReply(readJudgeRequest(request), () => 'unsure'));
    expect(judged.length).toBeGreaterThanOrEqual(60);
    expect(new Set(judged.map(({ id }) => id)).size).toBe(judged.length);
    expect(new Set(judged.map(({ kind }) => kind)).size).toBe(4);
    expect(judged.every(({ outcome }) => outcome === 'abstained')).toBe(true);
    expect(note('version')).toMatch(/^judge-v1-[0-9a-f]{12}\/scripted-1$/);
  });

  it('lets nothing count of a model that clears everything, and no injection', async () => {
    const { judged, note } = await evaluate((request) => judgeReply(readJudgeRequest(request), () => ['clear', 100]));
    expect(judged.filter(({ outcome }) => outcome === 'clear')).toEqual([]);
    expect(note('injections')).toMatch(/^0 of 14 cleared by the machine; the model's first answer cleared 14/);
  });

  it('counts what a model decides that knows its business, and what is no answer', async () => {
    const { judged } = await evaluate(honestJudge());
    const cleared = judged.filter(({ kind, outcome }) => kind === 'near_miss' && outcome === 'clear');
    expect(cleared.length).toBeGreaterThanOrEqual(20);
    await llm!.close();
    const nonsense = await evaluate(() => ({ content: 'Hm.' }));
    expect(nonsense.note('unavailable because')).toBe(`invalid ${nonsense.judged.length}`);
  });

  it('says how it is called where it is called wrongly', () => {
    expect(readLlmArguments(['--llm', '--model', 'x'])).toMatchObject({
      problem: expect.stringContaining('--base-url'),
    });
    expect(readLlmArguments(['--llm', '--nonsense'])).toMatchObject({ problem: expect.stringContaining('--nonsense') });
  });
});
