import { resolve } from 'node:path';
import { LoadedImages } from '#connectors/image-sandbox/loaded-images.ts';
import type { PolicyDocument } from '#contracts/policy.ts';
import { noHashBanks } from '#detectors/layer1-hashes/banks/no-hash-banks.ts';
import type { Detector } from '#engine/ports/detector.ts';
import type { ContentScorer } from '#features/scoring/index.ts';
import { createLog } from '#platform/telemetry/log.ts';
import {
  composeImageSandbox,
  composeModels,
  composeSetups,
  loadDefaultTermLists,
  type SharedDetectors,
} from './compose.ts';
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
  const projectDir = resolve(import.meta.dirname, '../..');
  const sandbox = composeImageSandbox();
  const images = new LoadedImages(sandbox);
  const models = patientModels(composeModels(projectDir, { log: createLog('error'), images }));
  const setup = composeSetups({ models, banks: noHashBanks }).setupFor({
    epoch: 0,
    policy: { ...document, id: 'evaluation', version: 0 },
    termLists: loadDefaultTermLists(),
    domainLists: [],
    digests: new Map(),
  });
  await models.open();
  return {
    scorer: composeScorer({ setups: { current: async () => setup }, models, projectDir, now: () => Date.now() }),
    textModels: models.detectors
      .filter(({ kinds, judges }) => kinds.includes('text') && judges.length > 0)
      .map(({ id, version }) => `${id} ${version}`),
    async close() {
      await models.close();
      await sandbox.close();
    },
  };
};
