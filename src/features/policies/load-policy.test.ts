import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '#contracts/policy.ts';
import { checkPolicyDocument, formatPolicyDocument, parsePolicyDocument } from './load-policy.ts';

const shipped = readFileSync(new URL('../../../policies/default.yaml', import.meta.url), 'utf8');
const errorsOf = (text: string) => {
  const parsed = parsePolicyDocument(text);
  if (!('errors' in parsed)) throw new Error('expected faults');
  return parsed.errors;
};
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length;
const changed = (from: string, to: string) => {
  expect(shipped).toContain(from);
  return shipped.replace(from, to);
};

const small = `
name: Small
categories:
  spam:
    title: Spam
    clause: "1"
    severity: 1
    review: 0.5
    remove: 0.9
    text: No spam.
`;

describe('parsePolicyDocument', () => {
  it('takes a small policy and fills in what is left out', () => {
    expect(parsePolicyDocument(small)).toMatchObject({
      document: { reviewModel: 'pre_approval', rules: [], categories: { spam: { automation: { remove: 'auto' } } } },
    });
  });

  it('takes the example of the reference', () => {
    const reference = readFileSync(new URL('../../../docs/policy-reference.md', import.meta.url), 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(reference)?.[1] ?? '';
    expect(parsePolicyDocument(example)).toMatchObject({ document: { rules: [{ id: 'flood' }] } });
  });

  it('takes JSON as well', () => {
    const parsed = parsePolicyDocument(small);
    expect('document' in parsed && parsePolicyDocument(JSON.stringify(parsed.document, null, 2))).toEqual(parsed);
  });

  it.each([
    [
      'review above remove',
      'review: 0.22\n    remove: 0.92',
      'review: 0.95\n    remove: 0.92',
      'categories.hate_speech.review',
      /above/,
    ],
    ['a threshold outside 0..1', 'remove: 0.85', 'remove: 85', 'categories.spam.remove', /1/],
    ['a misspelt field', 'onUnavailable: escalate', 'onUnavailabel: escalate', 'onUnavailabel', /unknown field/],
    ['a severity that is no number', 'severity: 4', 'severity: grave', 'categories.hate_speech.severity', /number/],
    [
      'an unknown category in an effect',
      'category: spam, score: 0.8',
      'category: spma, score: 0.8',
      'rules[1].effects[0].category',
      /spma/,
    ],
    [
      'a rule with a wrong type',
      'when: counters.account_posts_1m > 15',
      'when: counters.account_posts_1m > "15"',
      'rules[0].when',
      /overload/,
    ],
    [
      'a rule with a counter that is not there',
      'counters.account_removed_30d >= 3',
      'counters.account_removed_31d >= 3',
      'rules[3].when',
      /account_removed_31d/,
    ],
    [
      'a rule over a category that is not there',
      'scores.self_harm >= 0.6',
      'scores.selfharm >= 0.6',
      'rules[7].when',
      /selfharm/,
    ],
    ['a pattern that is not RE2', 'r"(?i)https?://|\\bwww\\."', 'r"(?<!a)b"', 'rules[2].when', /RE2/],
    ['clearing an unknown category', 'clears: [spam]', 'clears: [spam, scam]', 'clears[1]', /scam/],
    [
      'a negative weight',
      'terms: { weight: 0.1, midpoint: -3 }',
      'terms: { weight: -0.1, midpoint: -3 }',
      'fusion.hate_speech.terms.terms.weight',
      /0/,
    ],
  ])('refuses %s, naming path, reason and line', (_what, from, to, path, message) => {
    const text = changed(from, to);
    const fault = errorsOf(text).find((error) => error.path === path);
    expect(fault?.message).toMatch(message);
    // A folded expression starts on the line below its key.
    const line = lineOf(text, to);
    expect(fault?.line).toBeGreaterThanOrEqual(line - 2);
    expect(fault?.line).toBeLessThanOrEqual(line + 1);
  });

  it('names a required detector that the installation does not have', () => {
    const text = `${small}    requires: { text: [no-such-model] }\n`;
    expect(parsePolicyDocument(text)).toHaveProperty('document');
    const parsed = parsePolicyDocument(text, { detectors: new Map([['terms', null]]) });
    expect(parsed).toMatchObject({
      errors: [{ path: 'categories.spam.requires.text[0]', line: lineOf(text, 'requires') }],
    });
  });

  it('refuses to take a category for clear by a detector that never looks for it', () => {
    const text = `${small}    requires: { text: [model] }\n`;
    const parse = (judged: string[]) => parsePolicyDocument(text, { detectors: new Map([['model', new Set(judged)]]) });
    expect(parse(['spam', 'violence'])).toHaveProperty('document');
    expect(parse(['violence'])).toMatchObject({
      errors: [
        {
          path: 'categories.spam.requires.text[0]',
          message: '`model` does not judge `spam`; it judges violence',
          line: lineOf(text, 'requires'),
        },
      ],
    });
  });

  it('names the line of a syntax fault', () => {
    const [fault] = errorsOf('name: x\ncategories:\n  spam: [1, 2\nrules: []\n');
    expect(fault?.line).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['aliases (billion laughs)', `a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]`, /alias/],
    ['a merge key', `a: &a {x: 1}\nb:\n  <<: *a`, /alias/],
    ['tags', 'name: !!js/function "function () {}"', /tag/i],
    ['duplicate keys', 'name: a\nname: b', /twice/],
    ['a prototype', '__proto__: { admin: true }', /not allowed/],
    ['two documents', 'name: a\n---\nname: b', /./],
    ['deep brackets', `name: ${'['.repeat(100_000)}`, /nest/],
    ['deep braces', `name: ${'{a: '.repeat(900)}${'}'.repeat(900)}`, /nest|deep/],
    ['deep dashes', `name:\n ${'- '.repeat(1_900)}x`, /nest|deep/],
    ['deep indentation', Array.from({ length: 900 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), /nest|deep/],
    ['endless entries', `name: [${'1,'.repeat(900_000)}1]`, /too many|long/],
    ['a complex key', '? [a, b]\n: c', /key/],
    ['nothing', '', /./],
    ['a text', 'hello', /./],
  ])('refuses hostile YAML: %s', (_what, text, message) => {
    expect(errorsOf(text)[0]?.message).toMatch(message);
  });

  it('answers a hundred thousand keys on one level without comparing every pair', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `key${index}: 1`).join('\n');
    expect(errorsOf(text).length).toBeGreaterThan(0);
  });

  it('law: whatever the text, there is an answer', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.json(),
          fc
            .array(
              fc.constantFrom(
                '- ',
                'a: ',
                '{',
                '}',
                '[',
                ']',
                '\n',
                '  ',
                '&x ',
                '*x',
                '!t ',
                '"',
                "'",
                '|',
                '>',
                '? ',
                '#',
              ),
              { maxLength: 60 },
            )
            .map((parts) => parts.join('')),
        ),
        (text) => {
          const parsed = parsePolicyDocument(text);
          expect('errors' in parsed ? parsed.errors.length : 1).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('law: export and import give the same policy', () => {
    const base = parsePolicyDocument(shipped);
    if ('errors' in base) throw new Error('default policy is invalid');
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(
        text,
        text,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (title, clause, one, two) => {
          const spam = base.document.categories.spam;
          if (spam === undefined) throw new Error('no spam category');
          const document: PolicyDocument = {
            ...base.document,
            description: title,
            categories: {
              ...base.document.categories,
              spam: { ...spam, text: clause, review: Math.min(one, two), remove: Math.max(one, two) },
            },
          };
          expect(parsePolicyDocument(formatPolicyDocument(document))).toEqual({ document });
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('checkPolicyDocument', () => {
  it('names places without lines for a policy that came as an object', () => {
    const checked = checkPolicyDocument({ name: 'x', categories: {} });
    expect('errors' in checked && checked.errors[0]).toEqual({
      path: 'categories',
      message: 'name at least one category',
      line: null,
    });
  });
});
