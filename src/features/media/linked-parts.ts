import type { Part } from '#contracts/item.ts';
import type { Queryable } from '#platform/database/database.ts';
import { itemMediaRows } from './item-media-store.ts';

/**
 * An item version's parts by the files that they stood for when it was decided before: what a URL gave then is judged again, not what it
 * may give now. Parts that had no file yet are as they were.
 */
export const linkedParts = async (
  queryable: Queryable,
  itemId: string,
  version: number,
  parts: readonly Part[],
): Promise<readonly Part[]> => {
  if (!parts.some((part) => part.kind === 'image' && part.mediaId === undefined)) return parts;
  const links = new Map((await itemMediaRows(queryable, itemId, version)).map((row) => [row.part_id, row.media_id]));
  return parts.map((part) => {
    const mediaId = part.kind === 'image' ? links.get(part.id) : undefined;
    return mediaId == null ? part : { id: part.id, kind: 'image', mediaId };
  });
};
