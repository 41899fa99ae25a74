import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

// The launcher itself, in a project that has one package and a program of a few lines.
vi.setConfig({ testTimeout: 120_000 });
const patience = { timeout: 60_000 };
const repository = join(import.meta.dirname, '..');

const program = `
  if (process.argv.includes('serve')) {
    setInterval(() => {}, 1000);
    process.on('SIGTERM', () => { console.log('"SIGTERM"'); process.exit(42); });
    process.on('SIGINT', () => { console.log('"SIGINT"'); process.exit(43); });
  }
  console.log(JSON.stringify({ args: process.argv.slice(2), pid: process.pid, path: process.env.PATH!.split(':')[0] }));
  if (process.argv.includes('fail')) process.exit(41);
  if (process.argv.includes('crash')) process.kill(process.pid, 'SIGKILL');
`;

let project: string;
const running: ChildProcessWithoutNullStreams[] = [];

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tidegate-launch-'));
  for (const part of ['scripts/launch.mjs', 'scripts/tidegate.mjs', 'scripts/launch']) {
    cpSync(join(repository, part), join(project, part), { recursive: true });
  }
  write('src/apps/cli/main.ts', program);
  write('mini/package.json', JSON.stringify({ name: 'mini', version: '1.0.0' }));
  const root = { name: 'tiny', version: '1.0.0', dependencies: { mini: 'file:mini' } };
  write(
    'package.json',
    JSON.stringify({ ...root, type: 'module', scripts: { start: 'exec node scripts/launch.mjs start' } }),
  );
  const packages = { '': root, mini: { version: '1.0.0' }, 'node_modules/mini': { resolved: 'mini', link: true } };
  write('package-lock.json', JSON.stringify({ ...root, lockfileVersion: 3, requires: true, packages }));
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  rmSync(project, { recursive: true, force: true });
});

function write(path: string, content: string) {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

function launch(...args: string[]) {
  return spawnSync(process.execPath, [join(project, 'scripts/launch.mjs'), ...args], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
}

/** A launcher that goes on running, and what its program printed. */
function serve(command: string, args: string[]) {
  const child = spawn(command, args, { cwd: project });
  running.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const lines = () =>
    output
      .split('\n')
      .filter((line) => line.startsWith('{') || line.startsWith('"'))
      .map((line) => JSON.parse(line));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  return { child, lines, ended };
}

test('it installs once, hands over the arguments and keeps the exit code', () => {
  const first = launch('tidegate', 'one', '--two', 'fail');
  expect(first.stderr).toContain('Installing dependencies, once');
  expect(JSON.parse(first.stdout)).toMatchObject({ args: ['one', '--two', 'fail'], path: dirname(process.execPath) });
  expect(first.status).toBe(41);
  expect(existsSync(join(project, 'node_modules/mini/package.json'))).toBe(true);

  const second = launch('start');
  expect(second.stderr).toBe('');
  expect(JSON.parse(second.stdout).args).toEqual(['start']);
  expect(second.status).toBe(0);

  const bin = spawnSync(process.execPath, [join(project, 'scripts/tidegate.mjs'), 'audit', 'fail'], {
    encoding: 'utf8',
  });
  expect(JSON.parse(bin.stdout).args).toEqual(['audit', 'fail']);
  expect(bin.status).toBe(41);
});

test('it installs again when the lock file changed, and not when node_modules is what it names', () => {
  launch('tidegate');
  rmSync(join(project, 'node_modules/.tidegate-installed'));
  expect(launch('tidegate').stderr).toBe('');

  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  lock.packages.mini.version = '1.1.0';
  write('package-lock.json', JSON.stringify(lock));
  write('mini/package.json', JSON.stringify({ name: 'mini', version: '1.1.0' }));
  expect(launch('tidegate').stderr).toContain('Installing dependencies, once');
  expect(launch('tidegate').stderr).toBe('');
});

test('two that start at once install once', async () => {
  const [first, second] = [
    serve(process.execPath, ['scripts/launch.mjs', 'tidegate']),
    serve(process.execPath, ['scripts/launch.mjs', 'tidegate']),
  ];
  let errors = '';
  for (const { child } of [first, second]) {
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
  }
  expect(await Promise.all([first.ended, second.ended])).toEqual(Array(2).fill({ code: 0, signal: null }));
  expect(errors.match(/Installing dependencies/g)).toHaveLength(1);
  expect(readdirSync(join(project, '.cache'))).not.toContain('install.lock');
});

test('the lock of a launcher that was killed counts for nothing', () => {
  const dead = spawnSync(process.execPath, ['--eval', '']).pid;
  write('.cache/install.lock', String(dead));
  expect(launch('tidegate').status).toBe(0);
});

test('what ends the program by a signal ends the launcher by the same', () => {
  expect(launch('tidegate', 'crash').signal).toBe('SIGKILL');
});

test.for([
  ['SIGTERM', 42],
  ['SIGINT', 43],
] as const)('%s is passed on', async ([signal, code]) => {
  const { child, lines, ended } = serve(process.execPath, ['scripts/launch.mjs', 'start', 'serve']);
  await expect.poll(lines, patience).toHaveLength(1);
  child.kill(signal);
  expect(await ended).toEqual({ code, signal: null });
  expect(lines()).toContain(signal);
});

test.for(['the launcher', 'npm'])('kill -9 of %s ends the program too, in order', async (victim) => {
  const { child, lines } =
    victim === 'npm'
      ? serve('npm', ['start', '--', 'serve'])
      : serve(process.execPath, ['scripts/launch.mjs', 'start', 'serve']);
  await expect.poll(lines, patience).toHaveLength(1);
  child.kill('SIGKILL');
  await expect.poll(lines, patience).toContain('SIGTERM');
});

test('a lock file that cannot be installed, and a command that is none, say so in one line', () => {
  const wrong = launch('sart');
  expect(wrong.stderr).toBe('tidegate: "sart" is no command. Use one of start, tidegate, test, bench, eval.\n');
  expect(wrong.status).toBe(1);
  write('package-lock.json', JSON.stringify({ name: 'tiny', version: '1.0.0', lockfileVersion: 3, packages: {} }));
  const failed = launch('tidegate');
  expect(failed.stderr).toMatch(/^tidegate: npm ci failed/m);
  expect(failed.status).toBe(1);
});

test('a fetched package that is not what was pinned is not unpacked', async () => {
  const archive = execFileSync('npm', ['pack', './mini', '--silent'], { cwd: project, encoding: 'utf8' }).trim();
  const file = join(project, archive);
  // A script in plain JavaScript, which has no declarations.
  const script = join(repository, 'scripts/launch/packages.mjs');
  const { unpack } = (await import(script)) as { unpack(file: string, pinned: object, folder: string): void };
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  const folder = join(project, 'unpacked');
  const pinned = { name: 'mini', version: '1.0.0' };
  expect(() => unpack(file, { ...pinned, integrity: integrity.replace(/.{4}==$/, 'AAAA==') }, folder)).toThrow(
    /not what it should be/,
  );
  expect(existsSync(folder)).toBe(false);
  unpack(file, { ...pinned, integrity }, folder);
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name).toBe('mini');
});

test('the console is built when what it is made of changed, and only then', () => {
  launch('tidegate');
  symlinkSync(join(repository, 'node_modules/vite'), join(project, 'node_modules/vite'));
  write('console/index.html', '<script type="module" src="/src/main.ts"></script>');
  write('console/src/main.ts', 'document.title = "first";');
  expect(launch('start').stderr).toContain('Building the console');
  expect(launch('start').stderr).toBe('');
  write('console/src/main.ts', 'document.title = "second";');
  expect(launch('start').stderr).toContain('Building the console');
  const [built] = readdirSync(join(project, 'console/dist/assets'));
  expect(readFileSync(join(project, 'console/dist/assets', built!), 'utf8')).toContain('second');
  write('src/contracts/item.ts', 'export {}');
  expect(launch('start').stderr).toContain('Building the console');
  rmSync(join(project, 'console/dist'), { recursive: true });
  expect(launch('start').stderr).toContain('Building the console');
  expect(launch('start').stderr).toBe('');

  write('console/src/main.ts', 'this is no program');
  const broken = launch('start');
  expect(broken.stderr).toMatch(/^tidegate: The console could not be built/m);
  expect(broken).toMatchObject({ status: 1, stdout: '' });
});
