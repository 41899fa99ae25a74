import type { JudgeTier, judgeStates } from '#contracts/judge.ts';
import type { JudgeEndpoint, LanguageModel, SpendingCap } from '#engine/ports/language-model.ts';
import type { Clock } from '#platform/clock.ts';
import { createLanguageModel } from './language-model.ts';

/**
 * The language models of this process, one a tier. The same settings keep their model over changes of the policy, and with it
 * its limits, breaker and cool-down.
 */
export class ModelPool {
  readonly #models = new Map<JudgeTier, { readonly settings: string; readonly model: LanguageModel }>();
  readonly #clock: Clock;
  readonly #capFor: (tier: JudgeTier) => SpendingCap;

  constructor({ clock, capFor }: { readonly clock: Clock; readonly capFor: (tier: JudgeTier) => SpendingCap }) {
    this.#clock = clock;
    this.#capFor = capFor;
  }

  modelFor(endpoint: JudgeEndpoint): LanguageModel {
    const settings = JSON.stringify(endpoint);
    const known = this.#models.get(endpoint.tier);
    if (known?.settings === settings) return known.model;
    const model = createLanguageModel(endpoint, { clock: this.#clock, cap: this.#capFor(endpoint.tier) });
    this.#models.set(endpoint.tier, { settings, model });
    return model;
  }

  stateOf(tier: JudgeTier): (typeof judgeStates)[number] {
    return this.#models.get(tier)?.model.state ?? 'closed';
  }
}
