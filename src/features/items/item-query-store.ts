import { z } from 'zod';
import type { Role } from '#contracts/access.ts';
import { type Decision, messageKeyFor } from '#contracts/decision.ts';
import type { ItemDetail, ItemSummary, itemSearchQuerySchema } from '#contracts/items-api.ts';
import { identifier, timestamp } from '#contracts/primitives.ts';
import { decisionsOfItem } from '#features/decisions/index.ts';
import { withheldParts } from '#features/media/index.ts';
import { Conditions } from '#platform/database/conditions.ts';
import type { Queryable } from '#platform/database/database.ts';
import { decodeCursor, encodeCursor, type Page, pageOf } from '#platform/http/paging.ts';
import { withDerivedTexts } from './derived-text-store.ts';
import { unknownItem } from './item-errors.ts';
import { type ItemRow, itemById, itemColumns, toSummary, versionsOf } from './item-store.ts';
import type { PartMediaReader } from './part-media.ts';
import { withoutAddresses, withoutHidden } from './withheld-content.ts';

export type ItemSearch = z.infer<typeof itemSearchQuerySchema>;

/** Whose items may be seen: one key's, or everybody's. */
export type Visibility = { readonly apiKeyId: string } | 'all';

/** Who looks at an item, and how its files are read for them. */
export interface DetailView {
  readonly visibility: Visibility;
  readonly viewer: Role | 'api_key';
  readonly media: PartMediaReader;
}

/** Time and id of the last row, so that paging holds while new items come in. */
const cursorSchema = z.tuple([timestamp, identifier]);
const cursorOf = (row: ItemRow): string => encodeCursor([row.created_at.toISOString(), row.id]);

/** Words of a search box as a tsquery: every word, the last one also as a beginning. Null where nothing searchable is left. */
export const searchExpression = (text: string): string | null => {
  const words =
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, 20) ?? [];
  return words.length === 0
    ? null
    : words.map((word, index) => (index === words.length - 1 ? `'${word}':*` : `'${word}'`)).join(' & ');
};

/** Items newest first, filtered and paged. */
export const searchItems = async (
  database: Queryable,
  search: ItemSearch,
  visibility: Visibility,
): Promise<Page<ItemSummary>> => {
  const where = new Conditions();
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) where.add(`i.${column} = ${where.parameter(value)}`);
  };
  if (visibility !== 'all') equal('api_key_id', visibility.apiKeyId);
  equal('account_id', search.accountId);
  equal('external_id', search.externalId);
  equal('surface', search.surface);
  equal('outcome', search.outcome);
  if (search.category !== undefined) where.add(`i.categories @> ARRAY[${where.parameter(search.category)}]::text[]`);
  if (search.text !== undefined && search.text.trim() !== '') {
    const expression = searchExpression(search.text);
    if (expression === null) return { entries: [], nextCursor: null };
    where.add(`i.search @@ to_tsquery('simple', ${where.parameter(expression)})`);
  }
  if (search.cursor !== undefined) {
    const [createdAt, id] = decodeCursor(cursorSchema, search.cursor);
    where.add(`(i.created_at, i.id) < (${where.parameter(createdAt)}::timestamptz, ${where.parameter(id)}::uuid)`);
  }
  const rows = await database.query<ItemRow>(
    `SELECT ${itemColumns} FROM items i WHERE ${where}
     ORDER BY i.created_at DESC, i.id DESC LIMIT ${where.parameter(search.limit + 1)}`,
    where.values,
  );
  return pageOf(rows, search.limit, toSummary, cursorOf);
};

/** Who the reviewers are and what they noted is the installation's own business; a platform's key learns that it was a person. */
const withoutReviewer = (decision: Decision): Decision =>
  decision.decidedBy.kind === 'reviewer'
    ? { ...decision, note: null, decidedBy: { kind: 'reviewer', accountId: decision.decidedBy.accountId } }
    : decision;

/** One item with its versions and decisions. @throws ProblemError 404 where it is not there or not visible */
export const itemDetail = async (
  database: Queryable,
  id: string,
  { visibility, viewer, media }: DetailView,
): Promise<ItemDetail> => {
  const row = await itemById(database, id);
  if (row === undefined || (visibility !== 'all' && row.api_key_id !== visibility.apiKeyId)) {
    throw unknownItem(id);
  }
  const [versions, recorded] = await Promise.all([versionsOf(database, id), decisionsOfItem(database, id)]);
  const parts = versions[0]?.content?.parts ?? [];
  const [told, files, hidden] = await Promise.all([
    withDerivedTexts(database, id, recorded),
    media({ itemId: id, version: row.version, parts }, viewer),
    withheldParts(database, id, viewer),
  ]);
  const decisions = told.map((decision) => withoutHidden(decision, hidden.get(decision.itemVersion)));
  // What a key has sent, it knows.
  const shown = viewer === 'api_key' ? undefined : hidden;
  const contents = versions.map(({ version, content, created_at }) => ({
    version,
    content: withoutAddresses(content, shown?.get(version)),
    createdAt: created_at.toISOString(),
  }));
  return {
    ...toSummary(row),
    messageKey: messageKeyFor(row.display),
    content: contents[0]?.content ?? null,
    versions: contents,
    decisions: visibility === 'all' ? decisions : decisions.map(withoutReviewer),
    media: [...files],
  };
};
