import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installByApt } from './apt.mjs';

const installations = '/usr/lib/postgresql';

/**
 * A PostgreSQL as a server of one's own, which the tests try migrations on: 15 or newer, where Debian puts it. Without one these tests
 * are left out, which a continuous integration may not do: there it is installed.
 * @returns {string} what is missing; '' when all is there
 */
export function providePostgres() {
  if (isInstalled() || process.env.CI !== 'true') return '';
  const failure = installByApt('postgresql');
  return isInstalled()
    ? ''
    : `The tests need a PostgreSQL 15 or newer in ${installations}, and there is none. ${failure}`;
}

function isInstalled() {
  if (!existsSync(installations)) return false;
  return readdirSync(installations).some(
    (version) => Number(version) >= 15 && existsSync(join(installations, version, 'bin/postgres')),
  );
}
