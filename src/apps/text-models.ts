import type { Policy } from '#contracts/policy.ts';
import type { Detector } from '#engine/ports/detector.ts';

const classifier = 'text-classifier';
const ngramStage = 'text-ngram';

/** Detectors by whose signals a policy decides: those that it requires, and those that it weighs. */
const namedBy = ({ categories, fusion }: Pick<Policy, 'categories' | 'fusion'>): ReadonlySet<string> =>
  new Set([
    ...Object.values(categories).flatMap(({ requires }) => Object.values(requires).flat()),
    ...Object.values(fusion).flatMap(({ terms }) => Object.keys(terms)),
  ]);

/**
 * The models for a policy: of the two for text the one that it names, the classifier where it names neither. A policy that was published for
 * the n-gram stage, whose thresholds are for its scores, decides as before until another one is published.
 */
export const modelsFor = (
  policy: Pick<Policy, 'categories' | 'fusion'>,
  models: readonly Detector[],
): readonly Detector[] => {
  const named = namedBy(policy);
  const unwanted = new Set<string>();
  if (!named.has(ngramStage)) unwanted.add(ngramStage);
  else if (!named.has(classifier)) unwanted.add(classifier);
  return models.filter(({ id }) => !unwanted.has(id));
};
