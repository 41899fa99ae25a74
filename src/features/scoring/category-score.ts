import type { Category } from '#contracts/category.ts';
import type { Assessment } from '#contracts/decision.ts';
import type { PartKind } from '#contracts/item.ts';
import type { CategoryPolicy } from '#contracts/policy.ts';
import type { Signal } from '#contracts/signal.ts';
import type { Detector } from '#engine/ports/detector.ts';
import { type LookedAtPart, outcomeOf } from './looked-at.ts';
import { scoreOf } from './score.ts';
import type { Score } from './scoring.ts';

/** What is known once the layers have run. */
export interface Findings {
  readonly parts: readonly LookedAtPart[];
  readonly signals: readonly Signal[];
  readonly find: (detector: string, partId: string) => Signal | undefined;
  /** Those that were asked. */
  readonly detectors: readonly Detector[];
  /** Ids of detectors of the setup that are not asked for scores, such as language models. */
  readonly leftOut: ReadonlySet<string>;
  /** A text without a character to read was among the parts: there is nothing to be found in it. */
  readonly blankText: boolean;
}

const judgesKind = (detectors: readonly Detector[], category: Category, kind: PartKind): Detector[] =>
  detectors.filter(
    (detector) =>
      detector.layer === 2 &&
      detector.scope === 'part' &&
      detector.kinds.includes(kind) &&
      detector.judges.includes(category),
  );

/** Detectors without which the category of such a part is not known: those that the policy requires, and the models that judge it. */
const neededFor = (
  { detectors, leftOut }: Pick<Findings, 'detectors' | 'leftOut'>,
  category: Category,
  requires: CategoryPolicy['requires'],
  kind: PartKind,
): ReadonlySet<string> =>
  new Set([
    ...(requires[kind] ?? []).filter((id) => !leftOut.has(id)),
    ...judgesKind(detectors, category, kind).map(({ id }) => id),
  ]);

/** A final finding, such as a match in a blocking hash bank, is not weighed: it holds. */
const isFinal = (signals: readonly Signal[], category: Category): boolean =>
  signals.some(({ effects }) =>
    effects?.some((effect) => effect.kind === 'act' && effect.outcome === 'remove' && effect.category === category),
  );

/** The score of one category of the policy. What is found stays found, also where a model does not know the language. */
export const categoryScore = (
  { category, probability, contributions }: Assessment,
  { requires }: CategoryPolicy,
  operatingPoint: number,
  findings: Findings,
): Score => {
  const { parts, signals, find } = findings;
  const kinds = new Set<PartKind>();
  let unavailable = false;
  let otherLanguage = false;
  for (const part of parts) {
    for (const detector of neededFor(findings, category, requires, part.kind)) {
      const outcome = outcomeOf(find(detector, part.id));
      if (outcome === 'ok') kinds.add(part.sentAs);
      else if (outcome === 'language') otherLanguage = true;
      else unavailable = true;
    }
  }
  if (unavailable) return scoreOf('unavailable', operatingPoint);
  const found = isFinal(signals, category) ? 1 : (probability ?? 0);
  if (otherLanguage && kinds.size === 0 && found < operatingPoint) return scoreOf('not_applicable', operatingPoint);
  for (const { partId } of contributions) {
    const part = parts.find(({ id }) => id === partId);
    if (part !== undefined) kinds.add(part.sentAs);
  }
  if (findings.blankText && neededFor(findings, category, requires, 'text').size > 0) kinds.add('text');
  if (kinds.size === 0 && found === 0) return scoreOf('not_assessed', operatingPoint);
  return scoreOf('ok', operatingPoint, { probability: found, kinds: [...kinds] });
};
