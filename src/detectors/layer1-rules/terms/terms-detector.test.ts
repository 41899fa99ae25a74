import { describe, expect, it } from 'vitest';
import type { Pattern, Term, TermList } from '#contracts/lists.ts';
import type { Signal } from '#contracts/signal.ts';
import { createTermsDetector } from './terms-detector.ts';

const term = (text: string, fields: Partial<Term> = {}): Term => ({
  id: text.replace(/[^a-z0-9]+/gi, '-'),
  term: text,
  category: 'harassment',
  severity: 3,
  mode: 'word',
  ...fields,
});
const pattern = (id: string, source: string, fields: Partial<Pattern> = {}): Pattern => ({
  id,
  source,
  category: 'spam',
  severity: 2,
  ...fields,
});
const list = (fields: Partial<TermList>): TermList => ({
  id: 'house',
  name: 'House list',
  kind: 'block',
  enabled: true,
  terms: [],
  patterns: [],
  ...fields,
});

const look = async (
  lists: TermList[],
  text: string,
  { locale, signal = new AbortController().signal }: { locale?: string; signal?: AbortSignal } = {},
): Promise<Signal> => {
  const part = { id: 'body', kind: 'text', text } as const;
  const item = { account: { id: 'someone' }, surface: 'comment', parts: [part], ...(locale ? { locale } : {}) };
  const context = {
    item,
    account: { id: 'someone', tier: 'new' as const },
    counters: {},
    reposts: {},
    signals: [],
    now: 0,
  };
  const [answer] = await createTermsDetector(lists).detect([{ part, context }], signal);
  return answer!;
};

describe('B2: terms', () => {
  const lists = [list({ terms: [term('zorklet'), term('blivet', { category: 'spam', severity: 5 })] })];

  it('a text without any has no score, not a score of zero', async () => {
    expect(await look(lists, 'a fine day')).toMatchObject({ status: 'ok', scores: {}, attributes: {}, evidence: [] });
  });

  it('are evidence with the list, the term and the place in the original', async () => {
    const text = 'you 𝓏𝑜𝓇𝓀let!';
    const signal = await look(lists, text);
    expect(signal.scores).toEqual({ harassment: 0.375 });
    expect(signal.evidence).toEqual([
      {
        kind: 'span',
        partId: 'body',
        start: 4,
        end: text.length - 1,
        category: 'harassment',
        label: 'House list: zorklet (disguised)',
        weight: 0.375,
      },
    ]);
    expect(signal.attributes).toMatchObject({ disguised_terms: true, disguised_characters: 4, terms: 1 });
  });

  it('score by severity from .15 to .6, and never reach a removal alone', async () => {
    const scores: number[] = [];
    for (const severity of [1, 2, 3, 4, 5]) {
      scores.push((await look([list({ terms: [term('zorklet', { severity })] })], 'zorklet')).scores.harassment!);
    }
    expect(scores).toEqual([0.15, 0.2625, 0.375, 0.4875, 0.6]);
    const many = Array.from({ length: 50 }, (_, index) => term(`zork${index}let`, { severity: 5 }));
    const all = await look([list({ terms: many })], many.map((each) => each.term).join(' '));
    expect(all.scores.harassment).toBe(0.65);
  });

  it('one word that two lists name counts once', async () => {
    const twice = [list({ terms: [term('zorklet')] }), list({ id: 'other', terms: [term('zorklet')] })];
    expect((await look(twice, 'zorklet')).scores).toEqual((await look(lists, 'zorklet')).scores);
  });

  it('of harassment, hate and sex say how coarse the text is; others do not', async () => {
    expect((await look(lists, 'zorklet')).attributes.profanity).toBe(0.74);
    expect((await look(lists, 'blivet')).attributes).not.toHaveProperty('profanity');
  });
});

describe('B2: allow lists', () => {
  const lists = [
    list({ terms: [term('zork', { mode: 'substring' })], patterns: [pattern('p', 'zork[0-9]+')] }),
    list({ id: 'fine', kind: 'allow', terms: [term('zork tower'), term('zorkshire', { mode: 'prefix' })] }),
  ];

  it('win where they overlap, and nowhere else', async () => {
    expect((await look(lists, 'the Zork Tower in Zorkshire')).scores).toEqual({});
    expect((await look(lists, 'the Zork Tower, you zork')).evidence).toHaveLength(1);
  });

  it('are of no use to someone who disguises an allowed word to hide a plain one', async () => {
    expect((await look(lists, 'z0rk t0wer')).scores).toEqual({});
    expect((await look(lists, 'zork t0wer')).scores).toEqual({ harassment: 0.375 });
  });

  it('may hold patterns', async () => {
    const allowed = [...lists, list({ id: 'numbers', kind: 'allow', patterns: [pattern('n', 'zork77')] })];
    expect((await look(allowed, 'zork77')).scores).toEqual({});
    expect(Object.keys((await look(allowed, 'zork78')).scores).sort()).toEqual(['harassment', 'spam']);
  });
});

describe('B2: lists', () => {
  it('with a locale are for items of that language', async () => {
    const lists = [
      list({ locale: 'pt', terms: [term('zorklet')] }),
      list({ id: 'br', locale: 'pt-BR', terms: [term('blivet')] }),
    ];
    const found = async (locale?: string) =>
      (await look(lists, 'zorklet blivet', locale === undefined ? {} : { locale })).evidence.length;
    expect([await found(), await found('en'), await found('pt-PT'), await found('pt-br')]).toEqual([0, 0, 1, 2]);
  });

  it('that are switched off are not read', async () => {
    const detector = createTermsDetector([list({ enabled: false, terms: [term('zorklet')] })]);
    expect(detector.judges).toEqual([]);
  });

  it('tell which entries cannot be used, with the place', () => {
    const { faults } = createTermsDetector([
      list({ terms: [term('\u200b', { id: 'nothing' })], patterns: [pattern('ahead', 'ab(?=c)')] }),
    ]);
    expect(faults.map(({ entryId, offset }) => [entryId, offset])).toEqual([
      ['nothing', undefined],
      ['ahead', 2],
    ]);
  });
});

describe('B2: patterns', () => {
  const lists = [list({ patterns: [pattern('coins', 'free\\s+coins')] })];

  it('see the text as written and as it reads undisguised', async () => {
    expect((await look(lists, 'get free  coins')).evidence).toMatchObject([
      { start: 4, end: 15, label: 'House list: coins' },
    ]);
    expect((await look(lists, 'get frее соins')).evidence).toMatchObject([
      { start: 4, label: 'House list: coins (disguised)' },
    ]);
  });

  it('that did not finish make the signal unavailable, never clean', async () => {
    const hostile = Array.from({ length: 60 }, (_, index) => pattern(`p${index}`, `(x|a|b){0,120}y${index}`));
    let seed = 1;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    const text = Array.from({ length: 30_000 }, () => (next() % 2 === 0 ? 'a' : 'b')).join('');
    expect(await look([list({ patterns: hostile })], text)).toMatchObject({ status: 'unavailable', scores: {} });
  });
});

it('E5: an aborted look is unavailable', async () => {
  expect(await look([], 'text', { signal: AbortSignal.abort() })).toMatchObject({
    status: 'unavailable',
    reason: 'aborted',
  });
});
