import type { Role } from '#contracts/access.ts';
import type { Part } from '#contracts/item.ts';
import type { PartMedia } from '#contracts/media.ts';

/** The files of an item version's parts as a viewer may see them: a person's role, or a platform's key, which sees facts only. */
export type PartMediaReader = (
  of: { readonly itemId: string; readonly version: number; readonly parts: readonly Part[] },
  viewer: Role | 'api_key',
) => Promise<readonly PartMedia[]>;
