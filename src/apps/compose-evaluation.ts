import type { PolicyDocument } from '#contracts/policy.ts';
import type { Detector } from '#engine/ports/detector.ts';
import type { ContentScorer } from '#features/scoring/index.ts';
import { openLocalEngine, type SharedDetectors } from './compose.ts';
import { composeScorer } from './compose-scoring.ts';

/** Layers 1 and 2 under a policy, without an installation. */
export interface LocalScorer {
  readonly scorer: ContentScorer;
  /** Models that judge texts, as `id version`. */
  readonly textModels: readonly string[];
  close(): Promise<void>;
}

/** Nobody waits for one answer here, and a machine that is busy with a thousand texts is slower with each. */
const patienceMs = 120_000;
const patient = (detector: Detector): Detector => ({
  ...detector,
  timeoutMs: Math.max(detector.timeoutMs, patienceMs),
});
const patientModels = (models: SharedDetectors): SharedDetectors => ({
  ...models,
  detectors: models.detectors.map(patient),
  ...(models.forScores === undefined
    ? {}
    : { forScores: new Map([...models.forScores].map(([id, detector]) => [id, patient(detector)])) }),
});

/** The detectors, lists and calibrations that ship, under a policy of the caller's: no database, nothing stored. */
export const composeLocalScorer = async (document: PolicyDocument): Promise<LocalScorer> => {
  const { projectDir, setup, models, close } = await openLocalEngine(document, patientModels);
  return {
    scorer: composeScorer({ setups: { current: async () => setup }, models, projectDir, now: () => Date.now() }),
    textModels: models.detectors
      .filter(({ kinds, judges }) => kinds.includes('text') && judges.length > 0)
      .map(({ id, version }) => `${id} ${version}`),
    close,
  };
};
