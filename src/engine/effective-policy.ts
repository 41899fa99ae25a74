import type { Category } from '#contracts/category.ts';
import type { DecisionFacts } from '#contracts/decision.ts';
import type { CategoryPolicy, Policy, PolicyOverride } from '#contracts/policy.ts';

/** The policy as it holds for one item, with the overrides of its surface, tier and locale laid over it in their order. */
export interface EffectivePolicy {
  readonly policy: Policy;
  readonly categories: ReadonlyMap<Category, CategoryPolicy>;
  readonly reviewModel: Policy['reviewModel'];
}

type Circumstances = Pick<DecisionFacts, 'surface' | 'tier' | 'locale'>;

/** `pt` in an override covers `pt-BR`; `pt-BR` covers only itself. */
const localeCovers = (wanted: string, actual: string | null): boolean => {
  if (actual === null) return false;
  const [left, right] = [wanted.toLowerCase(), actual.toLowerCase()];
  return left === right || right.startsWith(`${left}-`);
};

const applies = ({ when }: PolicyOverride, { surface, tier, locale }: Circumstances): boolean =>
  (when.surface === undefined || when.surface.includes(surface)) &&
  (when.tier === undefined || when.tier.includes(tier)) &&
  (when.locale === undefined || when.locale.some((wanted) => localeCovers(wanted, locale)));

/** An override that lowers only `remove` below the base `review` pulls `review` down with it, so that the two stay ordered. */
const overlay = (base: CategoryPolicy, change: PolicyOverride['categories'][string]): CategoryPolicy => {
  const remove = change.remove ?? base.remove;
  const review = Math.min(change.review ?? base.review, remove);
  return { ...base, review, remove, automation: change.automation ?? base.automation };
};

const resolve = (policy: Policy, circumstances: Circumstances): EffectivePolicy => {
  const categories = new Map(Object.entries(policy.categories));
  let { reviewModel } = policy;
  for (const override of policy.overrides) {
    if (!applies(override, circumstances)) continue;
    for (const [category, change] of Object.entries(override.categories)) {
      const base = categories.get(category);
      if (base !== undefined) categories.set(category, overlay(base, change));
    }
    reviewModel = override.reviewModel ?? reviewModel;
  }
  return { policy, categories, reviewModel };
};

const resolved = new WeakMap<Policy, Map<string, EffectivePolicy>>();

/** Resolves the overrides for an item's circumstances. Policies are immutable, so the answer is kept for as long as the policy is. */
export const effectivePolicy = (policy: Policy, circumstances: Circumstances): EffectivePolicy => {
  let known = resolved.get(policy);
  if (known === undefined) {
    known = new Map();
    resolved.set(policy, known);
  }
  const key = `${circumstances.surface}\n${circumstances.tier}\n${circumstances.locale ?? ''}`;
  let answer = known.get(key);
  if (answer === undefined) {
    answer = resolve(policy, circumstances);
    // Locales come from outside: a hostile caller must not grow this without bound.
    if (known.size >= 1_000) known.clear();
    known.set(key, answer);
  }
  return answer;
};
