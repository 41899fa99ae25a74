import type { JudgeTier } from '#contracts/judge.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import type { StoredSettings } from './judges.ts';

export interface JudgeRow {
  readonly tier: JudgeTier;
  /** Null for a tier that was removed. */
  readonly settings: StoredSettings | null;
  readonly apiKey: Buffer | null;
  readonly revision: number;
  readonly updatedAt: Date;
}

const columns = 'tier, settings, api_key AS "apiKey", revision, updated_at AS "updatedAt"';

/** Every tier that was ever set up, the small one first. */
export const readJudgeRows = (database: Queryable): Promise<JudgeRow[]> =>
  database.query<JudgeRow>(`SELECT ${columns} FROM judges ORDER BY tier = 'large'`);

/** The caller has checked the revision under the configuration's lock. */
export const writeJudgeRow = async (tx: Transaction, row: Omit<JudgeRow, 'updatedAt'>): Promise<JudgeRow> => {
  const rows = await tx.query<JudgeRow>(
    `INSERT INTO judges (tier, settings, api_key, revision) VALUES ($1, $2, $3, $4)
     ON CONFLICT (tier) DO UPDATE SET settings = excluded.settings, api_key = excluded.api_key, revision = excluded.revision,
       updated_at = now()
     RETURNING ${columns}`,
    [row.tier, row.settings === null ? null : JSON.stringify(row.settings), row.apiKey, row.revision],
  );
  return rows[0]!;
};
