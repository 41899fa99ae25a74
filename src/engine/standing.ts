import type { Category } from '#contracts/category.ts';
import type { Assessment } from '#contracts/decision.ts';
import type { Policy } from '#contracts/policy.ts';
import { assess } from './assess.ts';
import { effectivePolicy } from './effective-policy.ts';
import { partsOf } from './item-parts.ts';
import type { CalibrationSet } from './ports/calibration.ts';
import type { DetectorContext } from './ports/detector.ts';

/** Where a category stands before a layer runs: what a detector that is asked only for what is open needs to know. */
export interface Standing extends Pick<Assessment, 'status' | 'probability' | 'review' | 'remove'> {
  readonly category: Category;
}

/** The standing of every category of the policy, by the signals that there are so far and by the same rules as the decision itself. */
export const standingUnder =
  (policy: Policy, calibrations: CalibrationSet) =>
  ({ item, account, signals }: DetectorContext): readonly Standing[] => {
    const facts = {
      surface: item.surface,
      locale: item.locale ?? null,
      tier: account.tier,
      layers: [],
      reach: null,
      partKinds: partsOf(item).map(({ id, kind }) => ({ id, kind })),
      qualitySampled: false,
      lastAttempt: false,
      interrupted: null,
    };
    return assess(effectivePolicy(policy, facts), signals, facts, calibrations);
  };
