/**
 * The errors of the database folder. Each says what is wrong, where, and what to do about it; `retryable` tells a caller
 * whether the same call can succeed later, and `httpStatus` what an HTTP answer would be.
 */

/** PostgreSQL could not be started, reached or kept: nothing was written that was not acknowledged before. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  readonly code = 'database_unavailable';
  readonly retryable = true;
  readonly httpStatus = 503;
  /** What the operator can do. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.remedy = remedy;
  }
}

/** The connection broke while a transaction was being committed: it may be on disk, or may not. */
export class CommitUnconfirmed extends Error {
  override readonly name = 'CommitUnconfirmed';
  readonly code = 'commit_unconfirmed';
  /** Only for whoever can tell whether the first attempt is there. */
  readonly retryable = false;
  readonly httpStatus = 503;

  constructor(options?: ErrorOptions) {
    super(
      'The connection to the database broke during a commit. Look whether the change is there before you repeat it.',
      options,
    );
  }
}

/** The migrations cannot be applied as they are: altered, missing, out of order, or failing in the database. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code = 'migration_failed';
  readonly retryable = false;
  readonly httpStatus = 500;
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.remedy = remedy;
  }
}

/** A backup file cannot be read, or cannot be restored where it was asked to be. The target is as it was before. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code = 'backup_failed';
  readonly retryable = false;
  readonly httpStatus = 409;
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.remedy = remedy;
  }
}

/** The SQLSTATE of a PostgreSQL error, or the code of a system error such as ECONNREFUSED; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True when `error` is a violation (SQLSTATE 23505) of a unique constraint or index, of the named one where given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return errorCode(error) === '23505' && (constraint === undefined || constraintOf(error) === constraint);
}

/** True when `error` is a violation (SQLSTATE 23503) of a foreign key, of the named one where given. */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return errorCode(error) === '23503' && (constraint === undefined || constraintOf(error) === constraint);
}

function constraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}

const LOST_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now: starting up or shutting down
  '53300', // too many connections
]);

/** True when `error` means that the connection, not the statement, failed. Class 08 is "connection exception". */
export function isConnectionFailure(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) return LOST_CONNECTION.has(code) || /^08...$/.test(code);
  // pg reports these without a code.
  return /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed))/.test(
    errorMessage(error),
  );
}

/** `error` as it is, or as `DatabaseUnavailable` where the connection failed. */
export function asDatabaseError(error: unknown): unknown {
  if (!isConnectionFailure(error)) return error;
  return new DatabaseUnavailable(
    `The database cannot be reached (${errorCode(error) ?? errorMessage(error)}).`,
    'Check that it runs and takes connections; for the embedded one, see postgres/server.log in the data folder.',
    { cause: error },
  );
}
