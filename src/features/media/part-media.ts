import type { Role } from '#contracts/access.ts';
import type { Part } from '#contracts/item.ts';
import type { PartMedia } from '#contracts/media.ts';
import type { Queryable } from '#platform/database/database.ts';
import { type ItemMediaRow, itemMediaRows, withheldRows } from './item-media-store.ts';
import { mayBeShownTo, type WithholdReason } from './media.ts';

/** A person's role, or a platform's key, which gets facts but no pictures. */
export type MediaViewer = Role | 'api_key';

const isShown = (withheld: WithholdReason | null, viewer: MediaViewer): boolean =>
  viewer === 'api_key' ? withheld === null : mayBeShownTo(withheld, viewer);

const nothingKnown = {
  mediaId: null,
  type: null,
  width: null,
  height: null,
  frames: null,
  bytes: null,
  sha256: null,
  pdq: null,
  claims: null,
  signs: [],
  preview: null,
} satisfies Omit<PartMedia, 'partId' | 'absence'>;

/** What a viewer gets to know of a part's file. `row` is undefined until the item was decided with it. */
export const partMedia = (partId: string, row: ItemMediaRow | undefined, viewer: MediaViewer): PartMedia => {
  if (row === undefined) return { partId, ...nothingKnown, absence: 'pending' };
  if (row.erased) return { partId, ...nothingKnown, absence: 'erased' };
  if (row.media_id === null || row.facts === null) return { partId, ...nothingKnown, absence: 'failed' };
  const { facts } = row;
  const shown = isShown(row.withheld, viewer);
  const first = facts.hashes[0];
  return {
    partId,
    mediaId: row.media_id,
    type: facts.type,
    width: facts.width,
    height: facts.height,
    frames: facts.frames,
    bytes: facts.bytes,
    sha256: facts.sha256,
    // A perceptual hash is a picture of its picture in miniature.
    pdq: shown && first !== undefined ? { hash: first.pdq, quality: first.quality } : null,
    claims: shown ? facts.claims : null,
    signs: [...facts.signs, ...(row.signs ?? [])],
    preview: shown && viewer !== 'api_key' ? `/v1/media/${row.media_id}/preview` : null,
    absence: shown ? null : 'withheld',
  };
};

/** The files of an item version's image parts, in the order of the parts. */
export const partMediaOf = async (
  queryable: Queryable,
  { itemId, version, parts }: { readonly itemId: string; readonly version: number; readonly parts: readonly Part[] },
  viewer: MediaViewer,
): Promise<readonly PartMedia[]> => {
  const images = parts.filter(({ kind }) => kind === 'image');
  if (images.length === 0) return [];
  const rows = new Map((await itemMediaRows(queryable, itemId, version)).map((row) => [row.part_id, row]));
  return images.map(({ id }) => partMedia(id, rows.get(id), viewer));
};

/** The parts of an item whose files are kept from a viewer, with the files' ids, by version. */
export const withheldParts = async (
  queryable: Queryable,
  itemId: string,
  viewer: MediaViewer,
): Promise<ReadonlyMap<number, ReadonlyMap<string, string>>> => {
  const versions = new Map<number, Map<string, string>>();
  for (const { version, part_id, media_id, withheld } of await withheldRows(queryable, itemId)) {
    if (isShown(withheld, viewer)) continue;
    versions.set(version, (versions.get(version) ?? new Map<string, string>()).set(part_id, media_id));
  }
  return versions;
};
