import type { JudgeSettings, JudgeTier } from '#contracts/judge.ts';
import type { JudgeCallRecord } from '#engine/ports/language-model.ts';
import type { Database, Queryable } from '#platform/database/database.ts';

/** A question with its id and time. */
export interface StoredCall extends JudgeCallRecord {
  readonly id: string;
  readonly at: Date;
}

type Usage = JudgeSettings['today'];
/** Questions that are kept of each tier. */
const keptCalls = 1_000;

export const noUsage: Usage = { requests: 0, failures: 0, cached: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** What a tier was used for on a day (UTC, `2026-11-23`). */
export const readUsage = async (database: Queryable, tier: JudgeTier, day: string): Promise<Usage> => {
  const [row] = await database.query<Usage>(
    `SELECT requests, failures, cached, input_tokens AS "inputTokens", output_tokens AS "outputTokens", cost_usd AS "costUsd"
     FROM judge_usage WHERE day = $1 AND tier = $2`,
    [day, tier],
  );
  return row ?? noUsage;
};

/** Newest first; `before` is the id of the last one that was seen. */
export const readCalls = (
  database: Queryable,
  tier: JudgeTier,
  before: string | null,
  limit: number,
): Promise<StoredCall[]> =>
  database.query<StoredCall>(
    `SELECT id, tier, model, status, duration_ms AS "durationMs", cost_usd AS "costUsd", at FROM judge_calls
     WHERE tier = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [tier, before, limit],
  );

/** Adds questions to the record and to the sums of their days, and forgets the oldest of each tier. */
export const appendCalls = (database: Database, calls: readonly StoredCall[]): Promise<void> =>
  database.transaction(async (tx) => {
    const rows = JSON.stringify(calls.map(({ at, ...call }) => ({ ...call, at: at.toISOString() })));
    await Promise.all([
      tx.query(
        `INSERT INTO judge_calls (id, tier, model, status, duration_ms, cost_usd, at)
         SELECT id, tier, model, status, "durationMs", "costUsd", at FROM jsonb_to_recordset($1::jsonb) AS c (
           id uuid, tier text, model text, status text, "durationMs" double precision, "costUsd" double precision, at timestamptz)`,
        [rows],
      ),
      tx.query(
        `INSERT INTO judge_usage AS u (day, tier, requests, failures, cached, input_tokens, output_tokens, cost_usd)
         SELECT (at AT TIME ZONE 'UTC')::date, tier, count(*) FILTER (WHERE status <> 'cached'),
           count(*) FILTER (WHERE status NOT IN ('ok', 'cached', 'abstained')), count(*) FILTER (WHERE status = 'cached'),
           sum("inputTokens"), sum("outputTokens"), sum("costUsd")
         FROM jsonb_to_recordset($1::jsonb) AS c (
           tier text, status text, "inputTokens" bigint, "outputTokens" bigint, "costUsd" double precision, at timestamptz)
         GROUP BY 1, 2 ORDER BY 1, 2
         ON CONFLICT (day, tier) DO UPDATE SET requests = u.requests + excluded.requests, failures = u.failures + excluded.failures,
           cached = u.cached + excluded.cached, input_tokens = u.input_tokens + excluded.input_tokens,
           output_tokens = u.output_tokens + excluded.output_tokens, cost_usd = u.cost_usd + excluded.cost_usd`,
        [rows],
      ),
      ...[...new Set(calls.map(({ tier }) => tier))].map((tier) =>
        tx.query(
          `DELETE FROM judge_calls WHERE tier = $1 AND id <
             (SELECT id FROM judge_calls WHERE tier = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)`,
          [tier, keptCalls - 1],
        ),
      ),
    ]);
  });

/** Grants money of the day to a process, as long as all that was granted stays within the cap. */
export const grantMoney = async (
  database: Queryable,
  {
    day,
    tier,
    usd,
    capUsd,
  }: { readonly day: string; readonly tier: JudgeTier; readonly usd: number; readonly capUsd: number },
): Promise<boolean> => {
  // One statement, so that two processes cannot both see the same money left. The first of a day is under the cap by its own condition.
  const rows = await database.query(
    `INSERT INTO judge_usage AS u (day, tier, granted_usd) SELECT $1, $2, $3::float8 WHERE $3::float8 <= $4::float8
     ON CONFLICT (day, tier) DO UPDATE SET granted_usd = u.granted_usd + excluded.granted_usd
       WHERE u.granted_usd + excluded.granted_usd <= $4::float8
     RETURNING granted_usd`,
    [day, tier, usd, capUsd],
  );
  return rows.length > 0;
};

/** Gives back what was granted and not spent. */
export const returnMoney = async (database: Queryable, day: string, tier: JudgeTier, usd: number): Promise<void> => {
  await database.query(
    'UPDATE judge_usage SET granted_usd = greatest(0, granted_usd - $3::float8) WHERE day = $1 AND tier = $2',
    [day, tier, usd],
  );
};
