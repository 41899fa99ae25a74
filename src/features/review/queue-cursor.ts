import { z } from 'zod';
import { decodeCursor, encodeCursor, unreadableCursor } from '#platform/http/paging.ts';

/** How a list is sorted, always downwards, with the id for ties. */
export const listOrders = ['risk', 'uncertainty', 'decided', 'created'] as const;
export type ListOrder = (typeof listOrders)[number];

/** The last row of a page: what the next one starts after. `value` is the sorting column's, as text. */
export interface QueueCursor {
  readonly order: ListOrder;
  readonly value: string;
  readonly id: string;
}

const number = z.string().regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i);
const cursorSchema = z.union([
  z.strictObject({ order: z.enum(['risk', 'uncertainty']), value: number, id: z.uuid() }),
  z.strictObject({ order: z.enum(['decided', 'created']), value: z.iso.datetime(), id: z.uuid() }),
]);

export const writeCursor = (cursor: QueueCursor): string => encodeCursor(cursor);

/** @throws ProblemError 422 when it is not a cursor of a list in this order */
export const readCursor = (text: string, order: ListOrder): QueueCursor => {
  const cursor = decodeCursor(cursorSchema, text);
  if (cursor.order !== order) throw unreadableCursor();
  return cursor;
};
