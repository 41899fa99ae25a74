import type { DomainList, TermList } from '#contracts/lists.ts';
import type { Queryable, Transaction } from '#platform/database/database.ts';

export type ListOrigin = 'default' | 'own';

export interface ListRow {
  readonly id: string;
  readonly document: unknown;
  readonly digest: string;
  readonly revision: number;
  readonly updatedAt: Date;
}
export interface TermListRow extends ListRow {
  readonly origin: ListOrigin;
}

/** Enough to tell whether a list that was read before is still the same. */
export interface ListHead {
  readonly id: string;
  readonly digest: string;
}

export interface TermListSummaryRow {
  readonly id: string;
  readonly name: string;
  readonly kind: 'block' | 'allow';
  readonly locale: string | null;
  readonly enabled: boolean;
  readonly origin: ListOrigin;
  readonly terms: number;
  readonly patterns: number;
  readonly updatedAt: Date;
}

type Table = 'term_lists' | 'domain_lists';
const columns: Readonly<Record<Table, string>> = {
  term_lists: 'id, document, digest, revision, origin, updated_at AS "updatedAt"',
  domain_lists: 'id, document, digest, revision, updated_at AS "updatedAt"',
};

/** Ids and digests of the enabled lists, in the order in which they are handed out. */
export const enabledListHeads = (database: Queryable, table: Table): Promise<ListHead[]> =>
  database.query<ListHead>(`SELECT id, digest FROM ${table} WHERE enabled ORDER BY id`);

export const readLists = <Row extends ListRow>(
  database: Queryable,
  table: Table,
  ids: readonly string[] | null,
): Promise<Row[]> =>
  database.query<Row>(`SELECT ${columns[table]} FROM ${table} WHERE $1::text[] IS NULL OR id = ANY($1) ORDER BY id`, [
    ids,
  ]);

export const readTermListSummaries = (database: Queryable): Promise<TermListSummaryRow[]> =>
  database.query<TermListSummaryRow>(
    `SELECT id, name, kind, locale, enabled, origin, terms, patterns, updated_at AS "updatedAt" FROM term_lists ORDER BY origin, name, id`,
  );

export const termListHeads = (
  database: Queryable,
): Promise<(ListHead & { readonly revision: number; readonly origin: ListOrigin })[]> =>
  database.query('SELECT id, digest, revision, origin FROM term_lists');

export interface ListWrite<List> {
  readonly list: List;
  readonly digest: string;
  readonly revision: number;
}

/** Inserts or replaces a term list; the caller has checked the revision under the configuration's lock. */
export const writeTermList = async (
  tx: Transaction,
  { list, digest, revision }: ListWrite<TermList>,
  origin: ListOrigin,
): Promise<TermListRow> => {
  const rows = await tx.query<TermListRow>(
    `INSERT INTO term_lists (id, document, digest, revision, origin, name, kind, locale, enabled, terms, patterns)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET document = excluded.document, digest = excluded.digest, revision = excluded.revision,
       name = excluded.name, kind = excluded.kind, locale = excluded.locale, enabled = excluded.enabled, terms = excluded.terms,
       patterns = excluded.patterns, updated_at = now()
     RETURNING ${columns.term_lists}`,
    [
      list.id,
      JSON.stringify(list),
      digest,
      revision,
      origin,
      list.name,
      list.kind,
      list.locale ?? null,
      list.enabled,
      list.terms.length,
      list.patterns.length,
    ],
  );
  return rows[0]!;
};

/** Inserts or replaces a domain list; the caller has checked the revision under the configuration's lock. */
export const writeDomainList = async (
  tx: Transaction,
  { list, digest, revision }: ListWrite<DomainList>,
): Promise<ListRow> => {
  const rows = await tx.query<ListRow>(
    `INSERT INTO domain_lists (id, document, digest, revision, name, enabled) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET document = excluded.document, digest = excluded.digest, revision = excluded.revision,
       name = excluded.name, enabled = excluded.enabled, updated_at = now()
     RETURNING ${columns.domain_lists}`,
    [list.id, JSON.stringify(list), digest, revision, list.name, list.enabled],
  );
  return rows[0]!;
};

export const deleteList = async (tx: Transaction, table: Table, id: string): Promise<void> => {
  await tx.query(`DELETE FROM ${table} WHERE id = $1`, [id]);
};
