import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { configurationDocument } from './config-document.ts';
import { provideSecretKey } from './config-secret-key.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-config-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an empty environment gives the documented defaults', () => {
  const config = readConfig({});
  expect(config).toMatchObject({ port: 8420, host: '127.0.0.1', logLevel: 'info', unknownVariables: [] });
  expect(config).toMatchObject({ mediaMaximumBytes: 26_214_400, allowedPrivateHosts: [] });
  expect(config.dataDir).toBe(join(config.projectDir, '.tidegate'));
  expect(config.mediaDir).toBe(join(config.dataDir, 'media'));
  expect(readFileSync(join(config.projectDir, 'package.json'), 'utf8')).toContain('"name": "tidegate"');
  expect([config.databaseUrl, config.apiKey, config.adminPassword, config.secretKey]).toEqual(Array(4).fill(undefined));
});

test('what is set counts, and set but empty does not', () => {
  const key = Buffer.alloc(32, 7);
  const config = readConfig({
    TIDEGATE_DATA_DIR: '/srv/tidegate',
    TIDEGATE_DATABASE_URL: 'postgresql://me:pw@db.example/tidegate',
    PORT: '0',
    HOST: '::1',
    TIDEGATE_API_KEY: '',
    TIDEGATE_ADMIN_PASSWORD: ' with spaces ',
    TIDEGATE_SECRET_KEY: key.toString('base64'),
    TIDEGATE_LOG_LEVEL: 'DEBUG',
    TIDEGATE_MEDIA_DIR: '/mnt/media',
    TIDEGATE_MEDIA_MAX_BYTES: '4096',
    TIDEGATE_ALLOWED_PRIVATE_HOSTS: ' minio.internal:9000, 10.0.0.0/8,',
    TIDEGATE_SCORERS: '/etc/tidegate/scorers.yaml',
    TIDEGATE_CLAIMS: '/etc/tidegate/claims.jsonl',
    SCORER_KEY: 'hunter2secret',
  });
  expect(config).toMatchObject({
    dataDir: '/srv/tidegate',
    port: 0,
    host: '::1',
    logLevel: 'debug',
    apiKey: undefined,
    mediaDir: '/mnt/media',
    mediaMaximumBytes: 4_096,
    allowedPrivateHosts: ['minio.internal:9000', '10.0.0.0/8'],
    scorersFile: '/etc/tidegate/scorers.yaml',
    claimsFile: '/etc/tidegate/claims.jsonl',
  });
  expect(config.namedSecret('SCORER_KEY')?.reveal()).toBe('hunter2secret');
  expect(config.namedSecret('OTHER_KEY')).toBeUndefined();
  expect(inspect(config, { depth: 9, showHidden: true })).not.toContain('hunter2secret');
  expect(config.databaseUrl?.reveal()).toBe('postgresql://me:pw@db.example/tidegate');
  expect(config.adminPassword?.reveal()).toBe(' with spaces ');
  expect(config.secretKey?.reveal()).toEqual(key);
});

test.for([
  ['PORT', '80a'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '8420.5'],
  ['HOST', 'http://localhost'],
  ['TIDEGATE_LOG_LEVEL', 'loud'],
  ['TIDEGATE_MEDIA_MAX_BYTES', '25M'],
  ['TIDEGATE_MEDIA_MAX_BYTES', '0'],
  ['TIDEGATE_MEDIA_DIR', '/srv/\0'],
  ['TIDEGATE_ALLOWED_PRIVATE_HOSTS', 'minio.internal, http://10.0.0.1'],
  ['TIDEGATE_DATABASE_URL', 'mysql://root:hunter2secret@localhost/x'],
  ['TIDEGATE_DATABASE_URL', 'hunter2secret'],
  ['TIDEGATE_DATABASE_URL', 'postgresql://me:hunter2secret@localhost'],
  ['TIDEGATE_API_KEY', 'hunter2secret key'],
  ['TIDEGATE_API_KEY', 'short'],
  ['TIDEGATE_ADMIN_PASSWORD', 'short'],
  ['TIDEGATE_SECRET_KEY', 'hunter2secret'],
  ['TIDEGATE_SECRET_KEY', `${'hunter2secret '.repeat(4)}`],
] as const)('%s=%s stops the start with its name, and shows no secret', ([name, value]) => {
  let caught: unknown;
  try {
    readConfig({ [name]: value });
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(ConfigError);
  expect(caught).toMatchObject({
    variable: name,
    message: expect.stringContaining(name),
    remedy: expect.stringMatching(/\w{4}/),
  });
  expect(inspect(caught)).not.toContain('hunter2secret');
});

test('a variable that is most likely misspelt is named', () => {
  expect(readConfig({ TIDEGATE_DATADIR: '/x', TIDEGATE_FIXTURES: '/y', PATH: '/bin' }).unknownVariables).toEqual([
    'TIDEGATE_DATADIR',
  ]);
});

test('secrets do not print', () => {
  const config = readConfig({
    TIDEGATE_API_KEY: 'hunter2secret',
    TIDEGATE_DATABASE_URL: 'postgres://me:hunter2secret@localhost/x',
  });
  expect(`${inspect(config, { depth: 9, showHidden: true })}${JSON.stringify(config)}${config.apiKey}`).not.toContain(
    'hunter2secret',
  );
});

test('the secret key is made once, for its owner only, and kept', () => {
  const dataDir = join(folder, 'deep', 'data');
  const first = provideSecretKey({ dataDir, secretKey: undefined }).reveal();
  expect(first).toHaveLength(32);
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o066).toBe(0);
  chmodSync(join(dataDir, 'secret.key'), 0o644);
  expect(provideSecretKey({ dataDir, secretKey: undefined }).reveal()).toEqual(first);
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
});

test('a damaged secret key is never replaced', () => {
  writeFileSync(join(folder, 'secret.key'), 'torn');
  expect(() => provideSecretKey({ dataDir: folder, secretKey: undefined })).toThrow(ConfigError);
  expect(readFileSync(join(folder, 'secret.key'), 'utf8')).toBe('torn');
});

test('the document lists every variable as it is', () => {
  const written = readFileSync(join(readConfig({}).projectDir, 'docs/configuration.md'), 'utf8');
  expect(written, 'run: node src/platform/config-document.ts').toBe(configurationDocument());
});
