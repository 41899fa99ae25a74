import { z } from 'zod';
import { identifier, timestamp } from './primitives.ts';

/** What Tidegate decodes. Anything else is refused when it is uploaded and `unavailable` when it is fetched. */
export const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/tiff'] as const;
export const imageTypeSchema = z.enum(imageTypes);
export type ImageType = z.infer<typeof imageTypeSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const md5 = z.string().regex(/^[0-9a-f]{32}$/);
export const pdqHex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

/** PDQ of one frame. `rotations` are the hashes of its seven rotated and mirrored forms, in the order of `engine/hash/pdq.ts`. */
export const frameHashSchema = z.strictObject({
  /** Counts from 0; a still picture has frame 0 only. */
  frame: z.number().int().min(0),
  pdq: pdqHex,
  /** 0..100; at 49 or less the hash says too little to be matched. */
  quality: z.number().int().min(0).max(100),
  rotations: z.array(pdqHex).length(7),
});
export type FrameHash = z.infer<typeof frameHashSchema>;

/** What the file says of itself. All of it is a claim from outside. */
export const imageClaimsSchema = z.strictObject({
  /** EXIF `DateTimeOriginal` or `DateTime`, as ISO 8601 without an offset where the file gives none. */
  createdAt: z.string().max(40).optional(),
  software: z.string().max(200).optional(),
  camera: z.string().max(200).optional(),
  /** Whether the file carries a place; the place itself is not kept. */
  hasPosition: z.boolean(),
});

/** Oddities of the file that rules may weigh (B6). */
export const fileSigns = [
  'extension_differs',
  'declared_type_differs',
  'trailing_data',
  'embedded_archive',
  'embedded_script',
  'truncated',
  'many_frames',
  'tiny',
  'extreme_aspect',
] as const;
export const fileSignSchema = z.enum(fileSigns);
export type FileSign = z.infer<typeof fileSignSchema>;

/** Everything that is known of a stored picture without its pixels; computed once per file, whoever sends it. */
export const imageFactsSchema = z.strictObject({
  sha256,
  md5,
  type: imageTypeSchema,
  bytes: z.number().int().min(1),
  /** Pixels of the first frame, upright (EXIF orientation applied). */
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  frames: z.number().int().min(1),
  /** Frames that were looked at: all of a short animation, of a long one those that differ most. */
  hashes: z.array(frameHashSchema).max(16),
  claims: imageClaimsSchema,
  signs: z.array(fileSignSchema),
});
export type ImageFacts = z.infer<typeof imageFactsSchema>;
export type ImageClaims = z.infer<typeof imageClaimsSchema>;

/** The answer to `POST /v1/media`. */
export const mediaAnswerSchema = z.object({
  mediaId: identifier,
  sha256,
  md5,
  type: imageTypeSchema,
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  frames: z.number().int(),
  createdAt: timestamp,
});
export type MediaAnswer = z.infer<typeof mediaAnswerSchema>;

/** A part's picture as people at the console get to know of it. `preview` is the path of a re-encoded picture without metadata. */
export const partMediaSchema = z.object({
  partId: z.string(),
  mediaId: identifier.nullable(),
  type: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  frames: z.number().int().nullable(),
  bytes: z.number().int().nullable(),
  sha256: z.string().nullable(),
  pdq: z.object({ hash: pdqHex, quality: z.number().int() }).nullable(),
  claims: imageClaimsSchema.nullable(),
  signs: z.array(fileSignSchema),
  /** Null where there is nothing to show: not fetched (yet), erased, or withheld. */
  preview: z.string().nullable(),
  /** Why there is no preview: `pending`, `failed`, `erased`, `withheld`. */
  absence: z.enum(['pending', 'failed', 'erased', 'withheld']).nullable(),
});
export type PartMedia = z.infer<typeof partMediaSchema>;
