import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '#contracts/problem.ts';
import { type Client, comment, startTestApplication, submit, type TestApplication } from '#test/support/application.ts';
import { captureLog } from './support/captured-log.ts';
import { detailOf } from './support/items.ts';
import { activePolicy, publishPolicy } from './support/policies.ts';
import { countRows, expectProblem } from './support/refusal.ts';
import { createScriptedModel } from './support/scripted-model.ts';

const captured = captureLog();
const model = createScriptedModel();
let app: TestApplication;
let maker: Client;
let platform: Client;
let rows: Record<string, number>;

beforeAll(async () => {
  app = await startTestApplication({ log: captured.log, models: model.models });
  maker = await app.personClient('policy');
  platform = await app.keyClient();
}, 60_000);
afterAll(() => app.stop());
beforeEach(async () => {
  rows = await countRows(app.database);
});

const nothingChanged = async () => expect(await countRows(app.database)).toEqual(rows);

const refusesPolicy = async (document: unknown, path?: string): Promise<Problem> => {
  const { version } = await activePolicy(maker);
  const answer = await maker.request('/v1/policy/versions', { body: { document, basedOn: version } });
  const problem = expectProblem(answer, { status: 422, ...(path === undefined ? {} : { path }) });
  await nothingChanged();
  return problem;
};
const withRule = async (when: string, more: Record<string, unknown> = {}) => {
  const { document } = await activePolicy(maker);
  const rule = { id: 'a_rule', title: 'A rule', when, effects: [{ kind: 'label', label: 'seen' }], ...more };
  return { ...document, rules: [rule] };
};

describe('B8 H2 bad input: rules', () => {
  it.each([
    ['syntax', 'text.contains('],
    ['an unknown variable', 'process.env.HOME == "x"'],
    ['an unknown field', 'account.password == "x"'],
    ['an unknown function', 'fetch("http://169.254.169.254/")'],
    ['a wrong type', 'size(text) > "ten"'],
    ['no truth value', 'size(text)'],
    ['prototypes', 'text.constructor == "x"'],
    ['__proto__', 'account.__proto__ == account'],
    ['JavaScript', 'globalThis["process"].exit()'],
    ['a regex with a back-reference', String.raw`re(text, "(a)\\1")`],
    ['a regex with look-ahead', 're(text, "(?=a)b")'],
    ['a regex that is none', 're(text, "(((")'],
    ['a regex of enormous repetition', 're(text, "((a{1000}){1000}){1000}")'],
    ['a regex that is not known beforehand', 're(text, text)'],
    ['nested comprehensions', '[1,2,3].all(a, [1,2,3].all(b, [1,2,3].all(c, [1,2,3].all(d, a+b+c+d > 0))))'],
    ['too many nodes', Array.from({ length: 500 }, () => 'true').join(' && ')],
    ['too deep', `${'('.repeat(200)}true${')'.repeat(200)}`],
  ])('%s: refused with the place, before anything is published', async (_what, when) => {
    const problem = await refusesPolicy(await withRule(when), 'rules[0].when');
    expect(problem.type).toBe('urn:tidegate:problem:invalid-policy');
    const check = await maker.request<{ valid: boolean; message: string }>('/v1/rules/check', { body: { when } });
    expect(check).toMatchObject({ status: 200, body: { valid: false } });
    expect(check.body.message.length).toBeGreaterThan(5);
  });

  it('over 4,000 characters', async () => {
    await refusesPolicy(await withRule(`text == "${'x'.repeat(4_000)}"`), 'rules[0].when');
    expectProblem(await maker.request('/v1/rules/check', { body: { when: 'x'.repeat(4_001) } }), {
      status: 422,
      path: 'when',
    });
  });

  it('ids used twice, unknown categories and effects', async () => {
    const { document } = await activePolicy(maker);
    const rule = { id: 'twice', title: 'A rule', when: 'true', effects: [{ kind: 'label', label: 'x' }] };
    await refusesPolicy({ ...document, rules: [rule, rule] }, 'rules[1].id');
    await refusesPolicy(
      await withRule('true', { effects: [{ kind: 'score', category: 'nonsense', score: 1 }] }),
      'rules[0].effects[0].category',
    );
    await refusesPolicy(
      await withRule('true', { effects: [{ kind: 'score', category: 'constructor', score: 1 }] }),
      'rules[0].effects[0].category',
    );
    await refusesPolicy(await withRule('true', { effects: [{ kind: 'explode' }] }), 'rules[0].effects[0].kind');
    await refusesPolicy(
      await withRule('true', { effects: [{ kind: 'score', category: 'spam', score: 2 }] }),
      'rules[0].effects[0].score',
    );
  });

  it('that fail when they run are unavailable, and stop neither the others nor the decision', async () => {
    await publishPolicy(maker, (document) => {
      const rule = (id: string, when: string) => ({
        id,
        title: id,
        after: 1 as const,
        when,
        effects: [{ kind: 'label' as const, label: id }],
        enabled: true,
      });
      document.rules = [rule('divides_by_zero', '1/0 == 1'), rule('sound', 'text.startsWith("A")')];
    });
    const { itemId } = await submit(platform, comment('A harmless remark', { deadlineMs: 20_000 }));
    const [decision] = (await detailOf(platform, itemId)).decisions;
    expect(decision?.labels).toEqual(['sound']);
    expect(decision?.trace.find(({ detector }) => detector === 'rules')?.attributes).toMatchObject({
      rules_unavailable: 1,
      rules_unavailable_names: expect.stringContaining('divides_by_zero'),
    });
  });

  it('that look dear are cheap: a regex that backtracking engines choke on does not stall a decision', async () => {
    await publishPolicy(maker, (document) => {
      document.rules = [
        {
          id: 'evil',
          title: 'Exponential elsewhere',
          after: 1,
          when: 're(text, "(a+)+$") && re(text, "(x|x)*y$")',
          effects: [{ kind: 'label', label: 'evil' }],
          enabled: true,
        },
      ];
    });
    const texts = [`${'a'.repeat(50_000)}!`, 'x'.repeat(50_000)];
    for (const text of texts) {
      const answer = await submit(platform, comment(text, { deadlineMs: 20_000 }));
      expect(answer.decision.outcome).not.toBe('hold');
    }
  });
});

describe('H2 bad input: policies', () => {
  it.each([
    [
      'an alias bomb',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n',
    ],
    ['a tag that makes objects', 'name: !!js/function "function(){}"\n'],
    ['a merge key', 'base: &base {x: 1}\nname:\n  <<: *base\n'],
    ['__proto__', '__proto__:\n  polluted: true\nname: x\n'],
    ['a key used twice', 'name: a\nname: b\n'],
    ['no YAML', 'name: [unclosed\n  - {'],
    ['two documents', 'name: a\n---\nname: b\n'],
    ['nothing', ''],
    ['a list', '- a\n- b\n'],
    ['deep brackets', `name: ${'['.repeat(5_000)}`],
    ['deep dashes', `${'- '.repeat(5_000)}x`],
    ['control characters', 'name: "a\\u0000b"\ncategories: {}\n'],
    ['binary', '\u0000\u0001\u0002'],
  ])('%s: refused, with a line where there is one', async (_what, document) => {
    await refusesPolicy(document);
    const check = await maker.request<{ valid: boolean; errors: { message: string; line: number | null }[] }>(
      '/v1/policy/check',
      { body: { document } },
    );
    expect(check).toMatchObject({ status: 200, body: { valid: false } });
    expect(check.body.errors[0]?.message.length).toBeGreaterThan(5);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('thresholds that make no sense, unknown fields, unknown categories', async () => {
    const { document } = await activePolicy(maker);
    const spam = document.categories.spam!;
    const withSpam = (change: object) => ({
      ...document,
      categories: { ...document.categories, spam: { ...spam, ...change } },
    });
    await refusesPolicy(withSpam({ review: 0.9, remove: 0.1 }), 'categories.spam.review');
    await refusesPolicy(withSpam({ review: -1 }), 'categories.spam.review');
    await refusesPolicy(withSpam({ colour: 'red' }), 'categories.spam.colour');
    await refusesPolicy({ ...document, categories: {} }, 'categories');
    await refusesPolicy({ ...document, qualitySample: 7 }, 'qualitySample');
    await refusesPolicy({ ...document, clears: ['nonsense'] }, 'clears[0]');
    await refusesPolicy({ ...document, fusion: { nonsense: { bias: 0, terms: {} } } }, 'fusion.nonsense');
    const override = { name: 'An override', when: { surface: ['chat'] } };
    await refusesPolicy(
      { ...document, overrides: [{ ...override, categories: { nonsense: {} } }] },
      'overrides[0].categories.nonsense',
    );
    await refusesPolicy(
      { ...document, overrides: [{ ...override, categories: { constructor: { review: 0 } } }] },
      'overrides[0].categories.constructor',
    );
    await refusesPolicy(
      { ...document, overrides: [{ name: 'For nobody', when: {}, categories: {} }] },
      'overrides[0].when',
    );
  });

  it('a category with the name that every object has', async () => {
    const { document } = await activePolicy(maker);
    await refusesPolicy(
      { ...document, categories: { ...document.categories, constructor: document.categories.spam } },
      'categories.constructor',
    );
  });

  it('based on a version that is not the active one', async () => {
    const { document, version } = await activePolicy(maker);
    for (const basedOn of [version - 1, version + 1, 0])
      expectProblem(await maker.request('/v1/policy/versions', { body: { document, basedOn } }), {
        status: 409,
        path: 'basedOn',
      });
    await nothingChanged();
  });
});

describe('B2 B3 bad input: lists', () => {
  const list = (more: Record<string, unknown>) => ({
    list: { id: 'hostile', name: 'Hostile', kind: 'block', terms: [], patterns: [], ...more },
    revision: 0,
  });
  const pattern = (source: string) => list({ patterns: [{ id: 'p', source, category: 'spam', severity: 1 }] });
  const term = (text: string, more: Record<string, unknown> = {}) =>
    list({ terms: [{ id: 't', term: text, category: 'spam', severity: 1, ...more }] });
  const refusesList = async (body: unknown, path?: string) => {
    const answer = await maker.request('/v1/term-lists/hostile', { method: 'PUT', body });
    expectProblem(answer, { status: 422, ...(path === undefined ? {} : { path }) });
    await nothingChanged();
  };

  it.each([
    ['a back-reference', String.raw`(a)\1`],
    ['look-ahead', 'a(?=b)'],
    ['look-behind', '(?<=a)b'],
    ['what is no regex', '(((('],
    ['enormous repetition', '((a{1000}){1000}){1000}'],
    ['a possessive quantifier', 'a++b'],
    ['what matches everything, everywhere', ''],
  ])('a pattern with %s', (_what, source) => refusesList(pattern(source), 'list.patterns[0].source'));

  it('terms that cannot be looked for, wrong categories, ids used twice', async () => {
    await refusesList(term('\u200b\u200b'), 'list.terms[0].term');
    await refusesList(term('a\u0000b'), 'list.terms[0].term');
    await refusesList(term('x'.repeat(201)), 'list.terms[0].term');
    await refusesList(term('fine', { category: 'nonsense' }), 'list.terms[0].category');
    await refusesList(term('fine', { severity: 9 }), 'list.terms[0].severity');
    await refusesList(term('fine', { id: 'a b' }), 'list.terms[0].id');
    const entry = { id: 'same', term: 'one', category: 'spam', severity: 1 };
    await refusesList(list({ terms: [entry, { ...entry, term: 'two' }] }), 'list.terms[1].id');
    await refusesList({ ...list({}), list: { ...list({}).list, id: 'another' } }, 'list.id');
  });

  it('domains that are none', async () => {
    for (const domain of [
      'http://example.com/path',
      'no spaces.example',
      '..',
      '-',
      'a'.repeat(254),
      'ex\u0000ample.com',
    ]) {
      const body = {
        list: { id: 'domains', name: 'Domains', kind: 'block', category: 'spam', domains: ['example.com', domain] },
        revision: 0,
      };
      expectProblem(await maker.request('/v1/domain-lists/domains', { method: 'PUT', body }), {
        status: 422,
        path: 'list.domains[1]',
      });
    }
    await nothingChanged();
  });

  it('lists that are not there, default lists, stale revisions', async () => {
    expectProblem(await maker.request('/v1/term-lists/no-such-list'), { status: 404 });
    expectProblem(await maker.request('/v1/term-lists/no-such-list', { method: 'DELETE' }), { status: 404 });
    const { body } = await maker.request<{ entries: { id: string; origin: string }[] }>('/v1/term-lists');
    const shipped = body.entries.find(({ origin }) => origin === 'default')!;
    expectProblem(await maker.request(`/v1/term-lists/${shipped.id}`, { method: 'DELETE' }), { status: 409 });
    const own = term('harmless');
    expect((await maker.request('/v1/term-lists/hostile', { method: 'PUT', body: own })).status).toBeLessThan(300);
    expectProblem(await maker.request('/v1/term-lists/hostile', { method: 'PUT', body: own }), {
      status: 409,
      path: 'revision',
    });
  });

  it('a pattern that backtracking engines choke on is taken and does not stall a decision', async () => {
    const evil = { list: { ...pattern('(a+)+$').list, id: 'evil' }, revision: 0 };
    expect((await maker.request('/v1/term-lists/evil', { method: 'PUT', body: evil })).status).toBeLessThan(300);
    const answer = await submit(platform, comment(`${'a'.repeat(100_000)}!`, { deadlineMs: 20_000 }));
    expect(answer.decision.outcome).not.toBe('hold');
  });
});

it('logs none of it as a fault of ours', () => {
  expect(captured.text()).not.toContain('request failed');
});
