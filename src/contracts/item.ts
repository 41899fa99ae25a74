import { z } from 'zod';
import { displayName, externalIdentifier, identifier, slug, storableText, timestamp } from './primitives.ts';

/** The longest text of one part, in UTF-16 code units. Longer content belongs in several parts or items. */
export const maximumTextLength = 200_000;
export const maximumParts = 32;

export const partKinds = ['text', 'image', 'audio', 'video'] as const;
export const partKindSchema = z.enum(partKinds);
export type PartKind = z.infer<typeof partKindSchema>;

/** The part that an item's title is looked at as, in signals and decisions. No part from outside can have this id. */
export const titlePartId = '$title';

const partIdentifier = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, `_`, `.` or `-`');

export const textPartSchema = z.strictObject({
  id: partIdentifier,
  kind: z.literal('text'),
  text: storableText(maximumTextLength).min(1, 'must not be empty; leave the part out instead'),
});

/** Where a media file comes from: uploaded before (`POST /v1/media`), fetched from a URL, or put into the blob store by the platform. */
const mediaSource = {
  mediaId: identifier.optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(2_000)
    .optional(),
  objectKey: z
    .string()
    .max(500)
    .regex(
      /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/,
      'must be a key such as `2026/11/photo.jpg`',
    )
    .optional(),
};

export const imagePartSchema = z
  .strictObject({ id: partIdentifier, kind: z.literal('image'), ...mediaSource })
  .refine(
    ({ mediaId, url, objectKey }) => [mediaId, url, objectKey].filter((source) => source !== undefined).length === 1,
    'give exactly one of `mediaId`, `url` and `objectKey`',
  );
export type ImagePart = z.infer<typeof imagePartSchema>;
export type TextPart = z.infer<typeof textPartSchema>;

/** A piece of an item. Further kinds join this union as their detectors do. */
export const partSchema = z.discriminatedUnion('kind', [textPartSchema, imagePartSchema]);
export type Part = z.infer<typeof partSchema>;

export const trustTiers = ['new', 'established', 'veteran'] as const;
export const trustTierSchema = z.enum(trustTiers);
export type TrustTier = z.infer<typeof trustTierSchema>;

/** Who posted, as the platform knows them. Only `id` is required; what is absent is unknown, not zero. */
export const accountReferenceSchema = z.strictObject({
  id: externalIdentifier,
  createdAt: timestamp.optional(),
  displayName: displayName.optional(),
  verified: z.boolean().optional(),
  followers: z.number().int().min(0).optional(),
});

export const threadSchema = z.strictObject({
  id: externalIdentifier,
  parentId: externalIdentifier.optional(),
  title: storableText(500).optional(),
  /** Earlier messages, oldest first, as context for reviewers and language models. */
  messages: z
    .array(
      z.strictObject({
        accountId: externalIdentifier.optional(),
        text: storableText(10_000),
        at: timestamp.optional(),
      }),
    )
    .max(50)
    .optional(),
});
export type Thread = z.infer<typeof threadSchema>;

export const reachSchema = z.strictObject({
  followers: z.number().int().min(0).optional(),
  views: z.number().int().min(0).optional(),
});

const metadataValue = z.union([storableText(2_000), z.number(), z.boolean(), z.null()]);

const itemFields = {
  externalId: externalIdentifier.optional(),
  account: accountReferenceSchema,
  surface: slug,
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag such as `en` or `pt-BR`')
    .optional(),
  thread: threadSchema.optional(),
  reach: reachSchema.optional(),
  title: storableText(500).optional(),
  parts: z
    .array(partSchema)
    .min(1)
    .max(maximumParts)
    .refine((parts) => new Set(parts.map((part) => part.id)).size === parts.length, 'part ids must differ'),
  metadata: z
    .record(slug, metadataValue)
    .refine((fields) => Object.keys(fields).length <= 50, 'at most 50 fields')
    .optional(),
};

/** The body of `POST /v1/items`. */
export const itemSubmissionSchema = z.strictObject({
  ...itemFields,
  idempotencyKey: externalIdentifier.optional(),
  /** Milliseconds until an answer is due; 0 answers 202 at once and decides afterwards. */
  deadlineMs: z.number().int().min(0).max(60_000).optional(),
});
export type ItemSubmission = z.infer<typeof itemSubmissionSchema>;

/** The item of `POST /v1/try`: account and surface may be left out. */
export const trialItemSchema = z.strictObject({
  ...itemFields,
  account: accountReferenceSchema.optional(),
  surface: slug.default('comment'),
});
export type TrialItem = z.infer<typeof trialItemSchema>;

/** What an item is once accepted: the submission without its transport fields. */
export const itemContentSchema = z.strictObject(itemFields);
export type ItemContent = z.infer<typeof itemContentSchema>;
