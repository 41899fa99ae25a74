import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createExternalScorer } from '#connectors/scorers/external-scorer.ts';
import { type ConfiguredScorer, readScorers } from '#connectors/scorers/read-scorers.ts';
import { createExternalDetector } from '#detectors/layer2-external/external-detector.ts';
import type { DetectorCalibration } from '#engine/ports/calibration.ts';
import type { StoredImages } from '#engine/ports/image-sandbox.ts';
import { canonicalJson } from '#platform/canonical-json.ts';
import type { Clock } from '#platform/clock.ts';
import { type Config, ConfigError } from '#platform/config.ts';
import { errorCode } from '#platform/database/database-errors.ts';
import { createGuardedFetch } from '#platform/net/guarded-fetch.ts';
import type { SharedDetectors } from './compose.ts';
import { composeSetups } from './compose.ts';

type ScorersConfig = Pick<Config, 'dataDir' | 'scorersFile' | 'namedSecret'>;

const guide = 'docs/guides/external-scorers.md shows how it is written.';
const mostFaultsTold = 5;

/** The file that configures external scorers; undefined where there is none. */
export const scorersFileOf = ({
  dataDir,
  scorersFile,
}: Pick<Config, 'dataDir' | 'scorersFile'>): string | undefined => {
  if (scorersFile !== undefined) return scorersFile;
  const usual = join(dataDir, 'scorers.yaml');
  return existsSync(usual) ? usual : undefined;
};

/**
 * The external scorers of an installation; none without a file.
 * @param taken ids of other detectors
 * @throws ConfigError naming file, line and field
 */
export const readConfiguredScorers = (
  config: ScorersConfig,
  taken: ReadonlySet<string>,
): readonly ConfiguredScorer[] => {
  const file = scorersFileOf(config);
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      file,
      `cannot be read (${errorCode(error)})`,
      'Put the file there, or take TIDEGATE_SCORERS away.',
    );
  }
  const read = readScorers(text, config.namedSecret);
  if ('faults' in read) {
    const told = read.faults
      .slice(0, mostFaultsTold)
      .map(({ line, path, message }) => `line ${line ?? 1}, ${path || 'file'}: ${message}`);
    const more = read.faults.length > told.length ? `; and ${read.faults.length - told.length} more` : '';
    throw new ConfigError(file, `is not usable: ${told.join('; ')}${more}`, guide);
  }
  const clash = read.scorers.find(({ settings }) => taken.has(settings.id));
  if (clash !== undefined)
    throw new ConfigError(
      file,
      `has a scorer \`${clash.settings.id}\`, which is the name of another detector`,
      'Choose another id.',
    );
  return read.scorers;
};

/** Ids that external scorers cannot have. */
export const takenDetectorIds = (models: SharedDetectors): ReadonlySet<string> => {
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
