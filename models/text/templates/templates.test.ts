import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../text-ngram/random.ts';
import { dealParts, readConstructions, readWords } from './catalogue.ts';
import { fill, waysToFill } from './construction.ts';
import { GroupLedger } from './group-ledger.ts';
import { HEADS, MINORS, type Part, type TemplateRow, templateRows } from './index.ts';
import { contradictionsOf, labelsOf, violates } from './labels.ts';
import { bareForm, dress } from './surface.ts';

const rows = [...templateRows(1)];
const constructions = readConstructions();
const positive = (row: TemplateRow): boolean => violates(row.labels);
const share = (few: number, many: number): number => few / many;

describe('the rows', () => {
  test('are as many as the model needs, and at least half of them harmless', () => {
    expect(rows.length).toBeGreaterThan(30_000);
    expect(rows.length).toBeLessThan(50_000);
    expect(share(rows.filter((row) => !positive(row)).length, rows.length)).toBeGreaterThanOrEqual(0.5);
  });

  test('come from more than a thousand constructions, none with a large share', () => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row.source, (counts.get(row.source) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(1000);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(52);
    expect(counts.size).toBe(constructions.length);
  });

  test.each(HEADS)('hold positives and negatives of %s in every part', (head) => {
    for (const part of ['train', 'calibrate', 'held-out'] as const) {
      const of = (value: 0 | 1): number => rows.filter((row) => row.part === part && row.labels[head] === value).length;
      expect(of(1)).toBeGreaterThanOrEqual(part === 'train' ? 400 : 30);
      expect(of(0)).toBeGreaterThanOrEqual(part === 'train' ? 4000 : 400);
    }
  });

  test('hold enough of every kind', () => {
    const kinds = new Map<string, number>();
    for (const row of rows) kinds.set(row.kind, (kinds.get(row.kind) ?? 0) + 1);
    expect(kinds.size).toBeGreaterThan(70);
    expect([...kinds].filter(([, count]) => count < 25)).toEqual([]);
  });

  test('repeat no text, not even in other case or punctuation', () => {
    expect(new Set(rows.map((row) => bareForm(row.text))).size).toBe(rows.length);
    expect(rows.filter((row) => bareForm(row.text) === '')).toEqual([]);
  });

  test('are the same for the same seed, others for another, and the split is the same for both', () => {
    expect([...templateRows(1)]).toEqual(rows);
    const others = [...templateRows(2)];
    const known = new Set(rows.map((row) => row.text));
    expect(others.filter((row) => !known.has(row.text)).length).toBeGreaterThan(rows.length / 2);
    const parts = new Map(rows.map((row) => [row.source, row.part]));
    expect(others.filter((row) => parts.get(row.source) !== row.part)).toEqual([]);
  });

  test('are of every length, and length says little about the label', () => {
    const words = (some: readonly TemplateRow[]): number[] =>
      some.map((row) => row.text.split(/\s+/).length).sort((a, b) => a - b);
    const all = words(rows);
    expect(all[0]).toBeLessThanOrEqual(2);
    expect(all.filter((count) => count <= 4).length).toBeGreaterThan(500);
    expect(all.filter((count) => count > 30).length).toBeGreaterThan(1500);
    expect(all.at(-1)).toBeGreaterThan(70);
    const [bad, good] = [words(rows.filter(positive)), words(rows.filter((row) => !positive(row)))];
    const middle = (counts: readonly number[]): number => counts[Math.floor(counts.length / 2)] ?? 0;
    expect(Math.abs(middle(bad) - middle(good))).toBeLessThanOrEqual(2);
  });

  test('hold no unfilled choice or slot', () => {
    expect(rows.filter((row) => /[{}|]|\[|\]|undefined/.test(row.text)).map((row) => row.text)).toEqual([]);
  });
});

describe('the split', () => {
  test('gives every construction to one part', () => {
    const parts = new Map<string, Set<Part>>();
    for (const row of rows) parts.set(row.source, (parts.get(row.source) ?? new Set<Part>()).add(row.part));
    expect([...parts.values()].filter((some) => some.size > 1)).toEqual([]);
  });

  test('has no wording in two constructions', () => {
    const templates = constructions.flatMap((one) => one.forms.map((form) => bareForm(form.template)));
    expect(templates.filter((template, index) => templates.indexOf(template) !== index)).toEqual([]);
  });

  test('is eight in ten for training, and every kind of ten has something held out', () => {
    const parts = dealParts(Array.from({ length: 200 }, (_, index) => `construction ${index}`));
    expect(parts.filter((part) => part === 'train').length).toBe(160);
    for (const kind of new Set(constructions.map((one) => one.source.replace(/#.*/, '')))) {
      const of = constructions.filter((one) => one.source.replace(/#.*/, '') === kind);
      if (of.length >= 10) expect(of.some((one) => one.part === 'held-out')).toBe(true);
    }
  });

  test('keeps both forms of a counterfactual pair together and opposes their labels', () => {
    const pairs = constructions.filter((one) => one.forms.length === 2);
    expect(pairs.length).toBeGreaterThan(70);
    for (const { forms } of pairs) {
      expect(forms.map((form) => violates(form.labels))).toEqual([true, false]);
    }
  });
});

describe('the labels', () => {
  test('do not contradict each other', () => {
    expect(rows.flatMap((row) => contradictionsOf(row.labels))).toEqual([]);
  });

  test('a threat that is not violent would be found', () => {
    expect(contradictionsOf({ threat: 1, toxicity: 1 })).toEqual(['threat = 1 needs violence = 1']);
    expect(contradictionsOf({ hate_speech: 1, toxicity: 1, identity_attack: 0 })).toHaveLength(1);
  });

  test('leave what is not settled unknown', () => {
    expect(labelsOf('profane').toxicity).toBeUndefined();
    expect(labelsOf('clean').toxicity).toBe(0);
    expect(() => labelsOf('nonsense')).toThrow('nonsense');
  });
});

describe('fairness and safety', () => {
  test('every group is named in harmless rows at least as often as in violating ones', () => {
    const ledger = new GroupLedger(readWords().groups);
    const tally = (some: readonly TemplateRow[]): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const row of some) for (const name of ledger.named(row.text)) counts.set(name, (counts.get(name) ?? 0) + 1);
      return counts;
    };
    const bad = tally(rows.filter(positive));
    const good = tally(rows.filter((row) => !positive(row)));
    for (const { many } of readWords().groups) {
      expect(good.get(many), `${many}, harmless`).toBeGreaterThanOrEqual(bad.get(many) ?? 0);
      expect(bad.get(many), `${many}, violating`).toBeGreaterThan(5);
    }
  });

  test('a name within another is not counted', () => {
    const ledger = new GroupLedger([
      { many: 'men', one: 'a man', adj: 'male', family: 'gender' },
      { many: 'tall men', one: 'a tall man', adj: 'tall', family: 'gender' },
    ]);
    expect([...ledger.named('Tall men and a man')]).toEqual(['tall men', 'men']);
    expect([...ledger.named('omen, mental')]).toEqual([]);
    expect(ledger.allows('men', [], true)).toBe(false);
    for (let count = 0; count < 3; count += 1) ledger.note('men', [], false);
    expect(ledger.allows('men', [], true)).toBe(true);
  });

  test('no sexual text names anyone who may be a minor', () => {
    expect(rows.filter((row) => row.labels.sexual === 1 && MINORS.test(row.text))).toEqual([]);
    for (const { forms } of constructions)
      for (const form of forms) if (form.labels.sexual === 1) expect(form.template).not.toMatch(MINORS);
    expect('she is 16').toMatch(MINORS);
    expect('a teenager').toMatch(MINORS);
    expect('it costs $12').not.toMatch(MINORS);
  });

  test('links and prices stand in harmless rows too', () => {
    const linked = rows.filter((row) => /https?:|www\.|bit\.ly/i.test(row.text));
    expect(linked.filter((row) => row.labels.spam === 0).length).toBeGreaterThan(300);
    expect(linked.filter((row) => row.labels.spam === 1).length).toBeGreaterThan(300);
  });
});

describe('constructions', () => {
  const words = {
    slots: { food: ['soup', 'bread'], meal: ['[hot|cold] {food}'] },
    groups: [
      { many: 'nurses', one: 'a nurse', adj: 'nursing', family: 'job' },
      { many: 'Danes', one: 'a Dane', adj: 'Danish', family: 'origin' },
    ],
  };

  test('a group keeps its forms together and comes from the family asked for', () => {
    const filled = fill('{an_id@origin} is one of the {ids@origin}', words, seededRandom(3));
    expect(filled.text).toBe('a Dane is one of the Danes');
    expect(filled.groups.map((group) => group.many)).toEqual(['Danes']);
  });

  test('words may hold choices and slots; articles and spaces are put right', () => {
    expect(fill('[|] I eat {meal} .', words, seededRandom(1)).text).toMatch(/^I eat (hot|cold) (soup|bread)\.$/);
    expect(fill('a [owl|ant]', words, seededRandom(1)).text).toMatch(/^an (owl|ant)$/);
    expect(fill('a [union|user]', words, seededRandom(1)).text).toMatch(/^a (union|user)$/);
  });

  test('an unknown slot is named', () => {
    expect(() => fill('eat {stone}', words, seededRandom(1))).toThrow('{stone}');
  });

  test('the ways to fill are counted', () => {
    expect(waysToFill('[a|b|c] {food} {food} {ids} {an_id}', words)).toBe(12);
    expect(waysToFill('{ids@origin}', words)).toBe(1);
  });

  test('addresses keep their form when a text is put in lower case', () => {
    for (let seed = 0; seed < 60; seed += 1)
      expect(dress('See https://site.example/Ab1', 'formal', seededRandom(seed))).toContain('https://site.example/Ab1');
  });
});
