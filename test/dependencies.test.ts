import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = join(import.meta.dirname, '../scripts/check-dependencies.mjs');
const integrity = 'sha512-AA==';
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tidegate-dependencies-'));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

interface Locked {
  version?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
}

/** Checks a project with one package, `swan` 1.0.0, as it is locked and as it is installed. */
function check(locked: Locked, installed: object | undefined, notice = '') {
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  };
  const packages = { '': { name: 'tiny' }, 'node_modules/swan': { version: '1.0.0', ...locked } };
  write('package-lock.json', JSON.stringify({ packages }));
  write('NOTICE', notice);
  if (installed !== undefined) write('node_modules/swan/package.json', JSON.stringify(installed));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, project], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test.for(['MIT', '(MIT OR GPL-3.0-only)', '(MIT AND Zlib)'])('K5: a package under %s is fine', (license) => {
  const { status, stdout, stderr } = check({ integrity }, { version: '1.0.0', license });
  expect(stderr).toBe('');
  expect(stdout).toBe('1 packages, 0 problems\n');
  expect(status).toBe(0);
});

test.for(['GPL-3.0-only', '(MIT AND GPL-3.0-only)', 'SEE LICENSE IN README.md', undefined])(
  'K5: a package under %s is refused',
  (license) => {
    const { status, stderr } = check({ integrity }, { version: '1.0.0', license });
    expect(stderr).toMatch(/^swan /);
    expect(status).toBe(1);
  },
);

test('K5: a licence that asks for attribution needs a line in NOTICE', () => {
  const font = { version: '1.0.0', license: 'OFL-1.1' };
  expect(check({ integrity }, font).stderr).toContain('NOTICE does not name it');
  expect(check({ integrity }, font, 'Set in Swan (swan, copyright its authors).').status).toBe(0);
});

test('K5: a package without a checksum, of another version or not installed is named', () => {
  const found = { version: '1.0.0', license: 'MIT' };
  expect(check({}, found).stderr).toContain('no checksum');
  expect(check({ integrity, version: '1.1.0' }, found).stderr).toContain('installed as 1.0.0');
});

test('K5: a package that is not installed is named, unless it is for another platform', () => {
  expect(check({ integrity }, undefined).stderr).toContain('not installed');
  expect(check({ optional: true }, undefined).status).toBe(0);
  expect(check({ optional: true, license: 'GPL-3.0-only' }, undefined).status).toBe(1);
});

test('K5: packages for development only may be under any licence', () => {
  expect(check({ integrity, dev: true }, { version: '1.0.0', license: 'GPL-3.0-only' }).status).toBe(0);
});
