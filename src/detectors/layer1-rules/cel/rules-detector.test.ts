import { describe, expect, it } from 'vitest';
import type { Rule } from '#contracts/policy.ts';
import { signalSchema } from '#contracts/signal.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import { createRulesDetector } from './rules-detector.ts';

const rule = (id: string, when: string, effects: Rule['effects'], after: 1 | 2 = 1): Rule => ({
  id,
  title: `Title of ${id}`,
  after,
  when,
  effects,
  enabled: true,
});
const context: DetectorContext = {
  item: { account: { id: 'a1' }, surface: 'comment', parts: [{ id: 'p1', kind: 'text', text: 'buy cheap coins' }] },
  account: { id: 'a1', tier: 'new', ageMs: 3_600_000 },
  counters: { account_posts_1m: null, account_posts_1h: 40 },
  reposts: {},
  signals: [],
  now: 0,
};
const judge = async (rules: readonly Rule[], layer: 1 | 2 = 1, abort = new AbortController().signal) => {
  const [signal] = await createRulesDetector(rules, layer).detect([{ context }], abort);
  return signalSchema.parse(signal);
};

describe('rules detector', () => {
  it('turns the rules that match into effects and evidence, those that bind first', async () => {
    const signal = await judge([
      rule('flood', 'counters.account_posts_1h > 30', [
        { kind: 'label', label: 'flood' },
        { kind: 'score', category: 'spam', score: 0.7 },
      ]),
      rule('coins', 're(text, "(?i)cheap +coins")', [{ kind: 'hold' }]),
      rule('other', 'account.tier == "veteran"', [{ kind: 'prioritise', by: 10 }]),
    ]);
    expect(signal.effects).toEqual([
      { kind: 'hold' },
      { kind: 'score', category: 'spam', score: 0.7 },
      { kind: 'label', label: 'flood' },
    ]);
    expect(signal.evidence).toEqual([
      { kind: 'rule', ruleId: 'flood', label: 'Title of flood', category: 'spam' },
      { kind: 'rule', ruleId: 'coins', label: 'Title of coins' },
    ]);
    expect(signal.attributes).toEqual({ rules_matched: 2 });
  });

  it('says which rules could not be asked, and goes on with the others', async () => {
    const signal = await judge([
      rule('minute', 'counters.account_posts_1m > 3', [{ kind: 'hold' }]),
      rule('verified', 'account.verified', [{ kind: 'hold' }]),
      rule('division', '1 / int(account.ageDays) > 0', [{ kind: 'hold' }]),
      rule('broken', 'text >', [{ kind: 'hold' }]),
      rule('fine', 'account.ageDays < 1', [{ kind: 'label', label: 'new' }]),
    ]);
    expect(signal).toMatchObject({
      status: 'unavailable',
      reason: 'rules that could not be asked: minute, division, broken',
      effects: [{ kind: 'label', label: 'new' }],
      attributes: {
        rules_matched: 1,
        rules_unavailable: 3,
        rules_unavailable_names: 'minute (counters.account_posts_1m), division (division_by_zero), broken (not valid)',
        rules_unknown: 1,
        rules_unknown_names: 'verified (account.verified)',
      },
    });
  });

  it('stays ok where what could not be asked binds nobody', async () => {
    const unreadable = 'counters.account_posts_1m > 3';
    const signal = await judge([
      rule('label', unreadable, [{ kind: 'label', label: 'flood' }]),
      rule('order', unreadable, [{ kind: 'prioritise', by: 5 }]),
      rule('trust', unreadable, [{ kind: 'act', outcome: 'approve' }]),
    ]);
    expect(signal).toMatchObject({ status: 'ok', attributes: { rules_unavailable: 3 } });
  });

  it('does not let a long text slip past a rule that is too dear for it', async () => {
    const dear = Array.from({ length: 20 }, (_, index) =>
      rule(`dear_${index}`, `re(text, "never here ${index}(c|d){15}")`, [{ kind: 'hold' }]),
    );
    const part = { id: 'p1', kind: 'text' as const, text: 'ab '.repeat(33_000) };
    const long = { ...context, item: { ...context.item, parts: [part] } };
    const [signal] = await createRulesDetector(dear, 1).detect([{ context: long }], new AbortController().signal);
    expect(signal?.status).toBe('unavailable');
    expect(signal?.attributes.rules_unavailable_names).toContain('dear_19 (budget)');
  });

  it('asks each rule after its layer only, and no disabled one', async () => {
    const rules = [
      rule('one', 'true', [{ kind: 'label', label: 'one' }], 1),
      rule('two', 'true', [{ kind: 'label', label: 'two' }], 2),
      { ...rule('off', 'true', [{ kind: 'label', label: 'off' }], 1), enabled: false },
    ];
    expect((await judge(rules, 1)).effects).toEqual([{ kind: 'label', label: 'one' }]);
    expect((await judge(rules, 2)).effects).toEqual([{ kind: 'label', label: 'two' }]);
    expect(createRulesDetector(rules, 2)).toMatchObject({ id: 'rules-after-models', needsSignals: true, layer: 2 });
  });

  it('keeps within what a signal may carry', async () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      rule(`r${index}`, 'true', [{ kind: 'label', label: `l${index}` }]),
    );
    const signal = await judge([
      ...many,
      rule('final', 'true', [{ kind: 'act', outcome: 'remove', category: 'spam' }]),
    ]);
    expect(signal.effects).toHaveLength(200);
    expect(signal.effects?.[0]).toMatchObject({ kind: 'act' });
  });

  it('answers unavailable once it is aborted', async () => {
    const controller = new AbortController();
    controller.abort();
    expect(await judge([rule('one', 'true', [{ kind: 'hold' }])], 1, controller.signal)).toMatchObject({
      status: 'unavailable',
    });
  });
});
