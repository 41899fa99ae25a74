import { z } from 'zod';
import { type Decision, messageKeyFor } from '#contracts/decision.ts';
import type { ItemDetail, ItemSummary, itemSearchQuerySchema } from '#contracts/items-api.ts';
import { identifier, timestamp } from '#contracts/primitives.ts';
import { decisionsOfItem } from '#features/decisions/index.ts';
import type { Queryable } from '#platform/database/database.ts';
import { invalidRequest, notFound } from '#platform/http/problem-error.ts';
import { type ItemRow, itemById, itemColumns, toSummary, versionsOf } from './item-store.ts';

export type ItemSearch = z.infer<typeof itemSearchQuerySchema>;

/** Whose items may be seen: one key's, or everybody's. */
export type Visibility = { readonly apiKeyId: string } | 'all';

/** Opaque to callers: time and id of the last row, so that paging holds while new items come in. */
const encodeCursor = (row: ItemRow): string =>
  Buffer.from(JSON.stringify([row.created_at.toISOString(), row.id])).toString('base64url');

const cursorSchema = z.tuple([timestamp, identifier]);

const decodeCursor = (cursor: string): readonly [string, string] => {
  try {
    const decoded = cursorSchema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (decoded.success) return decoded.data;
  } catch {
    // Falls through to the one answer for anything that is not one of our cursors.
  }
  throw invalidRequest({
    detail: 'The cursor is not one that this server gave out.',
    remedy: 'Start again without a cursor.',
    errors: [{ path: 'cursor', message: 'unknown' }],
  });
};

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
  db: Queryable,
  search: ItemSearch,
  visibility: Visibility,
): Promise<{ entries: ItemSummary[]; nextCursor: string | null }> => {
  const conditions: string[] = [];
  const values: unknown[] = [];
  const where = (build: (parameter: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(build(`$${values.length}`));
  };
  if (visibility !== 'all') where((at) => `i.api_key_id = ${at}`, visibility.apiKeyId);
  if (search.accountId !== undefined) where((at) => `i.account_id = ${at}`, search.accountId);
  if (search.externalId !== undefined) where((at) => `i.external_id = ${at}`, search.externalId);
  if (search.surface !== undefined) where((at) => `i.surface = ${at}`, search.surface);
  if (search.outcome !== undefined) where((at) => `i.outcome = ${at}`, search.outcome);
  if (search.category !== undefined) where((at) => `i.categories @> ARRAY[${at}]::text[]`, search.category);
  if (search.text !== undefined && search.text.trim() !== '') {
    const expression = searchExpression(search.text);
    if (expression === null) return { entries: [], nextCursor: null };
    where((at) => `i.search @@ to_tsquery('simple', ${at})`, expression);
  }
  if (search.cursor !== undefined) {
    const [createdAt, id] = decodeCursor(search.cursor);
    values.push(createdAt, id);
    conditions.push(`(i.created_at, i.id) < ($${values.length - 1}::timestamptz, $${values.length}::uuid)`);
  }
  values.push(search.limit + 1);
  const rows = await db.query<ItemRow>(
    `SELECT ${itemColumns} FROM items i ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY i.created_at DESC, i.id DESC LIMIT $${values.length}`,
    values,
  );
  const shown = rows.slice(0, search.limit);
  const last = shown.at(-1);
  return {
    entries: shown.map(toSummary),
    nextCursor: rows.length > search.limit && last !== undefined ? encodeCursor(last) : null,
  };
};

/** Who the reviewers are is the installation's own business; a platform's key learns that it was a person. */
const withoutReviewerName = (decision: Decision): Decision =>
  decision.decidedBy.kind === 'reviewer'
    ? { ...decision, decidedBy: { kind: 'reviewer', accountId: decision.decidedBy.accountId } }
    : decision;

/** One item with its versions and decisions. @throws ProblemError 404 where it is not there or not visible */
export const itemDetail = async (db: Queryable, id: string, visibility: Visibility): Promise<ItemDetail> => {
  const row = await itemById(db, id);
  if (row === undefined || (visibility !== 'all' && row.api_key_id !== visibility.apiKeyId)) {
    throw notFound({
      detail: `There is no item ${id}.`,
      remedy: 'Check the id; a key sees only the items that it sent.',
    });
  }
  const [versions, decisions] = await Promise.all([versionsOf(db, id), decisionsOfItem(db, id)]);
  return {
    ...toSummary(row),
    messageKey: messageKeyFor(row.display),
    content: versions[0]?.content ?? null,
    versions: versions.map(({ version, content, created_at }) => ({
      version,
      content,
      createdAt: created_at.toISOString(),
    })),
    decisions: visibility === 'all' ? decisions : decisions.map(withoutReviewerName),
  };
};
