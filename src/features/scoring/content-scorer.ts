import { builtInCategories, type Category } from '#contracts/category.ts';
import type { ItemContent, Part } from '#contracts/item.ts';
import type { Policy, PolicyDocument } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import { assess } from '#engine/assess.ts';
import { effectivePolicy } from '#engine/effective-policy.ts';
import type { Detector, DetectorContext } from '#engine/ports/detector.ts';
import { runLayer } from '#engine/run-layer.ts';
import { type DecisionSetup, engineEnvironment, factsFor, type SetupProvider } from '#features/items/index.ts';
import { Gate } from '#platform/gate.ts';
import { attributeNames, attributeScore } from './attribute-score.ts';
import { categoryScore, type Findings } from './category-score.ts';
import { isTextModel, lookedAtParts, signalIndex } from './looked-at.ts';
import { operatingPointOf, scoreOf } from './score.ts';
import type { ContentScorer, OperatingPoints, Score, ScoredContent, ScoringRequest } from './scoring.ts';
import { piecesOf } from './split-text.ts';

export interface ContentScorerOptions {
  readonly setups: Pick<SetupProvider, 'current'>;
  readonly operatingPoints: OperatingPoints;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Detectors that are asked in the place of the setup's own with the same id. */
  readonly replacements?: ReadonlyMap<string, Detector>;
  /** Where built-in categories that the active policy leaves out are taken from. */
  readonly fallbackPolicy?: PolicyDocument;
  /** Pieces of content that are looked at side by side, whoever asks. As many as the text classifier takes at once unless given. */
  readonly concurrency?: number;
}

/** What they look at is not there: nobody posted this. */
const withoutAccount: ReadonlySet<string> = new Set(['account', 'reposts']);
const anonymous = { id: 'anonymous', tier: 'new' } as const;
const surface = 'comment';

/** What a setup scores with. */
interface Scoring {
  readonly setup: DecisionSetup;
  readonly policy: Policy;
  readonly detectors: readonly Detector[];
  readonly leftOut: ReadonlySet<string>;
}

const withFallback = (policy: Policy, fallback: PolicyDocument | undefined): Policy => {
  const absent = builtInCategories.filter((category) => policy.categories[category] === undefined);
  const taken = <Value>(from: Readonly<Record<string, Value>> | undefined): Record<string, Value> =>
    Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => absent.some((category) => category === key)));
  return {
    ...policy,
    categories: { ...taken(fallback?.categories), ...policy.categories },
    fusion: { ...taken(fallback?.fusion), ...policy.fusion },
  };
};

/** Texts as they can be looked at: whole characters only, long ones in pieces, empty ones left out. */
const preparedParts = (parts: readonly Part[]): readonly Part[] =>
  parts.flatMap((part): readonly Part[] => {
    if (part.kind !== 'text') return [part];
    return /\S/.test(part.text) ? piecesOf({ ...part, text: part.text.toWellFormed() }) : [];
  });

const languageOf = (parts: readonly Part[], { find, detectors }: Findings): ScoredContent['language'] => {
  const text = parts.find(({ kind }) => kind === 'text');
  if (text === undefined) return null;
  for (const { id } of detectors.filter(isTextModel)) {
    const { language, language_reliable: reliable } = find(id, text.id)?.attributes ?? {};
    if (typeof language === 'string') return { code: language, reliable: reliable === true };
  }
  return { code: 'und', reliable: false };
};

/** Scores content by layers 1 and 2 of the current setup: no account, no language model, no trace in the database. */
export const createContentScorer = (options: ContentScorerOptions): ContentScorer => {
  const { setups, operatingPoints, now, replacements, fallbackPolicy, concurrency = 32 } = options;
  const gate = new Gate(concurrency);
  const scorings = new WeakMap<DecisionSetup, Scoring>();
  const attributes = [...new Set([...attributeNames, ...Object.keys(operatingPoints.attributes)])];

  const scoringOf = (setup: DecisionSetup): Scoring => {
    const known = scorings.get(setup);
    if (known !== undefined) return known;
    // What is sent here to be scored goes no further.
    const asked = setup.detectors.filter(
      ({ id, layer, sendsOut }) => layer <= 2 && sendsOut !== true && !withoutAccount.has(id),
    );
    const scoring = {
      setup,
      policy: withFallback(setup.policy, fallbackPolicy),
      detectors: asked.map((detector) => replacements?.get(detector.id) ?? detector),
      leftOut: new Set(setup.detectors.filter((detector) => !asked.includes(detector)).map(({ id }) => id)),
    };
    scorings.set(setup, scoring);
    return scoring;
  };

  const look = async (
    { detectors }: Scoring,
    item: ItemContent,
    files: DetectorContext['files'],
  ): Promise<readonly Signal[]> => {
    const context = { item, account: anonymous, counters: {}, reposts: {}, ...(files && { files }), now: now() };
    const first = await runLayer(1, detectors, { ...context, signals: [] }, engineEnvironment);
    return [...first, ...(await runLayer(2, detectors, { ...context, signals: first }, engineEnvironment))];
  };

  const scoreOne = async (scoring: Scoring, { parts, files, language }: ScoringRequest): Promise<ScoredContent> => {
    const { setup, policy, detectors, leftOut } = scoring;
    const prepared = preparedParts(parts);
    const item: ItemContent = {
      account: { id: anonymous.id },
      surface,
      ...(language === undefined ? {} : { locale: language }),
      parts: [...prepared],
    };
    const signals = prepared.length === 0 ? [] : await look(scoring, item, files);
    const facts = factsFor(setup, item, anonymous, { qualitySampled: false, lastAttempt: true });
    const effective = effectivePolicy(policy, facts);
    const findings: Findings = {
      parts: lookedAtParts(prepared, signals),
      signals,
      find: signalIndex(signals),
      detectors,
      leftOut,
      blankText: parts.some((part) => part.kind === 'text' && !/\S/.test(part.text)),
    };
    const categories = new Map<Category, Score>(
      builtInCategories.map((category) => [
        category,
        scoreOf('not_assessed', operatingPointOf(operatingPoints.categories, category)),
      ]),
    );
    for (const assessment of assess(effective, signals, facts, setup.calibrations)) {
      const { category } = assessment;
      const point = operatingPointOf(operatingPoints.categories, category);
      const categoryPolicy = effective.categories.get(category)!;
      categories.set(category, categoryScore(assessment, categoryPolicy, point, findings));
    }
    return {
      categories,
      attributes: new Map(
        attributes.map((attribute) => [
          attribute,
          attributeScore(
            attribute,
            operatingPointOf(operatingPoints.attributes, attribute),
            findings,
            setup.calibrations,
          ),
        ]),
      ),
      language: languageOf(prepared, findings),
    };
  };

  return {
    async score(requests, abort) {
      const scoring = scoringOf(await setups.current());
      return Promise.all(
        requests.map((request) =>
          gate.run(async () => {
            // Other work goes on between one piece and the next.
            await engineEnvironment.turn?.();
            return scoreOne(scoring, request);
          }, abort),
        ),
      );
    },
  };
};
