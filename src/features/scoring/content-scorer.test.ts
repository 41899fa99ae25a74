import { describe, expect, it } from 'vitest';
import type { Part } from '#contracts/item.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector, DetectorInput } from '#engine/ports/detector.ts';
import type { DecisionSetup } from '#features/items/index.ts';
import { policyWith } from '#test/support/engine.ts';
import { type ContentScorerOptions, createContentScorer } from './index.ts';

const signalOf = (detector: Pick<Detector, 'id' | 'layer'>, input: DetectorInput, answer: Partial<Signal>): Signal => ({
  detector: detector.id,
  version: '1',
  layer: detector.layer,
  ...(input.part === undefined ? {} : { partId: input.part.id }),
  status: 'ok',
  scores: {},
  attributes: {},
  evidence: [],
  durationMs: 1,
  costUsd: 0,
  ...answer,
});

const detector = (
  overrides: Partial<Detector> & Pick<Detector, 'id'>,
  answer: (input: DetectorInput) => Partial<Signal> | Promise<Partial<Signal>>,
): Detector => {
  const self: Detector = {
    version: '1',
    layer: 2,
    scope: 'part',
    kinds: ['text'],
    judges: ['violence', 'harassment'],
    deterministic: true,
    reuse: 'never',
    timeoutMs: 1_000,
    costUsd: 0,
    detect: (inputs) => Promise.all(inputs.map(async (input) => signalOf(self, input, await answer(input)))),
    ...overrides,
  };
  return self;
};

const textOf = ({ part }: DetectorInput): string => (part?.kind === 'text' ? part.text : '');

/** Finds violence where the text says so, and an attribute beside it. */
const model = (overrides: Partial<Detector> = {}): Detector =>
  detector({ id: 'model', ...overrides }, (input) => ({
    scores: { violence: /threat/.test(textOf(input)) ? 0.8 : 0.02, harassment: 0.1 },
    attributes: { toxicity: 0.4, language: 'en', language_reliable: true },
  }));

const policy = policyWith(
  {
    violence: { requires: { text: ['model'] } },
    harassment: { requires: { text: ['model'] } },
    ncii: { requires: {} },
  },
  {},
);

const scorerWith = (detectors: readonly Detector[], options: Partial<ContentScorerOptions> = {}) => {
  const setup: DecisionSetup = { epoch: 0, policy, detectors, calibrations: () => undefined };
  return createContentScorer({
    setups: { current: async () => setup },
    operatingPoints: { categories: { violence: 0.3 }, attributes: { toxicity: 0.4 } },
    now: () => 0,
    ...options,
  });
};

const text = (value: string, id = 'body'): Part => ({ id, kind: 'text', text: value });
const scored = async (scorer: ReturnType<typeof scorerWith>, ...parts: Part[]) => (await scorer.score([{ parts }]))[0]!;

describe('a scorer', () => {
  it('gives the fused probability, and where it lies against the operating point', async () => {
    const { categories, attributes, language } = await scored(scorerWith([model()]), text('a threat'));
    const violence = categories.get('violence')!;
    expect(violence).toMatchObject({ status: 'ok', operatingPoint: 0.3, kinds: ['text'] });
    expect(violence.probability).toBeCloseTo(0.8, 6);
    expect(violence.aligned).toBeCloseTo(0.8 / 0.2 / (0.3 / 0.7) / (1 + 0.8 / 0.2 / (0.3 / 0.7)), 6);
    expect(categories.get('harassment')).toMatchObject({ status: 'ok', operatingPoint: 0.5 });
    expect(attributes.get('toxicity')).toMatchObject({ status: 'ok', probability: 0.4, operatingPoint: 0.4 });
    expect(attributes.get('toxicity')!.aligned).toBeCloseTo(0.5, 12);
    expect(language).toEqual({ code: 'en', reliable: true });
  });

  it('says of what nothing judges that it was not assessed, never that it is absent', async () => {
    const { categories, attributes } = await scored(scorerWith([model()]), text('hello'));
    expect(categories.get('ncii')?.status).toBe('not_assessed');
    expect(categories.get('sexual')?.status).toBe('not_assessed');
    expect(attributes.get('insult')?.status).toBe('not_assessed');
  });

  it.each([
    ['throws', detector({ id: 'model' }, () => Promise.reject(new Error('broken')))],
    ['says that it is unavailable', detector({ id: 'model' }, () => ({ status: 'unavailable', reason: 'closed' }))],
    ['never answers', model({ timeoutMs: 5, detect: () => new Promise(() => {}) })],
    ['answers outside 0..1', detector({ id: 'model' }, () => ({ scores: { violence: 7 } }))],
    ['gives too few answers', model({ detect: async () => [] })],
  ])('says that a category is unavailable where its model %s', async (_how, broken) => {
    const { categories, attributes } = await scored(scorerWith([broken]), text('a threat'));
    expect(categories.get('violence')).toMatchObject({ status: 'unavailable', probability: 0, aligned: 0 });
    expect(attributes.get('toxicity')?.status).toBe('unavailable');
  });

  it('says that a category is unavailable where the model that the policy requires is not installed', async () => {
    expect((await scored(scorerWith([]), text('hello'))).categories.get('violence')?.status).toBe('unavailable');
  });

  it('is unavailable where one of several texts could not be looked at', async () => {
    const moody = detector({ id: 'model' }, (input) =>
      textOf(input) === 'bad' ? { status: 'unavailable' } : { scores: { violence: 0.9 } },
    );
    const { categories } = await scored(scorerWith([moody]), text('good', 'a'), text('bad', 'b'));
    expect(categories.get('violence')?.status).toBe('unavailable');
  });

  it('says when the language is not known, unless something was found all the same', async () => {
    const foreign = detector({ id: 'model' }, () => ({
      status: 'not_applicable',
      reason: 'language: de is outside',
      attributes: { language: 'de', language_reliable: true },
    }));
    const { categories, attributes, language } = await scored(scorerWith([foreign]), text('guten Tag'));
    expect(categories.get('violence')?.status).toBe('not_applicable');
    expect(attributes.get('toxicity')?.status).toBe('not_applicable');
    expect(language).toEqual({ code: 'de', reliable: true });
    const terms = detector({ id: 'terms', layer: 1, judges: ['violence'] }, () => ({ scores: { violence: 0.9 } }));
    const found = (await scored(scorerWith([foreign, terms]), text('guten Tag'))).categories.get('violence')!;
    expect(found).toMatchObject({ status: 'ok', kinds: ['text'] });
    expect(found.probability).toBeCloseTo(0.9, 6);
  });

  it('holds to a final finding whatever the models say', async () => {
    const bank = detector({ id: 'bank', layer: 1, judges: [] }, () => ({
      effects: [{ kind: 'act', outcome: 'remove', category: 'ncii' }],
    }));
    const { categories } = await scored(scorerWith([bank, model()]), text('hello'));
    expect(categories.get('ncii')).toMatchObject({ status: 'ok', probability: 1 });
  });

  it('asks no language model, nothing about accounts, and replacements in the place of their originals', async () => {
    const asked: string[] = [];
    const spy = (id: string, layer: Detector['layer']): Detector =>
      detector({ id, layer }, () => {
        asked.push(id);
        return {};
      });
    const replacement = detector({ id: 'model' }, () => ({ scores: { violence: 0.7 } }));
    const scorer = scorerWith([spy('account', 1), spy('reposts', 1), spy('model', 2), spy('judge', 3)], {
      replacements: new Map([['model', replacement]]),
    });
    const { categories } = await scored(scorer, text('hello'));
    expect(asked).toEqual([]);
    expect(categories.get('violence')!.probability).toBeCloseTo(0.7, 6);
  });

  it('counts text that was read in a picture as the picture', async () => {
    const reader = detector({ id: 'reader', kinds: ['image'], judges: [] }, ({ part }) => ({
      derivedParts: [{ id: `${part!.id}#text`, kind: 'text', fromPartId: part!.id, text: 'a threat', depth: 1 }],
    }));
    const { categories } = await scored(scorerWith([reader, model()]), {
      id: 'p',
      kind: 'image',
      url: 'https://a.example',
    });
    expect(categories.get('violence')).toMatchObject({ status: 'ok', kinds: ['image'] });
    expect(categories.get('violence')!.probability).toBeCloseTo(0.8, 6);
  });

  it('takes categories that the policy leaves out from the fallback', async () => {
    const fallbackPolicy = policyWith({ sexual: { requires: { text: ['model'] } } });
    const sexual = detector({ id: 'model', judges: ['violence', 'harassment', 'sexual'] }, () => ({
      scores: { sexual: 0.6, violence: 0.1 },
    }));
    const without = await scored(scorerWith([sexual]), text('hello'));
    expect(without.categories.get('sexual')?.status).toBe('not_assessed');
    const { categories } = await scored(scorerWith([sexual], { fallbackPolicy }), text('hello'));
    expect(categories.get('sexual')!.probability).toBeCloseTo(0.6, 6);
  });

  it.each(['', ' \n\t ', '\u3000'])(
    'finds nothing in a text without a character (%j), and asks nobody',
    async (blank) => {
      let asked = 0;
      const counting = model({
        detect: async () => {
          asked += 1;
          return [];
        },
      });
      const { categories, language } = await scored(scorerWith([counting]), text(blank));
      expect(categories.get('violence')).toMatchObject({ status: 'ok', probability: 0, aligned: 0, kinds: ['text'] });
      expect(asked).toBe(0);
      expect(language).toBeNull();
    },
  );

  it('looks at all of a long text in pieces that are whole characters', async () => {
    const seen: string[] = [];
    const reading = detector({ id: 'model' }, (input) => {
      seen.push(textOf(input));
      return { scores: { violence: /threat/.test(textOf(input)) ? 0.8 : 0.02 } };
    });
    const filler = '\u{1f600}'.repeat(30_001);
    const { categories } = await scored(scorerWith([reading]), text(`${filler}a threat${filler}`));
    expect(categories.get('violence')!.probability).toBeCloseTo(0.8, 6);
    expect(seen.every((piece) => piece.isWellFormed() && piece.length <= 20_000)).toBe(true);
    expect(seen.length).toBeGreaterThan(5);
  });

  it('gives a model whole characters where a text has broken ones', async () => {
    const seen: string[] = [];
    const reading = detector({ id: 'model' }, (input) => {
      seen.push(textOf(input));
      return { scores: {} };
    });
    await scored(scorerWith([reading]), text('a\ud800b'));
    expect(seen).toEqual(['a\ufffdb']);
  });

  it('answers in order, so many at once and no more', async () => {
    let inside = 0;
    let most = 0;
    const slow = detector({ id: 'model' }, async (input) => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
      return { scores: { violence: Number(textOf(input)) / 100 } };
    });
    const scorer = scorerWith([slow], { concurrency: 4 });
    const answers = await scorer.score(Array.from({ length: 40 }, (_, index) => ({ parts: [text(`${index + 10}`)] })));
    expect(answers.map(({ categories }) => Math.round(categories.get('violence')!.probability * 100))).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 10),
    );
    expect(most).toBe(4);
  });

  it('begins nothing more once whoever asked is gone', async () => {
    const gone = new AbortController();
    gone.abort(new Error('gone'));
    await expect(scorerWith([model()]).score([{ parts: [text('hello')] }], gone.signal)).rejects.toThrow('gone');
  });
});
