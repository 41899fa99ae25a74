import { createHash } from 'node:crypto';
import { createExternalScorer } from '#connectors/scorers/external-scorer.ts';
import type { ConfiguredScorer } from '#connectors/scorers/read-scorers.ts';
import { createExternalDetector } from '#detectors/layer2-external/external-detector.ts';
import type { DetectorCalibration } from '#engine/ports/calibration.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import type { SharedDetectors } from './compose.ts';
import { composeSetups } from './compose.ts';
import { readConfiguredScorers, type ScorersConfig } from './compose-scorer-settings.ts';

/** Ids that external scorers cannot have. */
const takenDetectorIds = (models: SharedDetectors): ReadonlySet<string> => {
  const banks = { load: async (epoch: number) => ({ epoch, banks: [] }) };
  return new Set(composeSetups({ models, banks }).installed.keys());
};

const versionOf = ({
  timeoutMs,
  concurrency,
  requestsPerMinute,
  costUsd,
  ...telling
}: ConfiguredScorer['settings']): string =>
  createHash('sha256').update(canonicalJson(telling)).digest('hex').slice(0, 12);

/** Gives the local models the external scorers of the configuration for company. @throws ConfigError */
export const withScorers = (
  models: SharedDetectors,
  config: ScorersConfig & Pick<Config, 'allowedPrivateHosts'>,
  { images, clock }: { readonly images: StoredImages; readonly clock: Clock },
): SharedDetectors => {
  const scorers = readConfiguredScorers(config, takenDetectorIds(models));
  if (scorers.length === 0) return models;
  const fetch = createGuardedFetch({ allowedPrivateHosts: config.allowedPrivateHosts, userAgent: 'Tidegate-Scorer' });
  const calibrations = new Map<string, DetectorCalibration>();
  const detectors = scorers.map(({ settings, protocol }) => {
    const { id, input, timeoutMs, costUsd, languages, maximumCharacters, calibration } = settings;
    const version = versionOf(settings);
    const categories = Object.fromEntries(
      Object.entries(calibration).map(([category, points]) => [category, { kind: 'piecewise' as const, points }]),
    );
    calibrations.set(`${id}@${version}`, { detector: id, version, categories });
    const scorer = createExternalScorer(protocol, settings, { fetch, clock });
    const { judges } = protocol;
    return createExternalDetector({
      id,
      version,
      input,
      judges,
      timeoutMs,
      costUsd,
      languages,
      maximumCharacters,
      scorer,
      images,
    });
  });
  return {
    ...models,
    detectors: [...models.detectors, ...detectors],
    calibrations: (detector, version) =>
      calibrations.get(`${detector}@${version}`) ?? models.calibrations(detector, version),
  };
};
