import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClaimsDetector } from '#detectors/layer1-rules/claims/claims-detector.ts';
import { type ReviewedClaim, readClaims } from '#detectors/layer1-rules/claims/read-claims.ts';
import { type Config, ConfigError } from '#platform/config.ts';
import { errorCode } from '#platform/database/database-errors.ts';
import type { SharedDetectors } from './compose.ts';

type ClaimsConfig = Pick<Config, 'dataDir' | 'claimsFile'>;

const mostFaultsTold = 5;

const claimsFileOf = ({ dataDir, claimsFile }: ClaimsConfig): string | undefined => {
  if (claimsFile !== undefined) return claimsFile;
  const usual = join(dataDir, 'claims.jsonl');
  return existsSync(usual) ? usual : undefined;
};

/** The known claims of an installation, with a digest of their file; undefined without a file. @throws ConfigError naming file and lines */
export const readKnownClaims = (
  config: ClaimsConfig,
): { readonly claims: readonly ReviewedClaim[]; readonly version: string } | undefined => {
  const file = claimsFileOf(config);
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      file,
      `cannot be read (${errorCode(error)})`,
      'Put the file there, or take TIDEGATE_CLAIMS away.',
    );
  }
  const { claims, faults } = readClaims(text);
  if (faults.length > 0) {
    const told = faults.slice(0, mostFaultsTold).map(({ line, message }) => `line ${line}, ${message}`);
    const more = faults.length > told.length ? `; and ${faults.length - told.length} more` : '';
    throw new ConfigError(
      file,
      `is not usable: ${told.join('; ')}${more}`,
      'docs/guides/misinformation.md shows how it is written.',
    );
  }
  return { claims, version: createHash('sha256').update(text).digest('hex').slice(0, 12) };
};

/** Gives the detectors the known claims of the configuration for company. @throws ConfigError */
export const withClaims = (models: SharedDetectors, config: ClaimsConfig): SharedDetectors => {
  const known = readKnownClaims(config);
  if (known === undefined || known.claims.length === 0) return models;
  return { ...models, detectors: [...models.detectors, createClaimsDetector(known.claims, known.version)] };
};
