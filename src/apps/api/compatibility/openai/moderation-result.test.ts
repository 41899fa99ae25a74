import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Score, ScoredContent } from '#features/scoring/index.ts';
import { isOtherLanguage, moderationResultOf, unavailableIn } from './moderation-result.ts';

const score = (aligned: number, overrides: Partial<Score> = {}): Score => ({
  status: 'ok',
  probability: aligned,
  operatingPoint: 0.5,
  aligned,
  kinds: ['text'],
  ...overrides,
});
const content = (categories: Record<string, Score>, attributes: Record<string, Score> = {}): ScoredContent => ({
  categories: new Map(Object.entries(categories)),
  attributes: new Map(Object.entries(attributes)),
  language: null,
});
const missing = (status: Score['status']): Score => score(0, { status, kinds: [] });
const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('a result in the shape of OpenAI', () => {
  it('flags from the operating point on', () => {
    const { flagged, categories } = moderationResultOf(content({ hate_speech: score(0.5), violence: score(0.4999) }));
    expect(flagged).toBe(true);
    expect(categories).toMatchObject({ hate: true, violence: false, 'hate/threatening': false });
  });

  it('has the threatening kinds as the lower of the category and the threat, with each of them rising', () => {
    fc.assert(
      fc.property(probability, probability, probability, probability, (hate, threat, violence, more) => {
        const of = (one: number, two: number, three: number): number =>
          moderationResultOf(content({ hate_speech: score(one), violence: score(three) }, { threat: score(two) }))
            .category_scores['hate/threatening'];
        const base = of(hate, threat, violence);
        expect(base).toBe(Math.min(hate, Math.max(threat, violence)));
        expect(of(Math.max(hate, more), threat, violence)).toBeGreaterThanOrEqual(base);
        expect(of(hate, Math.max(threat, more), violence)).toBeGreaterThanOrEqual(base);
        expect(of(hate, threat, Math.max(violence, more))).toBeGreaterThanOrEqual(base);
      }),
    );
  });

  it('has them by violence alone where no model gives threats, and not at all where neither is looked at', () => {
    const harassment = score(0.9);
    const byViolence = moderationResultOf(content({ harassment, violence: score(0.7) }));
    expect(byViolence.category_scores['harassment/threatening']).toBe(0.7);
    const without = moderationResultOf(content({ harassment, violence: missing('not_assessed') }));
    expect(without.category_scores['harassment/threatening']).toBe(0);
    expect(without.category_applied_input_types['harassment/threatening']).toEqual([]);
  });

  it('says what was looked at, with words in pictures as text where the original knows text alone', () => {
    const kinds = ['image', 'text'] as const;
    const { category_applied_input_types: types } = moderationResultOf(
      content({ hate_speech: score(0.1, { kinds: ['image'] }), sexual: score(0.1, { kinds }) }),
    );
    expect(types).toMatchObject({ hate: ['text'], sexual: ['text', 'image'], violence: [], illicit: [] });
  });

  it('has nothing of what was not looked at, and flags a known file of abuse', () => {
    const { categories, category_scores: scores } = moderationResultOf(
      content({ hate_speech: missing('not_applicable'), csam: score(1, { kinds: ['image'] }) }),
    );
    expect(scores.hate).toBe(0);
    expect(categories['sexual/minors']).toBe(true);
  });

  it('knows what is unavailable of what is asked for, and of nothing else', () => {
    const lacking = content(
      { violence: missing('unavailable'), spam: missing('unavailable') },
      { threat: missing('unavailable'), insult: missing('unavailable') },
    );
    expect(unavailableIn(lacking)).toEqual(['violence', 'threat']);
    expect(isOtherLanguage(lacking)).toBe(false);
    expect(isOtherLanguage(content({ harassment: missing('not_applicable') }))).toBe(true);
  });
});
