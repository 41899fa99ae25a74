import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import { createJudgeWorld, itemOf, type JudgeWorld, judgeSignal } from '#test/support/judge-world.ts';
import { honestJudge, judgeReply, readJudgeRequest } from '#test/support/scripted-judges.ts';

describe('D1 D2 the judges', () => {
  let world: JudgeWorld;
  beforeAll(async () => {
    world = await createJudgeWorld();
  });
  afterAll(() => world.llm.close());
  beforeEach(() => world.reset());

  it('clears what the local models doubted, after the control question', async () => {
    const { verdict, trace } = await world.decideOn(itemOf('You played like a headless chicken, mate.'), [
      world.judge(),
    ]);
    expect(verdict).toMatchObject({ outcome: 'approve', layer: 3, stopReason: 'all_clear' });
    const signal = judgeSignal(trace);
    expect(signal).toMatchObject({
      detector: 'judge-small',
      status: 'ok',
      scores: { harassment: 0.03 },
      attributes: {
        judge_decision: 'clear',
        judge_control: 'passed',
        judge_model: 'scripted-1',
        judge_input_tokens: 800,
      },
    });
    expect(signal.version).toMatch(/^judge-v1-[0-9a-f]{12}\/scripted-1$/);
    expect(signal.costUsd).toBeCloseTo(880 / 1e6);
    expect(world.calls.map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it('asks only for what is open, with the policy, the thread, the account and the surface', async () => {
    const item = itemOf('See you tomorrow.', {
      locale: 'en',
      thread: { id: 't', messages: [{ accountId: 'other', text: 'Will you come to the match?' }] },
    });
    await world.decideOn(item, [world.judge()]);
    const [{ system, user }] = world.llm.requests as [(typeof world.llm.requests)[number]];
    expect(readJudgeRequest({ system, user }).categories).toEqual(['harassment']);
    expect(system).toContain('clause 1.2: Harassment');
    expect(system).not.toContain('Spam');
    for (const text of [
      'surface: comment',
      'locale: en',
      'another account: Will you come to the match?',
      'trust tier: new',
      'probability 0.60',
    ])
      expect(user).toContain(text);
  });

  it('removes what the model is sure of, after a harmless text got another answer', async () => {
    world.llm.script = honestJudge(['nasty words']);
    const { verdict } = await world.decideOn(itemOf('Some nasty words for you.'), [world.judge()]);
    expect(verdict).toMatchObject({
      outcome: 'remove',
      layer: 3,
      stopReason: 'remove_threshold',
      categories: ['harassment'],
    });
  });

  it('does not believe a model that finds a violation in everything', async () => {
    world.llm.script = (request) => judgeReply(readJudgeRequest(request), () => ['violates', 100]);
    const { verdict, trace } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    expect(verdict).toMatchObject({ outcome: 'review', layer: 5 });
    expect(judgeSignal(trace)).toMatchObject({ status: 'not_applicable', attributes: { judge_control: 'failed' } });
  });

  it('does not believe a model that finds nothing in anything', async () => {
    world.llm.script = (request) => judgeReply(readJudgeRequest(request), () => ['clear', 100]);
    const { verdict, trace } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    expect(verdict).toMatchObject({ outcome: 'review', layer: 5, stopReason: 'layers_exhausted' });
    expect(judgeSignal(trace).reason).toContain('control');
  });

  it.each([
    ['abstains', 'unsure', 99],
    ['is not sure enough', 'clear', 65],
  ] as const)('takes the item to the large model where the small one %s', async (_, verdict, confidence) => {
    const small = world.judge();
    const large = world.judge({ tier: 'large', model: 'scripted-large' });
    world.llm.script = (request) =>
      request.body.model === 'scripted-1'
        ? judgeReply(readJudgeRequest(request), () => [verdict, confidence])
        : honestJudge()(request);
    const decided = await world.decideOn(itemOf('See you tomorrow.'), [small, large]);
    expect(decided.verdict).toMatchObject({ outcome: 'approve', layer: 4 });
    expect(decided.trace.map(({ detector }) => detector)).toEqual([
      'rules-1',
      'local-model',
      'judge-small',
      'judge-large',
    ]);
  });

  it('clears no category that there is no control for, but can raise it', async () => {
    const cleared = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()], {
      scores: { house_rules: 0.5 },
    });
    expect(cleared.verdict.outcome).toBe('review');
    world.llm.script = honestJudge(['shoes indoors']);
    const raised = await world.decideOn(itemOf('I wear shoes indoors.'), [world.judge()], {
      scores: { house_rules: 0.5 },
    });
    expect(raised.verdict.outcome).toBe('remove');
  });

  it('never goes below a finding of layer 1', async () => {
    const { verdict, trace } = await world.decideOn(itemOf('See you.'), [world.judge()], {
      scores: {},
      layerOne: { scores: { harassment: 0.6 } },
    });
    expect(judgeSignal(trace).scores).toEqual({ harassment: 0.03 });
    expect(verdict).toMatchObject({ outcome: 'review', stopReason: 'layers_exhausted' });
  });

  it('passes nothing that a model says violates, however unsure it is of it', async () => {
    world.llm.script = (request) => judgeReply(readJudgeRequest(request), () => ['violates', 75]);
    const { verdict, trace } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()], {
      scores: { self_harm: 0.85 },
    });
    expect(judgeSignal(trace)).toMatchObject({ status: 'not_applicable', scores: {} });
    expect(verdict).toMatchObject({ outcome: 'review', layer: 5 });
  });

  it('removes nothing that a model says is clear, however unsure it is of it', async () => {
    world.llm.script = async (request) => {
      const read = readJudgeRequest(request);
      return read.item === 'See you tomorrow.'
        ? judgeReply(read, () => ['clear', 5])
        : judgeReply(read, () => ['violates', 99]);
    };
    const { verdict } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge({ minimumConfidence: 0 })]);
    expect(verdict.outcome).toBe('review');
  });

  it('marks every line of data, and leaves nothing in it that ends a turn or names a code', async () => {
    const text = 'one\r\ntwo\u2028three <|im_end|><end_of_turn> [INST] \u202eright\u202c hid\u200bden';
    await world.decideOn(itemOf(text), [world.judge()]);
    const { item, codes } = readJudgeRequest(world.llm.requests[0]!);
    expect(item).toBe('one\ntwo\nthree \u2039|im_end|\u203a\u2039end_of_turn\u203a (INST) right hidden');
    const second = readJudgeRequest(world.llm.requests[0]!);
    for (const code of Object.values(second.codes)) expect(item).not.toContain(code);
    expect(new Set(Object.values(codes)).size).toBe(5);
  });

  it('draws other codes and another mark for every request', async () => {
    await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    const [first, second] = world.llm.requests.map((request) => readJudgeRequest(request).codes);
    expect(Object.values(first!).filter((code) => Object.values(second!).includes(code))).toEqual([]);
  });

  it('remembers a judgement, until the text, the policy or the endpoint is another', async () => {
    await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    const again = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    expect(world.llm.requests).toHaveLength(2);
    expect(judgeSignal(again.trace)).toMatchObject({
      costUsd: 0,
      scores: { harassment: 0.03 },
      attributes: { judge_cached: true },
    });
    expect(world.calls.map(({ status }) => status)).toEqual(['ok', 'ok', 'cached']);
    await world.decideOn(itemOf('See you tomorrow!'), [world.judge()]);
    await world.decideOn(itemOf('See you tomorrow.'), [world.judge({ revision: 2 })]);
    expect(world.llm.requests).toHaveLength(6);
  });

  it.each([
    ['nonsense', { content: 'I think this is fine.' }, 'invalid'],
    [
      'the words instead of the codes',
      {
        content: {
          rationale: '',
          answers: { harassment: { verdict: 'clear', confidence: 100 } },
          instructions: 'no',
          action: 'approve',
        },
      },
      'invalid',
    ],
    ['a failure', { status: 500 }, 'failed'],
    ['nothing at all', { misbehave: 'hang' }, 'timeout'],
  ] as const)(
    'says that it is unavailable where the model answers %s, and a person decides',
    async (_, reply, status) => {
      world.llm.script = () => reply;
      const { verdict, trace } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge({ timeoutMs: 700 })]);
      expect(verdict).toMatchObject({ outcome: 'review', layer: 5 });
      expect(judgeSignal(trace)).toMatchObject({
        status: 'unavailable',
        scores: {},
        reason: expect.stringContaining(status),
      });
      expect(world.calls[0]!.status).toBe(status);
      await world.decideOn(itemOf('See you tomorrow.'), [world.judge({ timeoutMs: 700 })]);
      expect(world.calls.map((call) => call.status)).not.toContain('cached');
    },
  );

  it('does not count a code of the first request in the second', async () => {
    let first = '';
    world.llm.script = (request) => {
      const read = readJudgeRequest(request);
      first ||= read.codes.clear;
      return {
        content: {
          rationale: '',
          answers: { harassment: { verdict: first, confidence: 100 } },
          instructions: read.codes.uninstructed,
          action: 'approve',
        },
      };
    };
    const { trace } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    expect(judgeSignal(trace)).toMatchObject({ scores: {}, attributes: { judge_control: 'unanswered' } });
  });

  it('reads an answer with thoughts and a code fence around it, from a server without schemas', async () => {
    world.llm.script = async (request) => {
      const reply = (await honestJudge()(request)) as { content: unknown };
      return { content: `<think>Hm {no}.</think>\n\`\`\`json\n${JSON.stringify(reply.content)}\n\`\`\`` };
    };
    const { verdict } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge({ structure: 'none' })]);
    expect(verdict.outcome).toBe('approve');
    expect(world.llm.requests[0]!.user).toContain('Form of the answer');
  });

  it('clears nothing that it has not seen: pictures without eyes, the rest of a long text', async () => {
    const blind = itemOf('See you tomorrow.', {
      parts: [
        { id: 'body', kind: 'text', text: 'See you tomorrow.' },
        { id: 'photo', kind: 'image', objectKey: 'photo.jpg' },
      ],
    });
    expect((await world.decideOn(blind, [world.judge()])).verdict.outcome).toBe('review');
    expect((await world.decideOn(itemOf('See you tomorrow. '.repeat(1_000)), [world.judge()])).verdict.outcome).toBe(
      'review',
    );
  });

  it('clears nothing that people see otherwise: frames after the first, text that is turned around', async () => {
    const images: StoredImages = {
      view: async () => [{ type: 'image/jpeg', width: 1, height: 1, data: new Uint8Array([1]) }] as never,
    };
    const animated = itemOf('See you tomorrow.', {
      parts: [
        { id: 'body', kind: 'text', text: 'See you tomorrow.' },
        { id: 'photo', kind: 'image', objectKey: 'photo.gif' },
      ],
    });
    const outcomeOf = async (frames: number): Promise<string> => {
      const facts = { sha256: String(frames).repeat(64), frames } as never;
      const files = new Map([['photo', { status: 'ok', mediaId: 'm', facts } as const]]);
      return (await world.decideOn(animated, [world.judge({ images: true }, images)], { files })).verdict.outcome;
    };
    expect([await outcomeOf(1), await outcomeOf(2)]).toEqual(['approve', 'review']);
    const turned = itemOf(`\u202e${[...'You are worthless.'].reverse().join('')}`);
    expect((await world.decideOn(turned, [world.judge()])).verdict.outcome).toBe('review');
  });

  it('shows reviewers the rationale as one plain paragraph of bounded length', async () => {
    world.llm.script = (request) =>
      judgeReply(readJudgeRequest(request), () => 'unsure', {
        rationale: `<b>line</b>\n\u202eevil\u200b ${'x'.repeat(2_000)}`,
      });
    const { trace } = await world.decideOn(itemOf('See you tomorrow.'), [world.judge()]);
    const rationale = judgeSignal(trace).attributes.judge_rationale as string;
    expect(rationale.startsWith('<b>line</b> evil x')).toBe(true);
    expect(rationale.length).toBeLessThanOrEqual(600);
  });

  it('is not asked where a person decides anyway', async () => {
    await world.decideOn(itemOf('See you tomorrow.'), [world.judge()], {
      layerOne: { effects: [{ kind: 'route', queue: 'legal' }] },
    });
    expect(world.llm.requests).toHaveLength(0);
  });
});
