import { createHash, createHmac } from 'node:crypto';
import type { ItemContent, ItemSubmission, TrustTier } from '#contracts/item.ts';
import { textOfPart } from '#engine/item-parts.ts';
import { normalise } from '#engine/text/normalise.ts';
import { canonicalJson } from '#platform/canonical-json.ts';

/** The submission without what belongs to the transport. */
export const contentOf = ({ idempotencyKey, deadlineMs, ...content }: ItemSubmission): ItemContent => content;

/** All text of an item, title first. */
export const textOf = (content: ItemContent): string =>
  [content.title ?? '', ...content.parts.map(textOfPart)].filter((text) => text !== '').join('\n\n');

const excerptLength = 160;
/** First characters for lists, on one line. Never cuts a surrogate pair. */
export const excerptOf = (text: string): string => {
  const line = text
    .slice(0, excerptLength * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= excerptLength ? line : `${[...line].slice(0, excerptLength - 1).join('')}…`;
};

/** How much of a long text the search index covers; PostgreSQL caps a tsvector at 1 MB. */
const searchLength = 50_000;
export const searchTextOf = (content: ItemContent, text: string): string =>
  [content.externalId ?? '', content.account.displayName ?? '', text.slice(0, searchLength)].join('\n');

/** SHA-256 of the canonical body, so that white space and member order of the JSON do not matter. */
export const bodyHash = (submission: ItemSubmission): Buffer => {
  const { idempotencyKey, ...body } = submission;
  return createHash('sha256').update(canonicalJson(body)).digest();
};

/** Shorter texts ("ok", "thank you!") are the same in many mouths and say nothing about copying. */
const leastComparable = 20;
/** Beyond this, reading on adds nothing to what tells two texts apart. */
const comparedLength = 10_000;

/**
 * Keyed hash of the text as it reads once evasion is undone: letters and digits of the normalised text only. Equal for re-posts and for
 * copies with changed case, spacing, punctuation or look-alike letters. Null where there is too little text to compare.
 */
export const contentKeyOf = (key: Buffer, text: string): Buffer | null => {
  const skeleton = normalise(text.slice(0, comparedLength)).text.replace(/[^\p{L}\p{N}]+/gu, '');
  return skeleton.length < leastComparable ? null : createHmac('sha256', key).update(skeleton).digest().subarray(0, 16);
};

const day = 86_400_000;

/** What decides an account's tier. Absent facts are unknown. */
export interface TrustFacts {
  readonly firstSeenAt: Date | null;
  readonly createdAt: Date | null;
  readonly items: number;
  readonly removed: number;
  readonly lastRemovedAt: Date | null;
}

/**
 * The trust tier in its first form, from what was seen here. `new`: under 7 days old or fewer than 10 items, or a removal in the last 30
 * days; `veteran`: over 180 days old, 200 items, none removed in 180 days and at most 1 % ever; `established`: between.
 */
export const trustTier = (facts: TrustFacts, now: number): TrustTier => {
  const since = Math.min(facts.createdAt?.getTime() ?? now, facts.firstSeenAt?.getTime() ?? now);
  const age = now - since;
  const sinceRemoval = facts.lastRemovedAt === null ? Number.POSITIVE_INFINITY : now - facts.lastRemovedAt.getTime();
  if (age < 7 * day || facts.items < 10 || sinceRemoval < 30 * day) return 'new';
  if (age >= 180 * day && facts.items >= 200 && sinceRemoval >= 180 * day && facts.removed <= facts.items / 100)
    return 'veteran';
  return 'established';
};

/** Uniform 0..1 from a hash of the item's id and version, so that a rerun draws the same items. */
export const sampleOf = (itemId: string, version: number): number =>
  createHash('sha256').update(`quality:${itemId}:${version}`).digest().readUIntBE(0, 6) / 2 ** 48;
