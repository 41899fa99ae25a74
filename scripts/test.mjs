// Everything that has to hold, one step after the other: types, lint, import rules, dependencies and licences, unused code, unit and
// integration tests, browser tests.
// Ends with a line "N passed, N failed" that counts tests and checks. A step that cannot run has failed.
//
//   npm test                     everything
//   npm test -- engine           only the tests whose path contains "engine", and none of the checks
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildConsole } from './launch/console.mjs';
import { projectDir } from './launch/paths.mjs';
import { findChromium } from './test/chromium.mjs';
import { providePostgres } from './test/postgres.mjs';
import { Tally } from './test/tally.mjs';

const filters = process.argv.slice(2);
const reports = join(projectDir, 'test-results');
const tally = new Tally({ strict: process.env.CI === 'true' });

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

if (filters.length === 0) {
  check('types', 'node_modules/typescript/bin/tsc', ['--project', '.']);
  if (existsSync(join(projectDir, 'console/tsconfig.json'))) {
    check('types of the console', 'node_modules/typescript/bin/tsc', ['--project', 'console']);
  }
  check('lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings']);
  check('import rules', 'scripts/import-rules/check.mjs', []);
  check('dependencies and licences', 'scripts/check-dependencies.mjs', []);
  check('unused files, exports and dependencies', 'node_modules/knip/bin/knip.js', []);
}
consoleBuild();
const missing = providePostgres();
if (missing !== '') {
  console.error(missing);
  tally.addCheck('a PostgreSQL to test with', false);
}
tests('unit and integration tests', 'main', {});
browserTests();

console.log(`\n${tally.summary()}`);
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;

/** Runs one check, which counts as one. */
function check(name, script, args) {
  console.log(`\n== ${name}`);
  tally.addCheck(name, run(script, args, {}) === 0);
}

/** Runs the tests of one project of vitest.config.ts, each of which counts. */
function tests(name, project, environment) {
  console.log(`\n== ${name}`);
  const report = join(reports, `${project}.json`);
  const status = run(
    'node_modules/vitest/vitest.mjs',
    [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...passWithout(),
      ...filters,
    ],
    environment,
  );
  tally.addReport(name, report, status);
}

/** The tests that serve the console need it built, as `npm start` would. */
function consoleBuild() {
  try {
    buildConsole(projectDir, process.execPath);
  } catch (error) {
    console.error(error.message);
    tally.addCheck('console build', false);
  }
}

function browserTests() {
  const folder = join(projectDir, 'test/browser');
  const there =
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith('.test.ts'));
  if (!there) return;
  const { path, problem } = findChromium();
  if (path !== undefined) {
    tests('browser tests', 'browser', { TIDEGATE_CHROMIUM: path });
    return;
  }
  console.log('\n== browser tests');
  console.error(problem);
  tally.addCheck('browser tests', false);
}

/** With a filter, one of the two projects may have no test that matches. */
function passWithout() {
  return filters.length === 0 ? [] : ['--passWithNoTests'];
}

/** @returns {number | null} the exit status */
function run(script, args, environment) {
  const child = spawnSync(process.execPath, [join(projectDir, script), ...args], {
    cwd: projectDir,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (child.error !== undefined) console.error(child.error.message);
  return child.status;
}
