import type { Queryable } from '#platform/database/database.ts';

/**
 * When each key and session was last used, written in batches: a write per request would cost more than the request. What a crash
 * loses is the last seconds of a "last used" time.
 */
export class Touches {
  readonly #database: Queryable;
  #keys = new Map<string, number>();
  #sessions = new Map<string, number>();

  constructor(database: Queryable) {
    this.#database = database;
  }

  key(id: string, nowMs: number): void {
    this.#keys.set(id, nowMs);
  }

  session(id: string, nowMs: number): void {
    this.#sessions.set(id, nowMs);
  }

  /** Writes what has come together. */
  async flush(): Promise<void> {
    const keys = this.#keys;
    const sessions = this.#sessions;
    this.#keys = new Map();
    this.#sessions = new Map();
    if (keys.size > 0) await this.#write('api_keys', 'last_used_at', keys);
    if (sessions.size > 0) await this.#write('console_sessions', 'last_seen_at', sessions);
  }

  async #write(table: 'api_keys' | 'console_sessions', column: string, touched: Map<string, number>): Promise<void> {
    // In the order of ids, so that two processes never wait for each other in a circle.
    const entries = [...touched].sort(([one], [other]) => (one < other ? -1 : 1));
    await this.#database.query(
      `WITH touched AS (
         SELECT id, to_timestamp(at / 1000) AS at FROM unnest($1::uuid[], $2::float8[]) AS t (id, at)
       ), locked AS (
         SELECT ${table}.id, touched.at FROM ${table} JOIN touched USING (id) ORDER BY ${table}.id FOR UPDATE OF ${table}
       )
       UPDATE ${table} SET ${column} = greatest(${column}, locked.at) FROM locked WHERE ${table}.id = locked.id`,
      [entries.map(([id]) => id), entries.map(([, at]) => at)],
    );
  }
}
