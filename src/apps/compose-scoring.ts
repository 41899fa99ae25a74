import type { PolicyDocument } from '#contracts/policy.ts';
import type { SetupProvider } from '#features/items/index.ts';
import { type ContentScorer, createContentScorer } from '#features/scoring/index.ts';
import type { SharedDetectors } from './compose.ts';
import { readOperatingPoints } from './operating-points.ts';

/** What scores content for the drop-in endpoints: nothing is stored. */
export const composeScorer = (surroundings: {
  readonly setups: Pick<SetupProvider, 'current'>;
  readonly models: SharedDetectors;
  readonly projectDir: string;
  readonly now: () => number;
  /** The policy that ships. */
  readonly shippedPolicy?: PolicyDocument;
}): ContentScorer => {
  const { setups, models, projectDir, now, shippedPolicy } = surroundings;
  return createContentScorer({
    setups,
    operatingPoints: readOperatingPoints(projectDir),
    now,
    ...(models.forScores === undefined ? {} : { replacements: models.forScores }),
    ...(shippedPolicy === undefined ? {} : { fallbackPolicy: shippedPolicy }),
  });
};
