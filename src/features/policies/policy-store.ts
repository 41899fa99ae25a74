import type { PolicyDocument } from '#contracts/policy.ts';
import type { AuditActor } from '#features/audit/index.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

/** The one line of versions that there is. */
export const policyId = 'default';

export interface PolicyVersionSummary {
  readonly version: number;
  readonly publishedAt: Date;
  readonly publishedBy: string | null;
  readonly note: string;
}

export interface PolicyVersionRow extends PolicyVersionSummary {
  /** As it was stored: valid when it was published, perhaps before a field was added to the contract. */
  readonly document: unknown;
}

/** Who publishes, as it is kept with the version: `name` is what people read. */
export interface Publisher {
  readonly actor: AuditActor;
  readonly name: string | null;
}

const summaryColumns = 'version, published_at AS "publishedAt", publisher_name AS "publishedBy", note';

/** The highest version, which is the active one; 0 before the seeds. */
export const activeVersionNumber = async (database: Queryable): Promise<number> => {
  const [row] = await database.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM policy_versions WHERE policy_id = $1',
    [policyId],
  );
  return row?.version ?? 0;
};

/** One version, the active one where no number is given. */
export const readPolicyVersion = async (
  database: Queryable,
  version?: number,
): Promise<PolicyVersionRow | undefined> => {
  const [row] = await database.query<PolicyVersionRow>(
    `SELECT ${summaryColumns}, document FROM policy_versions
     WHERE policy_id = $1 AND ($2::int IS NULL OR version = $2) ORDER BY version DESC LIMIT 1`,
    [policyId, version ?? null],
  );
  return row;
};

/** Newest first, below `before` where given; without documents. */
export const readPolicyVersions = (
  database: Queryable,
  before: number | null,
  limit: number,
): Promise<PolicyVersionSummary[]> =>
  database.query<PolicyVersionSummary>(
    `SELECT ${summaryColumns} FROM policy_versions
     WHERE policy_id = $1 AND ($2::int IS NULL OR version < $2) ORDER BY version DESC LIMIT $3`,
    [policyId, before, limit],
  );

export const insertPolicyVersion = async (
  tx: Transaction,
  version: number,
  document: PolicyDocument,
  note: string,
  { actor, name }: Publisher,
): Promise<PolicyVersionRow> => {
  const rows = await tx.query<PolicyVersionRow>(
    `INSERT INTO policy_versions (policy_id, version, document, note, publisher_kind, publisher_id, publisher_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${summaryColumns}, document`,
    [policyId, version, JSON.stringify(document), note, actor.kind, actor.id, name],
  );
  return rows[0]!;
};
