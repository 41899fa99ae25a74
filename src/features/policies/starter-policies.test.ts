import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtInCategories } from '#contracts/category.ts';
import { formatPolicyDocument, parsePolicyDocument } from './load-policy.ts';

const folder = new URL('../../../policies/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const read = (name: string) => {
  const parsed = parsePolicyDocument(readFileSync(new URL(name, folder), 'utf8'));
  if ('errors' in parsed) throw new Error(`${name}: ${JSON.stringify(parsed.errors, null, 2)}`);
  return parsed.document;
};

describe('policies that ship', () => {
  it('are the default and the five starters of H7', () => {
    expect(files.sort()).toEqual([
      'adult.yaml',
      'creator.yaml',
      'default.yaml',
      'forum.yaml',
      'gaming.yaml',
      'social.yaml',
    ]);
  });

  it.each(files)('%s is valid, covers every built-in category and says what each means', (name) => {
    const document = read(name);
    expect(Object.keys(document.categories).sort()).toEqual([...builtInCategories].sort());
    for (const category of Object.values(document.categories)) {
      expect(category.text.length).toBeGreaterThan(100);
      expect(new Set(category.examples.map(({ verdict }) => verdict)).size).toBeGreaterThan(1);
    }
    const clauses = Object.values(document.categories).map(({ clause }) => clause);
    expect(new Set(clauses).size).toBe(clauses.length);
  });

  it.each(files)('%s never lets a machine remove what only people may', (name) => {
    const { categories, overrides } = read(name);
    for (const category of ['self_harm', 'csam', 'ncii', 'terrorism', 'copyright', 'misinformation', 'personal_data']) {
      expect(categories[category]?.automation.remove).toBe('person');
      for (const override of overrides) expect(override.categories[category]?.automation?.remove).not.toBe('auto');
    }
  });

  it.each(files)('%s lets the classifier speak for itself in the fusion', (name) => {
    for (const { bias, terms } of Object.values(read(name).fusion)) {
      const own = terms['text-classifier'];
      if (own !== undefined) expect(own).toEqual({ weight: 1, midpoint: bias });
    }
  });

  it.each(files)('%s is the same after export and import', (name) => {
    const document = read(name);
    expect(parsePolicyDocument(formatPolicyDocument(document))).toEqual({ document });
  });

  it('differ where platforms differ', () => {
    const sexual = (name: string) => read(name).categories.sexual?.review ?? 0;
    expect(sexual('adult.yaml')).toBeGreaterThan(sexual('gaming.yaml'));
    const harassment = (name: string) => read(name).categories.harassment?.review ?? 0;
    expect(harassment('gaming.yaml')).toBeGreaterThan(harassment('social.yaml'));
    expect(read('adult.yaml').reviewModel).toBe('pre_approval');
    expect(read('forum.yaml').reviewModel).toBe('post_flag');
  });
});
