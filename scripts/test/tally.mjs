import { readFileSync } from 'node:fs';

/** Counts what passed and what failed, over checks and the JSON reports of vitest. */
export class Tally {
  passed = 0;
  failed = 0;
  /** @type {string[]} */
  #lines = [];
  #strict;

  /** @param {{ strict: boolean }} options strict: a test that was left out has failed */
  constructor({ strict }) {
    this.#strict = strict;
  }

  /** @param {string} name @param {boolean} passed */
  addCheck(name, passed) {
    this.#add(name, passed ? 1 : 0, passed ? 0 : 1, 0);
  }

  /**
   * Adds a report of vitest. One that is missing, and a run that failed although no test did, count as one failure: a file that
   * could not be loaded, an error outside of any test, a crash.
   * @param {string} name
   * @param {string} file
   * @param {number | null} status the exit status of vitest
   */
  addReport(name, file, status) {
    const report = read(file);
    if (report === undefined) {
      this.#add(name, 0, 1, 0);
      return;
    }
    const leftOut = report.numPendingTests + report.numTodoTests;
    const unloaded = report.testResults.filter(
      (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
    ).length;
    let failed = report.numFailedTests + unloaded + (this.#strict ? leftOut : 0);
    if (failed === 0 && status !== 0) failed = 1;
    this.#add(name, report.numPassedTests, failed, leftOut);
  }

  /** One line per step. */
  summary() {
    return this.#lines.join('\n');
  }

  #add(name, passed, failed, leftOut) {
    this.passed += passed;
    this.failed += failed;
    const word = failed === 0 ? 'ok    ' : 'FAILED';
    this.#lines.push(
      `${word} ${name}: ${passed} passed, ${failed} failed${leftOut === 0 ? '' : `, ${leftOut} left out`}`,
    );
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
