import { type Config, ConfigError } from '#platform/config.ts';
import { readConfiguredScorers, scorersFileOf } from '../compose-scorer-settings.ts';
import { broken, type DoctorFinding, ok } from './doctor-check.ts';

/** The file of external scorers as the next start reads it. Nobody is asked anything. */
export const checkScorers = (config: Config): DoctorFinding => {
  const check = 'External scorers';
  try {
    const scorers = readConfiguredScorers(config);
    if (scorers.length === 0) return ok(check, scorersFileOf(config) === undefined ? 'none' : 'none in the file');
    const told = scorers.map(
      ({ settings: { id, input }, protocol }) => `${id} (every ${input} goes to ${new URL(protocol.url).host})`,
    );
    return ok(check, told.join(', '));
  } catch (error) {
    if (error instanceof ConfigError)
      return broken(check, error.message.slice(0, -error.remedy.length).trim(), error.remedy);
    throw error;
  }
};
