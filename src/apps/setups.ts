import type { JudgeEndpoint } from '#engine/ports/language-model.ts';
import type { DecisionSetup, SetupProvider } from '#features/items/index.ts';
import type { Configuration, PolicyService } from '#features/policies/index.ts';

/** The setup of the current configuration, composed once per epoch. */
export const createSetupProvider = (
  policies: PolicyService,
  /** The judges as they are now: of this epoch or a later one, under which what was decided with them is decided again. */
  readJudges: () => Promise<readonly JudgeEndpoint[]>,
  compose: (configuration: Configuration, judges: readonly JudgeEndpoint[]) => DecisionSetup,
): SetupProvider => {
  let known: DecisionSetup | undefined;
  const setupOf = async (configuration: Configuration): Promise<DecisionSetup> => {
    if (known !== undefined && known.epoch >= configuration.epoch) return known;
    const composed = compose(configuration, await readJudges());
    // Another caller may have composed a later one meanwhile.
    if (known === undefined || known.epoch < composed.epoch) known = composed;
    return known;
  };
  return {
    current: async () => setupOf(await policies.current()),
    refresh: async (epoch) => setupOf(await policies.refresh(epoch)),
  };
};
