import type { Role } from '#contracts/access.ts';
import type { FileSign, ImageFacts, MediaAnswer } from '#contracts/media.ts';
import type { AuditActor } from '#features/audit/index.ts';

/** Who hands a file in. */
export interface MediaOwner {
  /** The key that may use it afterwards; null for the console and the command line. */
  readonly apiKeyId: string | null;
  /** The person, for what is tried out at the console. */
  readonly consoleAccountId: string | null;
  /** Tried out only: it goes after a day. */
  readonly trial: boolean;
  readonly actor: AuditActor;
}

export type MediaSource = 'upload' | 'url' | 'object';

/** Why a file is shown to nobody, or to the legal role only. */
export type WithholdReason = 'csam' | 'csam_perceptual';

/** A file as one sender handed it in. */
export interface MediaRecord {
  readonly id: string;
  readonly apiKeyId: string | null;
  readonly consoleAccountId: string | null;
  readonly trial: boolean;
  readonly createdAt: Date;
  readonly facts: ImageFacts;
  readonly withheld: WithholdReason | null;
}

/** How long a file is kept that no item shows, milliseconds. */
export const unusedMediaMs = 24 * 3_600_000;

/** Signs that say something of the sender's words, not of the file; the same file may come with others. */
const claimSigns: readonly FileSign[] = ['extension_differs', 'declared_type_differs'];

/** What holds for the file whoever sends it, and what holds for this sending of it only. */
export const splitFacts = (facts: ImageFacts): { readonly facts: ImageFacts; readonly signs: readonly FileSign[] } => ({
  facts: { ...facts, signs: facts.signs.filter((sign) => !claimSigns.includes(sign)) },
  signs: facts.signs.filter((sign) => claimSigns.includes(sign)),
});

/** Where a file's bytes lie. Two levels, so that no folder gets too many names. */
export const fileKey = (sha256: string): string => `files/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
/** Where the picture lies that people see of it. */
export const previewKey = (sha256: string): string =>
  `previews/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.webp`;
/** The file that a stored blob belongs to. */
export const sha256OfKey = (key: string): string | undefined => /\/([0-9a-f]{64})(?:\.webp)?$/.exec(key)?.[1];

/** Whether a key may name the file. The console, the command line and the program itself (`null`) may name any. */
export const mayUse = ({ apiKeyId }: Pick<MediaRecord, 'apiKeyId'>, byApiKeyId: string | null): boolean =>
  byApiKeyId === null || apiKeyId === byApiKeyId;

/** Whether a person may be shown the file: an exact match with abuse material nobody, a likeness the legal role only. */
export const mayBeShownTo = (withheld: WithholdReason | null, role: Role): boolean =>
  withheld === null || (withheld === 'csam_perceptual' && role === 'legal');

export const mediaAnswer = ({ id, createdAt, facts }: MediaRecord): MediaAnswer => ({
  mediaId: id,
  sha256: facts.sha256,
  md5: facts.md5,
  type: facts.type,
  bytes: facts.bytes,
  width: facts.width,
  height: facts.height,
  frames: facts.frames,
  createdAt: createdAt.toISOString(),
});
