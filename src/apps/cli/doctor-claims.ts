import { type Config, ConfigError } from '#platform/config.ts';
import { readKnownClaims } from '../compose-claims.ts';
import { broken, type DoctorFinding, ok } from './doctor-check.ts';

/** The file of known claims as the next start reads it. */
export const checkClaims = (config: Config): DoctorFinding => {
  const check = 'Known claims';
  try {
    const known = readKnownClaims(config);
    return ok(check, known === undefined ? 'none' : `${known.claims.length}`);
  } catch (error) {
    if (error instanceof ConfigError)
      return broken(check, error.message.slice(0, -error.remedy.length).trim(), error.remedy);
    throw error;
  }
};
