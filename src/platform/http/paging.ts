import type { z } from 'zod';
import { invalidRequest, type ProblemError } from './problem-error.ts';

/** One page of a list, as `page` in contracts/primitives.ts describes it. */
export interface Page<Entry> {
  readonly entries: Entry[];
  readonly nextCursor: string | null;
}

/**
 * The page of the rows that were asked for with one more than `limit`: whether that one came says if there is a next page.
 *
 * @param cursorOf what the next page starts after, of the last row shown
 */
export const pageOf = <Row, Entry>(
  rows: readonly Row[],
  limit: number,
  toEntry: (row: Row) => Entry,
  cursorOf: (row: Row) => string,
): Page<Entry> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { entries: shown.map(toEntry), nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
};

/** The one answer to anything that is not a cursor of the list. */
export const unreadableCursor = (): ProblemError =>
  invalidRequest({
    detail: 'The cursor does not belong to this list.',
    remedy: 'Pass `nextCursor` of the page before, with the same filters, or start again without a cursor.',
    errors: [{ path: 'cursor', message: 'not a cursor of this list' }],
  });

/** An opaque cursor: JSON in base64url. `decodeCursor` reads it back. */
export const encodeCursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @throws ProblemError 422 for what `encodeCursor` has not made, or is not of this schema */
export const decodeCursor = <T extends z.ZodType>(schema: T, cursor: string): z.output<T> => {
  const decoded = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!decoded.success) throw unreadableCursor();
  return decoded.data;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The cursor of a list that is ordered by a number from 1 on; null for the first page.
 * @param highest what the database can hold
 * @throws ProblemError 422
 */
export const readNumberCursor = (cursor: string | undefined, highest: number): number | null => {
  if (cursor === undefined) return null;
  const number = /^[1-9]\d{0,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (!(number <= highest)) throw unreadableCursor();
  return number;
};
