import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..');
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tidegate-imports-'));
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(repository, file), join(project, file));
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(files: Record<string, string>) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  }
}

function check(folder: string) {
  return spawnSync(process.execPath, [join(repository, 'scripts/import-rules/check.mjs'), folder], {
    encoding: 'utf8',
  });
}

/** A small product that keeps the rules: one file in each place, with the imports that each may have. */
const lawful = {
  'src/contracts/item.ts': 'export interface Item { id: string }',
  'src/platform/clock.ts': "import type { Item } from '#contracts/item.ts';\nexport const now = (_: Item) => 0;",
  'src/engine/ports/detector.ts':
    "import type { Item } from '#contracts/item.ts';\nexport type Detector = (item: Item) => number;",
  'src/engine/text/fold.ts': 'export const fold = (text: string) => text;',
  'src/engine/fuse.ts': "import { fold } from './text/fold.ts';\nexport const fuse = fold;",
  'src/detectors/layer1/terms.ts':
    "import { fold } from '#engine/text/fold.ts';\nimport type { Detector } from '#engine/ports/detector.ts';\nexport const terms: Detector = () => fold('a').length;",
  'src/connectors/hook.ts': "import { now } from '#platform/clock.ts';\nexport const hook = now;",
  'src/features/items/items.ts': "import { fuse } from '#engine/fuse.ts';\nexport const items = fuse;",
  'src/features/items/index.ts': "export { items } from './items.ts';",
  'src/features/review/index.ts': "import { items } from '#features/items/index.ts';\nexport const review = items;",
  'src/apps/compose.ts':
    "import { hook } from '#connectors/hook.ts';\nimport { terms } from '#detectors/layer1/terms.ts';\nimport { review } from '#features/review/index.ts';\nexport const app = { hook, terms, review };",
  'console/src/main.tsx':
    "import type { Item } from '#contracts/item.ts';\nexport const Main = (item: Item) => <b>{item.id}</b>;",
};

test('imports that point down are fine', () => {
  write(lawful);
  const { status, stdout, stderr } = check(project);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^12 modules, 1[0-9] imports, 0 violations$/m);
  expect(status).toBe(0);
});

test.for([
  ['contracts-import-nothing', 'src/contracts/item.ts', "export { now } from '#platform/clock.ts';"],
  ['contracts-run-in-a-browser', 'src/contracts/item.ts', "export { readFileSync } from 'node:fs';"],
  ['platform-knows-no-moderation', 'src/platform/clock.ts', "export { fuse } from '#engine/fuse.ts';"],
  ['engine-is-pure', 'src/engine/fuse.ts', "export { now } from '#platform/clock.ts';"],
  ['engine-touches-nothing', 'src/engine/fuse.ts', "export { readFileSync } from 'node:fs';"],
  ['detectors-see-ports', 'src/detectors/layer1/terms.ts', "export { fuse } from '#engine/fuse.ts';"],
  ['connectors-see-ports', 'src/connectors/hook.ts', "export { terms } from '#detectors/layer1/terms.ts';"],
  ['features-see-no-detectors', 'src/features/items/items.ts', "export { terms } from '#detectors/layer1/terms.ts';"],
  ['features-by-the-front-door', 'src/features/review/index.ts', "export { items } from '#features/items/items.ts';"],
  ['apps-by-the-front-door', 'src/apps/compose.ts', "export { items } from '#features/items/items.ts';"],
  ['wiring-in-one-place', 'src/apps/other.ts', "export { terms } from '#detectors/layer1/terms.ts';"],
  ['nobody-imports-apps', 'src/features/items/items.ts', "export { app } from '#apps/compose.ts';"],
  ['console-sees-contracts', 'console/src/main.tsx', "export { now } from '../../src/platform/clock.ts';"],
  ['product-needs-no-development-packages', 'src/engine/fuse.ts', "export { assert } from 'fast-check';"],
  ['found', 'src/engine/fuse.ts', "export { nothing } from './nothing.ts';"],
] as const)('a planted violation of %s is caught', ([rule, path, content]) => {
  write({ ...lawful, [path]: content });
  const { status, stderr } = check(project);
  expect(stderr).toContain(`${rule}: ${path} -> `);
  expect(status).toBe(1);
});

test('a cycle of nothing but types is caught', () => {
  write({
    ...lawful,
    'src/engine/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;",
    'src/engine/b.ts': "import type { A } from './a.ts';\nexport type B = A | 2;",
  });
  expect(check(project).stderr).toMatch(/^no-cycles: src\/engine\/[ab]\.ts -> /m);
});

test('a check that sees less than there is fails', () => {
  write(lawful);
  // What happens under a TypeScript that dependency-cruiser does not know: it sees no module, and so no violation.
  const blind = join(project, 'scripts/import-rules');
  mkdirSync(blind, { recursive: true });
  const source = readFileSync(join(repository, 'scripts/import-rules/check.mjs'), 'utf8');
  writeFileSync(
    join(blind, 'check.mjs'),
    source.replace(/^registerHooks\(/m, 'void (').replace(/^const substitutes[^;]*;$/m, ''),
  );
  cpSync(join(repository, '.dependency-cruiser.cjs'), join(project, '.dependency-cruiser.cjs'));
  const { status, stderr } = spawnSync(process.execPath, [join(blind, 'check.mjs'), project], { encoding: 'utf8' });
  expect(stderr).toMatch(/12 files were not looked at/);
  expect(status).toBe(1);
});
