import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { Secret } from './config-secret.ts';
import { type ConfigVariableName, configVariables, logLevels, testVariables } from './config-variables.ts';
import { AllowedHostError, readAllowedHosts } from './net/allowed-hosts.ts';

export { Secret } from './config-secret.ts';

export type LogLevel = (typeof logLevels)[number];

/** All that is configured from outside. Read once, at the start, and handed down. */
export interface Config {
  /** The project's own folder: migrations, policies and models lie below it. Absolute. */
  projectDir: string;
  /** Absolute. May not exist yet. */
  dataDir: string;
  /** Undefined: the embedded database. */
  databaseUrl: Secret | undefined;
  /** 0: any free port. */
  port: number;
  host: string;
  /** For the first bootstrap only. */
  apiKey: Secret | undefined;
  /** For the first bootstrap only. */
  adminPassword: Secret | undefined;
  /** 32 bytes. Undefined: `provideSecretKey` takes the one in the data folder. */
  secretKey: Secret<Buffer> | undefined;
  logLevel: LogLevel;
  /** Absolute. May not exist yet. */
  mediaDir: string;
  /** The largest media file, bytes. */
  mediaMaximumBytes: number;
  /** What `createGuardedFetch` may reach although it is private; checked. */
  allowedPrivateHosts: readonly string[];
  /** Absolute. Undefined: `scorers.yaml` in the data folder, where there is one. */
  scorersFile: string | undefined;
  /** Absolute. Undefined: `claims.jsonl` in the data folder, where there is one. */
  claimsFile: string | undefined;
  /** An environment variable that a configuration file names; undefined where it is not set. */
  namedSecret: (variable: string) => Secret | undefined;
  /** Names like ours that we do not know, most likely misspelt. Worth a warning. */
  unknownVariables: string[];
}

/** A value from the environment is wrong. Nothing has been started. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'wrong_configuration';
  readonly retryable = false;
  readonly variable: string;
  readonly remedy: string;

  constructor(variable: string, problem: string, remedy: string) {
    super(`${variable} ${problem}. ${remedy}`);
    this.variable = variable;
    this.remedy = remedy;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration from environment variables; `config-variables.ts` documents each. Set but empty counts as not set.
 *
 * @throws ConfigError naming the variable, what is wrong (never a secret's value) and what would be right.
 */
export function readConfig(environment: Environment): Config {
  const value = (name: ConfigVariableName) => {
    const text = environment[name]?.trim();
    return text === '' ? undefined : text;
  };
  const projectDir = resolve(import.meta.dirname, '../..');
  const folder = (name: 'TIDEGATE_DATA_DIR' | 'TIDEGATE_MEDIA_DIR') => readPath(value(name), name);
  const dataDir = folder('TIDEGATE_DATA_DIR') ?? join(projectDir, '.tidegate');
  return {
    projectDir,
    dataDir,
    databaseUrl: readDatabaseUrl(value('TIDEGATE_DATABASE_URL')),
    port: readPort(value('PORT')) ?? 8420,
    host: readHost(value('HOST')) ?? '127.0.0.1',
    apiKey: readApiKey(value('TIDEGATE_API_KEY')),
    adminPassword: readPassword(environment.TIDEGATE_ADMIN_PASSWORD),
    secretKey: readSecretKey(value('TIDEGATE_SECRET_KEY'), 'TIDEGATE_SECRET_KEY'),
    logLevel: readLogLevel(value('TIDEGATE_LOG_LEVEL')) ?? 'info',
    mediaDir: folder('TIDEGATE_MEDIA_DIR') ?? join(dataDir, 'media'),
    mediaMaximumBytes: readMediaMaximum(value('TIDEGATE_MEDIA_MAX_BYTES')) ?? 25 * 1024 * 1024,
    allowedPrivateHosts: readPrivateHosts(value('TIDEGATE_ALLOWED_PRIVATE_HOSTS')) ?? [],
    scorersFile: readPath(value('TIDEGATE_SCORERS'), 'TIDEGATE_SCORERS'),
    claimsFile: readPath(value('TIDEGATE_CLAIMS'), 'TIDEGATE_CLAIMS'),
    namedSecret: (variable) => {
      const text = environment[variable]?.trim();
      return text === undefined || text === '' ? undefined : new Secret(text);
    },
    unknownVariables: unknownVariables(environment),
  };
}

/** 32 bytes from base64, as they stand in TIDEGATE_SECRET_KEY and in the file; `where` names the place for the error. */
export function readSecretKey(text: string | undefined, where: string): Secret<Buffer> | undefined {
  if (text === undefined) return undefined;
  const key = Buffer.from(text, 'base64');
  // Buffer.from passes over what is no base64, so the length alone would accept nonsense.
  if (key.length !== 32 || !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) {
    throw new ConfigError(where, 'is not 32 bytes in base64', 'Make one with: openssl rand -base64 32');
  }
  return new Secret(key);
}

function readPath(text: string | undefined, variable: ConfigVariableName): string | undefined {
  if (text === undefined) return undefined;
  if (text.includes('\0')) throw new ConfigError(variable, 'has a zero byte', 'Give a path.');
  if (text === '~' || text.startsWith('~/')) return join(homedir(), text.slice(2));
  return isAbsolute(text) ? text : resolve(text);
}

function readDatabaseUrl(text: string | undefined): Secret | undefined {
  if (text === undefined) return undefined;
  const remedy = 'It looks like postgresql://user:password@host:5432/database';
  if (!URL.canParse(text)) throw new ConfigError('TIDEGATE_DATABASE_URL', 'is not a URL', remedy);
  const { protocol, pathname } = new URL(text);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new ConfigError('TIDEGATE_DATABASE_URL', `begins with "${protocol}"`, remedy);
  }
  if (pathname.length < 2) throw new ConfigError('TIDEGATE_DATABASE_URL', 'names no database', remedy);
  return new Secret(text);
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new ConfigError('PORT', `is ${JSON.stringify(text)}`, 'Give a number from 0 to 65535.');
  }
  return port;
}

function readHost(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^[\w.:%-]+$/.test(text)) {
    throw new ConfigError(
      'HOST',
      `is ${JSON.stringify(text)}`,
      'Give an IP address or a host name, such as 127.0.0.1 or 0.0.0.0.',
    );
  }
  return text;
}

function readApiKey(text: string | undefined): Secret | undefined {
  if (text === undefined) return undefined;
  if (!/^[\x21-\x7e]{8,200}$/.test(text)) {
    throw new ConfigError(
      'TIDEGATE_API_KEY',
      'is not usable as a key',
      'Give 8 to 200 ASCII characters without spaces.',
    );
  }
  return new Secret(text);
}

/** A password is taken as it is: a space at its end belongs to it. */
function readPassword(text: string | undefined): Secret | undefined {
  if (text === undefined || text === '') return undefined;
  if (text.length < 8 || text.length > 200) {
    throw new ConfigError('TIDEGATE_ADMIN_PASSWORD', `has ${text.length} characters`, 'Give 8 to 200.');
  }
  return new Secret(text);
}

function readLogLevel(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const level = logLevels.find((known) => known === text.toLowerCase());
  if (level === undefined) {
    throw new ConfigError('TIDEGATE_LOG_LEVEL', `is ${JSON.stringify(text)}`, `Give one of ${logLevels.join(', ')}.`);
  }
  return level;
}

function readMediaMaximum(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = Number(text);
  if (!/^\d{1,9}$/.test(text) || bytes < 1_024 || bytes > 268_435_456) {
    throw new ConfigError(
      'TIDEGATE_MEDIA_MAX_BYTES',
      `is ${JSON.stringify(text)}`,
      'Give a number of bytes from 1024 to 268435456.',
    );
  }
  return bytes;
}

function readPrivateHosts(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const hosts = text
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  try {
    readAllowedHosts(hosts);
  } catch (error) {
    if (!(error instanceof AllowedHostError)) throw error;
    throw new ConfigError('TIDEGATE_ALLOWED_PRIVATE_HOSTS', error.message, error.remedy);
  }
  return hosts;
}

function unknownVariables(environment: Environment): string[] {
  const known = new Set<string>([...configVariables, ...testVariables].map((variable) => variable.name));
  return Object.keys(environment)
    .filter((name) => name.startsWith('TIDEGATE_') && !known.has(name))
    .sort();
}
