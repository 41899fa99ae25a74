import { type Decision, messageKeyFor } from '#contracts/decision.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';
import { type DecisionRecord, eventId, recordOf } from './decision.ts';

interface DecisionRow {
  id: string;
  item_id: string;
  item_version: number;
  sequence: number;
  supersedes: string | null;
  outcome: Decision['outcome'];
  decided_by: 'machine' | 'reviewer';
  reviewer_id: string | null;
  reviewer_name: string | null;
  policy_version: number;
  epoch: number;
  record: DecisionRecord;
  trace: Decision['trace'];
  decided_at: Date;
}

const toDecision = (row: DecisionRow): Decision => ({
  ...row.record,
  id: row.id,
  itemId: row.item_id,
  itemVersion: row.item_version,
  sequence: row.sequence,
  supersedes: row.supersedes,
  outcome: row.outcome,
  policyVersion: row.policy_version,
  epoch: row.epoch,
  decidedBy:
    row.decided_by === 'reviewer' && row.reviewer_id !== null
      ? {
          kind: 'reviewer',
          accountId: row.reviewer_id,
          ...(row.reviewer_name === null ? {} : { displayName: row.reviewer_name }),
        }
      : { kind: 'machine' },
  trace: row.trace,
  decidedAt: row.decided_at.toISOString(),
});

const insertDecisions = `
  INSERT INTO decisions (id, item_id, item_version, sequence, supersedes, outcome, decided_by, reviewer_id, policy_version, epoch, record, trace, decided_at)
  SELECT id, item_id, item_version, sequence, supersedes, outcome, decided_by, reviewer_id, policy_version, epoch, record, trace, decided_at
  FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, item_id uuid, item_version int, sequence int, supersedes uuid, outcome text, decided_by text,
    reviewer_id uuid, policy_version int, epoch bigint, record jsonb, trace jsonb, decided_at timestamptz)`;

// What the superseded decision asked for and this one does not is to be undone: looked up here, where its row is at hand, instead of
// in a round trip of its own. After the account was counted: see `position` in migrations/0014_webhooks.sql.
const insertOutbox = `
  INSERT INTO outbox (id, item_id, account_id, sequence, type, payload, created_at)
  SELECT id, item_id, account_id, sequence, type, payload || jsonb_build_object('reversedActions',
      coalesce((SELECT before.record -> 'actions' FROM decisions before WHERE before.id = row.supersedes), '[]'::jsonb)
        - ARRAY (SELECT jsonb_array_elements_text(row.payload -> 'actions'))),
    created_at
  FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, item_id uuid, account_id text, sequence int, type text, supersedes uuid, payload jsonb,
    created_at timestamptz)`;

/** A decision with what its event tells the platform beside it. */
export interface DecisionWrite {
  readonly decision: Decision;
  readonly accountId: string;
  readonly externalId: string | null;
}

/** Records decisions and their outbox events, in two statements however many there are. */
export const writeDecisions = async (tx: Transaction, writes: readonly DecisionWrite[]): Promise<void> => {
  const rows = writes.map(({ decision }) => ({
    id: decision.id,
    item_id: decision.itemId,
    item_version: decision.itemVersion,
    sequence: decision.sequence,
    supersedes: decision.supersedes,
    outcome: decision.outcome,
    decided_by: decision.decidedBy.kind,
    reviewer_id: decision.decidedBy.kind === 'reviewer' ? decision.decidedBy.accountId : null,
    policy_version: decision.policyVersion,
    epoch: decision.epoch,
    record: recordOf(decision),
    trace: decision.trace,
    decided_at: decision.decidedAt,
  }));
  const events = writes.map(({ decision, accountId, externalId }) => ({
    id: eventId(decision.itemId, decision.sequence),
    item_id: decision.itemId,
    account_id: accountId,
    sequence: decision.sequence,
    type: 'decision-recorded',
    supersedes: decision.supersedes,
    payload: {
      itemId: decision.itemId,
      externalId,
      version: decision.itemVersion,
      decisionId: decision.id,
      outcome: decision.outcome,
      display: decision.display,
      messageKey: messageKeyFor(decision.display),
      actions: decision.actions,
      categories: decision.categories,
      decidedBy: decision.decidedBy.kind,
    },
    created_at: decision.decidedAt,
  }));
  await Promise.all([
    tx.prepared('decisions-insert', insertDecisions, [JSON.stringify(rows)]),
    tx.prepared('outbox-insert', insertOutbox, [JSON.stringify(events)]),
  ]);
};

const selectDecisions = `
  SELECT d.id, d.item_id, d.item_version, d.sequence, d.supersedes, d.outcome, d.decided_by, d.reviewer_id, a.display_name AS reviewer_name,
    d.policy_version, d.epoch, d.record, d.trace, d.decided_at
  FROM decisions d LEFT JOIN console_accounts a ON a.id = d.reviewer_id`;

/** Every decision about an item, newest first. */
export const decisionsOfItem = async (database: Queryable, itemId: string): Promise<Decision[]> => {
  const rows = await database.query<DecisionRow>(`${selectDecisions} WHERE d.item_id = $1 ORDER BY d.sequence DESC`, [
    itemId,
  ]);
  return rows.map(toDecision);
};

export const decisionById = async (database: Queryable, id: string): Promise<Decision | undefined> => {
  const rows = await database.query<DecisionRow>(`${selectDecisions} WHERE d.id = $1`, [id]);
  return rows[0] === undefined ? undefined : toDecision(rows[0]);
};

/** Those of the decisions that are there, in no order. */
export const decisionsByIds = async (database: Queryable, ids: readonly string[]): Promise<Decision[]> =>
  (await database.query<DecisionRow>(`${selectDecisions} WHERE d.id = ANY ($1::uuid[])`, [ids])).map(toDecision);

/** Whether any decision about any version of an item removed it. */
export const wasEverRemoved = async (database: Queryable, itemId: string): Promise<boolean> => {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM decisions WHERE item_id = $1 AND outcome = 'remove' LIMIT 1`,
    [itemId],
  );
  return rows.length > 0;
};

export const countDecisions = async (database: Queryable): Promise<number> => {
  const [row] = await database.query<{ count: number }>('SELECT count(*) AS count FROM decisions');
  return row!.count;
};
