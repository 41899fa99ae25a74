import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '#contracts/policy.ts';
import { compileRule, isRuleFault } from './compile-rule.ts';

const rule = (when: string): Rule => ({
  id: 'rule',
  title: 'Rule',
  after: 1,
  when,
  effects: [{ kind: 'hold' }],
  enabled: true,
});
const faultOf = (when: string) => {
  const result = compileRule(rule(when));
  return isRuleFault(result) ? result : undefined;
};

describe('compileRule', () => {
  it.each([
    'account.ageDays < 7 && counters.account_posts_1h > 20',
    'has(account.followers) && account.followers == 0',
    'counters.account_posts_24h / account.items > 0.5',
    'item.surface in ["comment", "chat"] && re(text, "(?i)free +money")',
    'signals["text-ngram"].status == "ok" && scores.spam >= 0.4',
    'item.metadata.channel == "announcements" || item.title.contains("sale")',
    'scores.exists(category, scores[category] > 0.9)',
    'attributes.toxicity > 0.8',
    'size(text) > 2000 && text.trim().startsWith("!")',
    'item.reach.views * 2 > 1000',
  ])('accepts %s', (when) => {
    expect(faultOf(when)).toBeUndefined();
  });

  it.each([
    ['a member that does not exist', 'account.karma > 1', /karma/, 8],
    ['has() of a member that does not exist', '!has(account.karma)', /karma.*known are/, 13],
    ['members of what is no variable of ours', 'google.protobuf == google.protobuf', /google/, 0],
    ['a counter that does not exist', 'counters.posts > 1', /posts/, 9],
    ['a comparison of text and number', 'text > 3', /overload/, 0],
    ['an expression that is not bool', 'account.items + 1', /not bool/, 0],
    ['an unknown variable', 'user.id == "x"', /user/, 0],
    ['half an expression', 'account.items >', /./, 15],
    ['matches() of V8', 'text.matches("(a+)+$")', /re\(text/, 0],
    ['a pattern that is not a literal', 're(text, item.surface)', /written in the rule/, 9],
    ['a pattern with look-around', 're(text, "(?=a)b")', /RE2/, 9],
    ['a pattern that explodes', 're(text, "((a{30}){30})b")', /instructions/, 9],
    ['bind, which can double a text without end', 'cel.bind(x, text + text, size(x) > 1)', /bind/, 0],
    ['split', 'text.split(" ").size() > 3', /split/, 0],
    ['json of bytes', 'bytes(text).json().a == 1', /json|bytes/, 0],
    ['loops three deep', '[1].exists(a, [1].exists(b, [1].exists(c, c > a + b)))', /nested/, 16],
  ])('refuses %s, naming the place', (_what, when, message, position) => {
    const fault = faultOf(when);
    expect(fault?.message).toMatch(message);
    expect(fault?.position).toBeGreaterThanOrEqual(position);
  });

  it('refuses what would take long: loops whose product is large', () => {
    const list = `[${Array.from({ length: 200 }, (_, index) => index).join(',')}]`;
    expect(faultOf(`${list}.exists(a, ${list}.exists(b, a * b == 40001))`)?.message).toMatch(/cost|nodes|AST/i);
    expect(faultOf('signals.exists(d, signals.exists(e, re(d + e, "(x{40}){10}y")))')?.message).toMatch(/cost/);
  });

  it('refuses what is large: length, depth, lists', () => {
    expect(faultOf(`text == "${'x'.repeat(5_000)}"`)?.message).toMatch(/longer/);
    expect(faultOf(`${'('.repeat(500)}true${')'.repeat(500)}`)).toBeDefined();
    expect(faultOf(`${'!'.repeat(2_000)}true`)).toBeDefined();
    expect(faultOf(`account.items in [${'1.0,'.repeat(900)}1.0]`)).toBeDefined();
  });

  it('names a category that the policy does not have', () => {
    const categories = new Set(['spam']);
    const fault = compileRule(rule('scores.spam > 0.1 && scores["hate"] > 0.2'), { categories });
    expect(isRuleFault(fault) && fault.message).toMatch(/`hate`/);
    expect(isRuleFault(compileRule(rule('scores.spam > 0.1'), { categories }))).toBe(false);
  });

  it('answers for any text whatever, without throwing', () => {
    const fragments = fc.constantFrom(
      'account',
      '.',
      'ageDays',
      '(',
      ')',
      '[',
      ']',
      '&&',
      '||',
      '?',
      ':',
      '<',
      '1',
      '"x"',
      're',
      ',',
      'has',
      'exists',
      '!',
      '-',
      '{',
      '}',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fragments, { maxLength: 30 }).map((parts) => parts.join(' ')),
        ),
        (when) => {
          const result = compileRule(rule(when));
          expect(['rule', 'fault']).toContain(result.kind);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
