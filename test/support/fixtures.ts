import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The folder of labelled text and media outside of the repository, which TIDEGATE_FIXTURES names. Undefined in a bare clone,
 * where tests that need it are left out (`test.skipIf(fixturesFolder() === undefined)`).
 *
 * @throws Error when the variable is set but the folder is not there, or when CI is set and the variable is not: a
 * continuous integration must not leave tests out without anybody noticing.
 */
export function fixturesFolder(): string | undefined {
  const configured = process.env.TIDEGATE_FIXTURES;
  if (configured === undefined || configured === '') {
    if (process.env.CI === 'true')
      throw new Error('CI is set, but TIDEGATE_FIXTURES is not: set it to the folder with the fixtures.');
    return undefined;
  }
  const folder = resolve(configured);
  if (!existsSync(folder)) throw new Error(`TIDEGATE_FIXTURES names ${folder}, which does not exist.`);
  return folder;
}
