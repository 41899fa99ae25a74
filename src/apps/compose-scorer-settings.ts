import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConfiguredScorer, readScorers } from '#connectors/scorers/read-scorers.ts';
import { type Config, ConfigError } from '#platform/config.ts';
import { errorCode } from '#platform/database/database-errors.ts';

export type ScorersConfig = Pick<Config, 'dataDir' | 'scorersFile' | 'namedSecret'>;

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
 * @param taken ids of other detectors; not looked at unless given
 * @throws ConfigError naming file, line and field
 */
export const readConfiguredScorers = (
  config: ScorersConfig,
  taken: ReadonlySet<string> = new Set(),
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
