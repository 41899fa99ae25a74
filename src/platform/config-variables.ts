/** What a person has to know about one environment variable. `docs/configuration.md` is written from these. */
export interface ConfigVariable {
  name: string;
  /** What it is for, in a sentence or two. */
  meaning: string;
  /** What a value looks like. */
  shape: string;
  /** What counts when it is not set. */
  otherwise: string;
  /** True for what must never be printed. */
  secret?: boolean;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every variable that the product reads. */
export const configVariables = [
  {
    name: 'TIDEGATE_DATA_DIR',
    meaning: 'Folder for everything that Tidegate keeps on this machine: the embedded database and the secret key.',
    shape: 'a path; `~/` is your home',
    otherwise: '`.tidegate` in the project folder',
  },
  {
    name: 'TIDEGATE_DATABASE_URL',
    meaning:
      'A PostgreSQL 15 or newer of your own instead of the embedded one, as the owner of an empty database. The application itself runs as the role `tidegate_app`, which the first start makes.',
    shape: '`postgresql://user:password@host:5432/database`',
    otherwise: 'the embedded PostgreSQL 18',
    secret: true,
  },
  {
    name: 'PORT',
    meaning: 'Port of the API and the console.',
    shape: '0 to 65535; 0 takes any free one',
    otherwise: '`8420`',
  },
  {
    name: 'HOST',
    meaning: 'Address to listen on. Anything but a loopback address makes Tidegate reachable from other machines.',
    shape: 'an IP address or host name',
    otherwise: '`127.0.0.1`',
  },
  {
    name: 'TIDEGATE_API_KEY',
    meaning: 'The first API key, made at the first start.',
    shape: '8 to 200 characters without spaces',
    otherwise: 'a random one, shown once',
    secret: true,
  },
  {
    name: 'TIDEGATE_ADMIN_PASSWORD',
    meaning: 'Password of the first console account, `admin`, made at the first start.',
    shape: '8 to 200 characters',
    otherwise: 'a one-time sign-in link, shown once',
    secret: true,
  },
  {
    name: 'TIDEGATE_SECRET_KEY',
    meaning:
      'Key for signatures, keyed hashes and encryption. All processes on one database need the same; a backup does not contain it.',
    shape: '32 bytes in base64, such as `openssl rand -base64 32` prints',
    otherwise: '`secret.key` in the data folder, made at the first start, readable by its owner only',
    secret: true,
  },
  {
    name: 'TIDEGATE_LOG_LEVEL',
    meaning: 'How much is logged. No level logs content or personal data.',
    shape: logLevels.map((level) => `\`${level}\``).join(', '),
    otherwise: '`info`',
  },
  {
    name: 'TIDEGATE_MEDIA_DIR',
    meaning:
      'Folder for uploaded and fetched files. Files that you put into `incoming` below it can be named by `objectKey`. All processes on one database need the same.',
    shape: 'a path; `~/` is your home',
    otherwise: '`media` in the data folder',
  },
  {
    name: 'TIDEGATE_MEDIA_MAX_BYTES',
    meaning: 'The largest media file that is taken, however it comes.',
    shape: '1024 to 268435456',
    otherwise: '`26214400` (25 MiB)',
  },
  {
    name: 'TIDEGATE_ALLOWED_PRIVATE_HOSTS',
    meaning:
      'Hosts that media are fetched from, webhooks are sent to and external scorers are asked at although they are not on the public internet. Everything else that is private, local or reserved is refused.',
    shape:
      'separated by commas: host names, `host:port`, IP addresses, ranges such as `10.2.0.0/16`; an IPv6 address with a port as `[fd00::5]:9000`',
    otherwise: 'none',
  },
  {
    name: 'TIDEGATE_SCORERS',
    meaning:
      'YAML file of external scorers: OpenAI moderation and other HTTP services that content is sent to (docs/guides/external-scorers.md).',
    shape: 'a path; `~/` is your home',
    otherwise: '`scorers.yaml` in the data folder, where there is one; else none',
  },
  {
    name: 'TIDEGATE_CLAIMS',
    meaning:
      'JSON lines of claims that fact-checkers have dealt with; posts that repeat them go to people (docs/guides/misinformation.md).',
    shape: 'a path; `~/` is your home',
    otherwise: '`claims.jsonl` in the data folder, where there is one; else none',
  },
] as const satisfies readonly ConfigVariable[];

export type ConfigVariableName = (typeof configVariables)[number]['name'];

/** Read by the tests and the checks only. */
export const testVariables = [
  {
    name: 'TIDEGATE_FIXTURES',
    meaning:
      'Folder with labelled text and media outside of the repository. Tests that need it are left out without it.',
    shape: 'a path',
    otherwise: 'none',
  },
  {
    name: 'TIDEGATE_TEST_DATABASE_URL',
    meaning: 'Server to run the tests on, as a role that may create databases and roles.',
    shape: '`postgresql://user:password@host:5432/postgres`',
    otherwise: 'an embedded PostgreSQL in a temporary folder',
    secret: true,
  },
  {
    name: 'TIDEGATE_CHROMIUM',
    meaning: 'The browser for the browser tests.',
    shape: 'path of a Chromium or Chrome',
    otherwise: 'the first that is installed; on Debian as root it is installed',
  },
] as const satisfies readonly ConfigVariable[];
