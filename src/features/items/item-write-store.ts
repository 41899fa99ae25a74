import type { ItemRows, ItemState, ItemWrite } from '#features/decisions/index.ts';
import { type ItemMediaLink, linkRows } from '#features/media/index.ts';
import type { Transaction } from '#platform/database/database.ts';
import { writeDerivedTexts } from './derived-text-store.ts';

interface StateRow {
  id: string;
  version: number;
  decision_sequence: number;
  decision_id: string | null;
  decided_version: number | null;
  decided_by: 'machine' | 'reviewer' | null;
  outcome: string | null;
  account_id: string;
  external_id: string | null;
  deleted: boolean;
}

// In order of id for everybody, so that two processes cannot wait for each other.
const lockItems = 'SELECT 1 FROM items WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE';

// A statement of its own: after waiting for a lock, the locking statement would still see the decisions of before the wait.
const readStates = `
  SELECT i.id, i.version, i.decision_sequence, i.decision_id, d.item_version AS decided_version, i.decided_by, i.outcome, i.account_id, i.external_id,
    i.deleted_at IS NOT NULL AS deleted
  FROM items i LEFT JOIN decisions d ON d.id = i.decision_id
  WHERE i.id = ANY ($1::uuid[])`;

const insertItems = `
  INSERT INTO items (id, api_key_id, external_id, account_id, surface, locale, version, created_at, updated_at, decision_id, decision_sequence,
    outcome, display, categories, layer, confidence, decided_by, excerpt, search)
  SELECT id, api_key_id, external_id, account_id, surface, locale, version, created_at, created_at, decision_id, decision_sequence,
    outcome, display, categories, layer, confidence, decided_by, excerpt, to_tsvector('simple', search_text)
  FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, api_key_id uuid, external_id text, account_id text, surface text, locale text, version int,
    created_at timestamptz, decision_id uuid, decision_sequence int, outcome text, display text, categories text[], layer smallint,
    confidence double precision, decided_by text, excerpt text, search_text text)`;

const insertVersions = `
  INSERT INTO item_versions (item_id, version, content, account_id, content_key, created_at)
  SELECT item_id, version, content, account_id, decode(content_key, 'hex'), created_at
  FROM jsonb_to_recordset($1::jsonb) AS row (item_id uuid, version int, content jsonb, account_id text, content_key text, created_at timestamptz)`;

const reviseItems = `
  UPDATE items i SET version = row.version, surface = row.surface, locale = row.locale, external_id = row.external_id, excerpt = row.excerpt,
    search = to_tsvector('simple', row.search_text)
  FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, version int, surface text, locale text, external_id text, excerpt text, search_text text)
  WHERE i.id = row.id`;

const projectDecisions = `
  UPDATE items i SET decision_id = row.decision_id, decision_sequence = row.sequence, outcome = row.outcome, display = row.display,
    categories = row.categories, layer = row.layer, confidence = row.confidence, decided_by = row.decided_by, updated_at = row.at
  FROM jsonb_to_recordset($1::jsonb) AS row (id uuid, decision_id uuid, sequence int, outcome text, display text, categories text[], layer smallint,
    confidence double precision, decided_by text, at timestamptz)
  WHERE i.id = row.id`;

// Rows in one order for everybody, so that two processes cannot wait for each other.
const countAccounts = `
  INSERT INTO accounts AS a (id, first_seen_at, last_seen_at, created_at, verified, followers, items, removed, last_removed_at)
  SELECT id, at, at, created_at, verified, followers, items, removed, CASE WHEN removed > 0 THEN at END
  FROM jsonb_to_recordset($1::jsonb) AS row (id text, at timestamptz, created_at timestamptz, verified boolean, followers bigint, items int, removed int)
  ORDER BY id
  ON CONFLICT (id) DO UPDATE SET
    last_seen_at = greatest(a.last_seen_at, EXCLUDED.last_seen_at),
    created_at = coalesce(EXCLUDED.created_at, a.created_at),
    verified = coalesce(EXCLUDED.verified, a.verified),
    followers = coalesce(EXCLUDED.followers, a.followers),
    items = a.items + EXCLUDED.items,
    removed = greatest(0, a.removed + EXCLUDED.removed),
    last_removed_at = coalesce(EXCLUDED.last_removed_at, a.last_removed_at)`;

const toState = (row: StateRow): ItemState => ({
  version: row.version,
  decisionSequence: row.decision_sequence,
  decisionId: row.decision_id,
  decidedVersion: row.decided_version,
  decidedBy: row.decided_by,
  outcome: row.outcome,
  accountId: row.account_id,
  externalId: row.external_id,
  deleted: row.deleted,
});

const projectionOf = ({ decision }: ItemWrite) => ({
  decision_id: decision.id,
  outcome: decision.outcome,
  display: decision.display,
  categories: decision.categories,
  layer: decision.layer,
  confidence: decision.confidence,
  decided_by: decision.decidedBy.kind,
});

const projectedRow = (write: ItemWrite) => ({
  id: write.decision.itemId,
  sequence: write.decision.sequence,
  at: write.decision.decidedAt,
  ...projectionOf(write),
});

const createdRow = (write: ItemWrite) => {
  if (write.change.kind !== 'create') return [];
  const { apiKeyId, version } = write.change;
  return [
    {
      id: write.decision.itemId,
      api_key_id: apiKeyId,
      external_id: version.content.externalId ?? null,
      account_id: version.content.account.id,
      surface: version.content.surface,
      locale: version.content.locale ?? null,
      version: write.decision.itemVersion,
      created_at: version.createdAt,
      decision_sequence: write.decision.sequence,
      excerpt: version.excerpt,
      search_text: version.searchText,
      ...projectionOf(write),
    },
  ];
};

const versionRow = ({ change, decision }: ItemWrite) =>
  change.kind === 'none'
    ? []
    : [
        {
          item_id: decision.itemId,
          version: decision.itemVersion,
          content: change.version.content,
          account_id: change.version.content.account.id,
          content_key: change.version.contentKey?.toString('hex') ?? null,
          created_at: change.version.createdAt,
        },
      ];

const revisedRow = ({ change, decision }: ItemWrite) =>
  change.kind !== 'revise'
    ? []
    : [
        {
          id: decision.itemId,
          version: decision.itemVersion,
          surface: change.version.content.surface,
          locale: change.version.content.locale ?? null,
          external_id: change.version.content.externalId ?? null,
          excerpt: change.version.excerpt,
          search_text: change.version.searchText,
        },
      ];

interface AccountChange {
  id: string;
  at: string;
  created_at: string | null;
  verified: boolean | null;
  followers: number | null;
  items: number;
  removed: number;
}

/** One row an account, since a statement cannot touch a row twice. */
const accountChanges = (writes: readonly ItemWrite[]): AccountChange[] => {
  const changes = new Map<string, AccountChange>();
  for (const { change, decision, before } of writes) {
    const account = change.kind === 'none' ? undefined : change.version.content.account;
    const id = before?.accountId ?? account?.id;
    if (id === undefined) continue;
    const known = changes.get(id) ?? {
      id,
      at: decision.decidedAt,
      created_at: null,
      verified: null,
      followers: null,
      items: 0,
      removed: 0,
    };
    known.items += change.kind === 'create' ? 1 : 0;
    known.removed += Number(decision.outcome === 'remove') - Number(before?.outcome === 'remove');
    known.created_at = account?.createdAt ?? known.created_at;
    known.verified = account?.verified ?? known.verified;
    known.followers = account?.followers ?? known.followers;
    changes.set(id, known);
  }
  return [...changes.values()];
};

const run = async (tx: Transaction, name: string, text: string, rows: readonly object[]): Promise<void> => {
  if (rows.length > 0) await tx.prepared(name, text, [JSON.stringify(rows)]);
};

/** Which files the parts stood for when it was decided. */
const fileLinks = ({ decision, change, before, findings }: ItemWrite): ItemMediaLink[] =>
  (findings?.files ?? []).map((file) => ({
    ...file,
    itemId: decision.itemId,
    version: decision.itemVersion,
    accountId: change.kind === 'none' ? (before?.accountId ?? '') : change.version.content.account.id,
    at: new Date(decision.decidedAt),
  }));

/** The only SQL that changes items: used by the decision writer, inside its transaction. */
export const itemRows: ItemRows = {
  async lock(tx, itemIds) {
    await tx.prepared('items-lock', lockItems, [itemIds]);
    const rows = await tx.prepared<StateRow>('items-states', readStates, [itemIds]);
    return new Map(rows.map((row) => [row.id, toState(row)]));
  },
  async apply(tx, writes) {
    const projected = writes.filter(({ change }) => change.kind !== 'create');
    await Promise.all([
      run(tx, 'items-insert', insertItems, writes.flatMap(createdRow)),
      run(tx, 'items-revise', reviseItems, writes.flatMap(revisedRow)),
      run(tx, 'item-versions-insert', insertVersions, writes.flatMap(versionRow)),
      run(tx, 'items-project', projectDecisions, projected.map(projectedRow)),
      run(tx, 'accounts-count', countAccounts, accountChanges(writes)),
      writeDerivedTexts(tx, writes),
      linkRows(tx, writes.flatMap(fileLinks)),
    ]);
  },
};
