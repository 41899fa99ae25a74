import fc from 'fast-check';
import type { DecisionFacts } from '#contracts/decision.ts';
import { type CategoryPolicy, type Policy, policyDocumentSchema } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import type { CalibrationSet } from '#engine/ports/calibration.ts';

/** Builders and generators for tests of the engine. */

export const noCalibration: CalibrationSet = () => undefined;

export const categoryPolicy = (overrides: Partial<CategoryPolicy> = {}): CategoryPolicy => ({
  title: 'A category',
  review: 0.5,
  remove: 0.9,
  automation: { remove: 'auto', approve: 'auto' },
  requires: { text: ['model'] },
  severity: 3,
  clause: '1',
  text: 'What the clause says.',
  examples: [],
  removeActions: [],
  ...overrides,
});

export const policyWith = (
  categories: Record<string, Partial<CategoryPolicy>>,
  overrides: Record<string, unknown> = {},
): Policy => ({
  ...policyDocumentSchema.parse({
    name: 'Test',
    categories: Object.fromEntries(
      Object.entries(categories).map(([name, category]) => [name, categoryPolicy(category)]),
    ),
    ...overrides,
  }),
  id: 'default',
  version: 1,
});

export const signal = (overrides: Partial<Signal> = {}): Signal => ({
  detector: 'model',
  version: '1',
  layer: 2,
  partId: 'body',
  status: 'ok',
  scores: {},
  attributes: {},
  evidence: [],
  durationMs: 1,
  costUsd: 0,
  ...overrides,
});

export const factsWith = (overrides: Partial<DecisionFacts> = {}): DecisionFacts => ({
  surface: 'comment',
  locale: null,
  tier: 'new',
  layers: [
    { layer: 1, judges: ['spam', 'harassment'] },
    { layer: 2, judges: ['spam', 'harassment'] },
  ],
  reach: null,
  partKinds: [{ id: 'body', kind: 'text' }],
  qualitySampled: false,
  lastAttempt: false,
  interrupted: null,
  ...overrides,
});

export const categories = ['spam', 'harassment'] as const;
const score = fc.double({ min: 0, max: 1, noNaN: true });
const optionalScores = fc.record({
  spam: fc.option(score, { nil: undefined }),
  harassment: fc.option(score, { nil: undefined }),
});

const compact = (scores: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(scores).filter((entry): entry is [string, number] => entry[1] !== undefined));

/** A layer-1 finding: terms, links and the like, with effects now and then. */
const ruleSignal: fc.Arbitrary<Signal> = fc
  .record({
    detector: fc.constantFrom('terms', 'links', 'rules'),
    status: fc.constantFrom('ok' as const, 'ok' as const, 'ok' as const, 'unavailable' as const),
    scores: optionalScores,
    floor: fc.option(score, { nil: undefined }),
    category: fc.constantFrom(...categories),
  })
  .map(({ detector, status, scores, floor, category }) =>
    signal({
      detector,
      layer: 1,
      status,
      scores: status === 'ok' ? compact(scores) : {},
      effects: floor === undefined ? [] : [{ kind: 'score', category, score: floor }],
    }),
  );

const modelSignal: fc.Arbitrary<Signal> = fc
  .record({
    detector: fc.constantFrom('model', 'second-model'),
    status: fc.constantFrom('ok' as const, 'ok' as const, 'unavailable' as const, 'not_applicable' as const),
    scores: fc.record({ spam: score, harassment: score }),
  })
  .map(({ detector, status, scores }) => signal({ detector, layer: 2, status, scores: status === 'ok' ? scores : {} }));

/** Traces as two layers could leave them. */
export const traces: fc.Arbitrary<Signal[]> = fc
  .tuple(fc.array(ruleSignal, { maxLength: 4 }), fc.array(modelSignal, { maxLength: 3 }))
  .map(([rules, models]) => [...rules, ...models]);

const thresholds = fc
  .tuple(score, score)
  .map(([left, right]) => ({ review: Math.min(left, right), remove: Math.max(left, right) }));
const fusion = fc.record({
  bias: fc.double({ min: -5, max: 2, noNaN: true }),
  terms: fc.dictionary(
    fc.constantFrom('model', 'terms', 'links'),
    fc.record({
      weight: fc.double({ min: 0, max: 3, noNaN: true }),
      midpoint: fc.double({ min: -5, max: 2, noNaN: true }),
    }),
  ),
});

/** Policies over two categories with any thresholds, automation and weights. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    spam: thresholds,
    harassment: thresholds,
    remove: fc.constantFrom('auto' as const, 'person' as const),
    approve: fc.constantFrom('auto' as const, 'auto' as const, 'person' as const),
    fusion: fc.dictionary(fc.constantFrom(...categories), fusion),
    onUnavailable: fc.constantFrom('hold' as const, 'escalate' as const),
    reviewModel: fc.constantFrom('pre_approval' as const, 'post_flag' as const),
  })
  .map(({ spam, harassment, remove, approve, ...rest }) =>
    policyWith({ spam: { ...spam, automation: { remove, approve } }, harassment }, rest),
  );
