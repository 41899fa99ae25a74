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
  let composing: { readonly epoch: number; readonly setup: Promise<DecisionSetup> } | undefined;
  const composeFor = async (configuration: Configuration): Promise<DecisionSetup> => {
    const composed = compose(configuration, await readJudges());
    // A later one may have been composed meanwhile.
    if (known === undefined || known.epoch < composed.epoch) known = composed;
    return known;
  };
  const setupOf = async (configuration: Configuration): Promise<DecisionSetup> => {
    if (known !== undefined && known.epoch >= configuration.epoch) return known;
    // Many decisions meet a new configuration at once: all of them wait for the same work, and none for one that failed.
    if (composing === undefined || composing.epoch !== configuration.epoch) {
      const mine = { epoch: configuration.epoch, setup: composeFor(configuration) };
      composing = mine;
      const forget = (): void => {
        if (composing === mine) composing = undefined;
      };
      mine.setup.then(forget, forget);
    }
    return composing.setup;
  };
  return {
    current: async () => setupOf(await policies.current()),
    refresh: async (epoch) => setupOf(await policies.refresh(epoch)),
  };
};
