import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import type { DetectorContext } from '#engine/ports/detector.ts';
import { createActivation, maximumRuleText, unreadableCounters } from './activation.ts';
import { compileRules, evaluateRules } from './evaluate-rules.ts';

const rule = (id: string, when: string): Rule => ({
  id,
  title: id,
  after: 1,
  when,
  effects: [{ kind: 'hold' }],
  enabled: true,
});

const signal = (detector: string, scores: Signal['scores'], extra: Partial<Signal> = {}): Signal => ({
  detector,
  version: '1',
  layer: 1,
  status: 'ok',
  scores,
  attributes: {},
  evidence: [],
  durationMs: 0,
  costUsd: 0,
  ...extra,
});

const contextOf = (text: string, extra: Partial<DetectorContext> = {}): DetectorContext => ({
  item: { account: { id: 'a1' }, surface: 'comment', parts: [{ id: 'p1', kind: 'text', text }] },
  account: { id: 'a1', tier: 'new' },
  counters: {},
  reposts: {},
  signals: [],
  now: 0,
  ...extra,
});

const ask = (when: string, context = contextOf('hello')) =>
  evaluateRules(compileRules([rule('r', when)]), createActivation(context), unreadableCounters(context))[0] ?? {
    outcome: 'false',
  };

describe('evaluateRules', () => {
  it('reads item, account, counters, signals, scores and attributes', () => {
    const context = contextOf('buy now', {
      account: { id: 'a1', tier: 'new', ageMs: 36 * 3_600_000, followers: 3 },
      counters: { account_posts_1h: 12 },
      signals: [
        signal('links', { spam: 0.3 }, { attributes: { links: 2 } }),
        signal('terms', { spam: 0.6, harassment: 0.2 }, { partId: 'p1' }),
        signal('terms', { spam: 0.1 }, { partId: 'p2', attributes: { links: 5 } }),
      ],
    });
    for (const when of [
      'account.ageDays == 1.5',
      'account.followers == 3',
      'counters.account_posts_1h + 1 == 13',
      'scores.spam == 0.6',
      'signals["terms"].scores.spam == 0.6 && signals["links"].status == "ok"',
      'attributes.links == 5',
      'text == "buy now" && item.text == text && re(text, "(?i)BUY")',
    ]) {
      expect(ask(when, context), when).toMatchObject({ outcome: 'matched' });
    }
  });

  it('does not read an unknown fact as zero, and names it', () => {
    expect(ask('account.ageDays < 7')).toMatchObject({ outcome: 'unknown', missing: 'account.ageDays' });
    expect(ask('has(account.ageDays) && account.ageDays < 7')).toEqual({ outcome: 'false' });
    expect(ask('scores.spam < 0.5')).toMatchObject({ outcome: 'unknown' });
    expect(ask('item.metadata.channel == "x"')).toMatchObject({ outcome: 'unknown' });
  });

  it('does not take a counter that does not apply to the item for one that could not be read', () => {
    expect(ask('counters.content_posts_1h > 3')).toMatchObject({ outcome: 'unknown' });
  });

  it('says unavailable, never false, where a counter could not be read', () => {
    const context = contextOf('hello', { counters: { account_posts_1h: null } });
    expect(ask('counters.account_posts_1h > 3', context)).toMatchObject({
      outcome: 'unavailable',
      missing: 'counters.account_posts_1h',
    });
    // The other side settles it: CEL answers true whatever the counter.
    expect(ask('counters.account_posts_1h > 3 || account.tier == "new"', context)).toMatchObject({
      outcome: 'matched',
    });
  });

  it('takes the worst status over parts and leaves out scores of signals that are not ok', () => {
    const context = contextOf('hello', {
      signals: [
        signal('terms', { spam: 0.2 }, { partId: 'p1' }),
        signal('terms', { spam: 0.9 }, { partId: 'p2', status: 'unavailable' }),
      ],
    });
    expect(ask('signals["terms"].status == "unavailable" && scores.spam == 0.2', context)).toMatchObject({
      outcome: 'matched',
    });
  });

  it('survives what fails at run time, and asks the other rules all the same', () => {
    const set = compileRules([
      rule('division', '1 / int(size(text) - 5) > 0'),
      rule('conversion', 'int(text) > 3'),
      rule('overflow', '9223372036854775807 + size(text) > 0'),
      rule('fine', 'account.tier == "new"'),
    ]);
    expect(set.faults).toEqual([]);
    const results = evaluateRules(set, createActivation(contextOf('hello')));
    expect(results.map(({ rule: { id }, outcome }) => [id, outcome])).toEqual([
      ['division', 'unavailable'],
      ['conversion', 'unavailable'],
      ['overflow', 'unavailable'],
      ['fine', 'matched'],
    ]);
  });

  it('stops spending on patterns where a very long text meets very many of them', () => {
    const rules = Array.from({ length: 200 }, (_, index) =>
      rule(`p${index}`, `re(text, "(a|b)*a(a|b){${20 + (index % 9)}}[^ab]x${index}")`),
    );
    const set = compileRules([...rules, rule('last', 'item.truncated')]);
    const results = evaluateRules(set, createActivation(contextOf('abba'.repeat(49_000))));
    const outcomes = results.map(({ outcome }) => outcome);
    expect(outcomes).toContain('unavailable');
    expect(results.at(-1)).toMatchObject({ rule: { id: 'last' }, outcome: 'matched' });
    // The next item has a budget of its own.
    expect(evaluateRules(set, createActivation(contextOf('hello')))).toEqual([]);
  });

  it('cuts a long text between characters', () => {
    const activation = createActivation(contextOf(`${'x'.repeat(maximumRuleText - 1)}\u{1F600}tail`));
    expect(activation.text.isWellFormed()).toBe(true);
    expect(activation.item.truncated).toBe(true);
  });

  it('law: the answer of a rule does not depend on the rules beside it', () => {
    const pool = [
      'account.ageDays < 7',
      'int(text) > 3',
      're(text, "[a-z]+")',
      'scores.exists(c, scores[c] > 0.5)',
      'counters.account_posts_1m > 1',
      'item.partCount == 1',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 12 }),
        fc.string({ maxLength: 40 }),
        fc.option(fc.integer({ min: 0, max: 5 })),
        (expressions, text, posts) => {
          const activation = createActivation(contextOf(text, { counters: { account_posts_1m: posts } }));
          const rules = expressions.map((when, index) => rule(`r${index}`, when));
          const together = evaluateRules(compileRules(rules), activation);
          const alone = rules.flatMap((one) => evaluateRules(compileRules([one]), activation));
          expect(together).toEqual(alone);
        },
      ),
    );
  });
});
