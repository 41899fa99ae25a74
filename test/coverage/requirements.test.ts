import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTests, importsOf, type TestSource, testsByRequirement } from './tagged-tests.ts';

/** What this release promises (A1 for text and pictures). Each is exercised from outside: over HTTP, on the command line, or in the browser. */
const promised = [
  ...['A1', 'A2', 'A3', 'A4', 'A5', 'A8'],
  ...['B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8'],
  ...['C1', 'C2', 'C7', 'C8'],
  ...['D1', 'D2', 'D4', 'D5'],
  ...['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7'],
  ...['F1', 'F2', 'F4', 'F5'],
  ...['H1', 'H2', 'H4'],
  'I4',
  'G8',
  ...['K1', 'K2', 'K4'],
];

const root = join(import.meta.dirname, '../..');

/** A file that speaks to the product as somebody outside does: what starts the application, a process, or a browser. */
const isFromOutside = (source: TestSource): boolean =>
  source.path.startsWith('test/browser/') ||
  importsOf(source).some((from) => /\/(application|installation|run-cli)\.ts$/.test(from));

const outsideTests = (): TestSource[] =>
  globSync(['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts', 'src/apps/cli/**/*.test.ts'], { cwd: root })
    .map((path) => ({ path, source: readFileSync(join(root, path), 'utf8') }))
    .filter(isFromOutside);

const untested = (ids: readonly string[], sources: readonly TestSource[]): string[] =>
  [...testsByRequirement(ids, sources.flatMap(findTests))].filter(([, tests]) => tests.length === 0).map(([id]) => id);

describe('the requirements of this release', () => {
  const sources = outsideTests();

  it('are each exercised by a tagged test from outside', () => {
    expect(sources.length).toBeGreaterThan(5);
    expect(untested(promised, sources)).toEqual([]);
  });

  it('would be missed: without its tests, each one is named', () => {
    const found = sources.flatMap(findTests);
    for (const id of promised) {
      const others = found.filter(({ title }) => !new RegExp(`\\b${id}\\b`).test(title));
      const missing = [...testsByRequirement(promised, others)].filter(([, tests]) => tests.length === 0);
      expect(missing.map(([missed]) => missed)).toContain(id);
    }
  });
});

describe('looking for tagged tests', () => {
  const check = (source: string) => untested(['E1', 'E2'], [{ path: 'planted.test.ts', source }]);
  const body = '() => { expect(1).toBe(1); }';

  it.each([
    ['a test', `it('E1: decides', ${body}); test("and E2", ${body});`],
    ['a suite around it', `describe('E1 E2', () => { it('decides', ${body}); });`],
    ['suites within suites', `describe('E1', () => { describe('E2', () => { it('decides', ${body}); }); });`],
    [
      'parameters',
      `it.each([1, 2])('E1 of %s', ${body}); describe.each([1])('E2', () => { it.for([1])('decides', ${body}); });`,
    ],
    [
      'templates and types',
      `it(\`E1 with \${name}\`, async (): Promise<void> => { expect(1 as number).toBe(1); }); it.concurrent('E2', ${body});`,
    ],
    ['a loop', `for (const id of ['a', 'b']) it('E1 and E2 for ' , ${body});`],
    ['a generic helper', `const run = <T,>(value: T) => { it('E1', ${body}); it('E2', ${body}); }; run(1);`],
  ])('sees %s', (_what, source) => {
    expect(check(source)).toEqual([]);
  });

  it.each([
    ['a comment', `// E2\n/* it('E2', ${body}) */ it('E1', ${body});`],
    ['a text beside', `const note = 'E2'; it('E1', ${body});`],
    ['a test that is skipped', `it('E1', ${body}); it.skip('E2', ${body});`],
    ['a suite that is skipped', `it('E1', ${body}); describe.skip('E2', () => { it('decides', ${body}); });`],
    [
      'a test that may be skipped',
      `it('E1', ${body}); it.skipIf(process.env.CI)('E2', ${body}); it.runIf(false)('E2', ${body});`,
    ],
    ['a test to be written', `it('E1', ${body}); it.todo('E2');`],
    ['a test that passes when it fails', `it('E1', ${body}); it.fails('E2', ${body});`],
    ['a suite without tests', `it('E1', ${body}); describe('E2', () => {});`],
    ['a test without a body', `it('E1', ${body}); it('E2', () => {});`],
    ['a test that does nothing', `it('E1', ${body}); it('E2', () => { const one = 1; });`],
    ['a longer id', `it('E1', ${body}); it('E21 and E2.5 and BE2', ${body});`],
  ])('does not take %s for one', (_what, source) => {
    expect(check(source)).toEqual(['E2']);
  });

  it('does not pass over a file that it cannot read', () => {
    expect(() => check('it(')).toThrow('cannot be parsed');
  });
});
