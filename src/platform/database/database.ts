import pg from 'pg';
import { columnTypes } from './column-types.ts';
import { asDatabaseError, CommitUnconfirmed, errorCode, isConnectionFailure } from './database-errors.ts';
import { Listener, type NotificationHandler } from './listener.ts';

/** Something that takes SQL: the database itself, or one transaction. */
export interface Queryable {
  /**
   * Runs one statement with parameters $1, $2 ... and returns its rows (empty for a statement without any).
   * A jsonb parameter must be a JSON string (an array would be sent as a PostgreSQL array). Columns come back as
   * `column-types.ts` says.
   *
   * @throws DatabaseUnavailable when the connection failed; errors of the statement as pg's DatabaseError.
   */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The same for hot paths: parsed and planned once a connection under `name`, which must always stand for the same text. */
  prepared<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * One open transaction. Not to be used after its `work` has returned. Statements run in the order in which they are issued; those that do
 * not need each other's answers may be issued together (`Promise.all`) and then share a round trip. After a failed one, the rest fail too.
 */
export interface Transaction extends Queryable {}

export type IsolationLevel = 'read committed' | 'repeatable read' | 'serializable';

export interface TransactionOptions {
  /** "read committed" unless said otherwise. */
  isolation?: IsolationLevel;
  readOnly?: boolean;
}

export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction: committed when it returns, rolled back when it throws (the error is thrown on).
   * When this comes back, the transaction is on disk.
   *
   * @throws CommitUnconfirmed when the connection broke during the commit: then nobody knows yet
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Calls `handler` with the payload of every NOTIFY on `channel`, and with '' after a lost connection is back (something may
   * have been missed). Returns what ends it. Notifications are hints: whoever needs certainty reads the tables.
   */
  listen(channel: string, handler: NotificationHandler): Promise<() => Promise<void>>;
  /** Waits for what is running, then closes every connection. */
  close(): Promise<void>;
  /** The pool below, for libraries that need one. */
  pool: pg.Pool;
}

export interface DatabaseOptions {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** The most connections at a time; further callers wait. */
  maxConnections: number;
  /** The server ends a statement that runs longer. No limit unless given. */
  statementTimeoutMs?: number;
  /** How long a caller waits for a free connection before DatabaseUnavailable. 10 s unless given. */
  connectionTimeoutMs?: number;
}

/** Opens a pool of connections. None is made before the first query. */
export function openDatabase(options: DatabaseOptions): Database {
  const connection: pg.ClientConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    types: columnTypes,
    // A forgotten transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 120_000,
    // Statements that are issued together travel together: a decision's dozen of them takes four turns instead of twelve.
    pipeline: true,
    ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
  };
  const pool = new pg.Pool({
    ...connection,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 10_000,
    idleTimeoutMillis: 60_000,
  });
  // An idle connection that breaks leaves the pool; the next query makes a new one and reports what is wrong.
  pool.on('error', () => {});
  // The same while a library holds one; the statement under way fails with the reason.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PooledDatabase(pool, new Listener(connection));
}

class PooledDatabase implements Database {
  readonly pool: pg.Pool;
  readonly #listener: Listener;
  #closed: Promise<void> | undefined;

  constructor(pool: pg.Pool, listener: Listener) {
    this.pool = pool;
    this.#listener = listener;
  }

  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return run<Row>(this.pool, { text }, values);
  }

  prepared<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]> {
    return run<Row>(this.pool, { name, text }, values);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw asDatabaseError(error);
    });
    // Without a listener, a connection that breaks between two statements would end the process.
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    let firstFailure: unknown;
    const reportFailure = (error: unknown) => {
      firstFailure ??= error;
    };
    try {
      const begun = client.query(beginStatement(options));
      // Not waited for by itself: it travels with the first statement. Where it fails, so does all that follows.
      begun.catch(() => {});
      const result = await work(clientTransaction(client, reportFailure));
      await begun;
      const { command } = await client.query('COMMIT').catch((error: unknown) => {
        throw isConnectionFailure(error) ? new CommitUnconfirmed({ cause: error }) : error;
      });
      // PostgreSQL answers COMMIT of a failed transaction without an error, by rolling it back.
      if (command !== 'COMMIT') throw firstFailure ?? new Error('the transaction was rolled back instead of committed');
      return result;
    } catch (thrown) {
      // Of statements issued together, one that merely came after the failed one may be the first to be heard of.
      const error = errorCode(thrown) === inFailedTransaction ? (firstFailure ?? thrown) : thrown;
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw asDatabaseError(error);
    } finally {
      client.off('error', onError);
      // A broken connection is thrown away rather than given to the next caller.
      client.release(broken);
    }
  }

  listen(channel: string, handler: NotificationHandler): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, handler);
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#listener.close(), this.pool.end()]).then(() => {});
    return this.#closed;
  }
}

/** SQLSTATE of a statement that was ignored because one before it had failed. */
const inFailedTransaction = '25P02';

function clientTransaction(client: pg.PoolClient, reportFailure: (error: unknown) => void): Transaction {
  return {
    query: <Row>(text: string, values?: readonly unknown[]) => run<Row>(client, { text }, values, reportFailure),
    prepared: <Row>(name: string, text: string, values?: readonly unknown[]) =>
      run<Row>(client, { name, text }, values, reportFailure),
  };
}

async function run<Row>(
  on: pg.Pool | pg.PoolClient,
  statement: { name?: string; text: string },
  values: readonly unknown[] = [],
  reportFailure?: (error: unknown) => void,
): Promise<Row[]> {
  try {
    const result = await on.query({ ...statement, values: [...values] });
    return result.rows as Row[];
  } catch (error) {
    reportFailure?.(error);
    throw asDatabaseError(error);
  }
}

function beginStatement({ isolation, readOnly }: TransactionOptions): string {
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  return `BEGIN${level}${readOnly === true ? ' READ ONLY' : ''}`;
}
