import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

interface TallyLike {
  passed: number;
  failed: number;
  addCheck(name: string, passed: boolean): void;
  addReport(name: string, file: string, status: number | null): void;
  summary(): string;
}

// A script in plain JavaScript, which has no declarations.
const script = '../scripts/test/tally.mjs';
const { Tally } = (await import(script)) as { Tally: new (options: { strict: boolean }) => TallyLike };

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-tally-'));
  file = join(folder, 'report.json');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(counts: { passed: number; failed?: number; pending?: number; suites?: object[] }) {
  writeFileSync(
    file,
    JSON.stringify({
      numPassedTests: counts.passed,
      numFailedTests: counts.failed ?? 0,
      numPendingTests: counts.pending ?? 0,
      numTodoTests: 0,
      testResults: counts.suites ?? [],
    }),
  );
}

test('checks and tests are counted together', () => {
  const tally = new Tally({ strict: false });
  report({ passed: 5, failed: 2, pending: 1 });
  tally.addCheck('types', true);
  tally.addCheck('lint', false);
  tally.addReport('tests', file, 1);
  expect(tally).toMatchObject({ passed: 6, failed: 3 });
  expect(tally.summary()).toContain('FAILED tests: 5 passed, 2 failed, 1 left out');
});

test('a test that was left out has failed where nothing may be', () => {
  const tally = new Tally({ strict: true });
  report({ passed: 5, pending: 2 });
  tally.addReport('tests', file, 0);
  expect(tally).toMatchObject({ passed: 5, failed: 2 });
});

test('a file that could not be loaded, a run that failed otherwise and a missing report have failed', () => {
  const tally = new Tally({ strict: false });
  report({ passed: 3, suites: [{ status: 'failed', assertionResults: [] }] });
  tally.addReport('unloaded', file, 1);
  expect(tally).toMatchObject({ passed: 3, failed: 1 });
  report({ passed: 3 });
  tally.addReport('crashed after the tests', file, 1);
  expect(tally).toMatchObject({ passed: 6, failed: 2 });
  tally.addReport('never reported', join(folder, 'nothing.json'), null);
  expect(tally).toMatchObject({ passed: 6, failed: 3 });
});
