import { createLanguageModel } from '#connectors/llm/language-model.ts';
import { ModelPool } from '#connectors/llm/model-pool.ts';
import type { JudgeTier } from '#contracts/judge.ts';
import type { Policy } from '#contracts/policy.ts';
import { createJudge } from '#detectors/layer3-llm/judge.ts';
import { createJudgeCache } from '#detectors/layer3-llm/judge-cache.ts';
import { probeJudge } from '#detectors/layer3-llm/probe-judge.ts';
import type { CalibrationSet } from '#engine/ports/calibration.ts';
import type { Detector } from '#engine/ports/detector.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import type { JudgeCallRecord, JudgeEndpoint, SpendingCap } from '#engine/ports/language-model.ts';
import { standingUnder } from '#engine/standing.ts';
import type { JudgeProbe } from '#features/judges/index.ts';
import type { Clock } from '#platform/clock.ts';

export interface JudgeMaterial {
  readonly clock: Clock;
  readonly calibrations: CalibrationSet;
  readonly images: StoredImages;
  readonly capFor: (tier: JudgeTier) => SpendingCap;
  readonly record: (call: JudgeCallRecord) => void;
}

/** The language models of layers 3 and 4. */
export interface ComposedJudges {
  /** One detector for each endpoint; none without. */
  detectorsFor(policy: Policy, endpoints: readonly JudgeEndpoint[]): readonly Detector[];
  readonly probe: JudgeProbe;
  readonly stateOf: ModelPool['stateOf'];
}

export const composeJudges = ({ clock, calibrations, images, capFor, record }: JudgeMaterial): ComposedJudges => {
  const models = new ModelPool({ clock, capFor });
  const cache = createJudgeCache();
  return {
    detectorsFor: (policy, endpoints) =>
      endpoints.map(({ apiKey, ...endpoint }) =>
        createJudge({
          endpoint,
          model: models.modelFor({ ...endpoint, apiKey }),
          policy,
          standing: standingUnder(policy, calibrations),
          images,
          cache,
          record,
        }),
      ),
    // Settings that are only tried do not change the limits and the breaker of those in use.
    probe: (endpoint, abort) =>
      probeJudge(
        createLanguageModel(endpoint, { clock, cap: capFor(endpoint.tier) }),
        endpoint.maximumOutputTokens,
        abort,
      ),
    stateOf: (tier) => models.stateOf(tier),
  };
};
