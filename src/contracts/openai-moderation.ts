import { z } from 'zod';

/**
 * Request and answer of OpenAI's `POST /v1/moderations` (https://platform.openai.com/docs/api-reference/moderations), as the `openai`
 * package has them. Fields that are not known are left alone, as the original does.
 */

/** UTF-16 code units of one text, and of all texts of a request. */
export const maximumModerationText = 1_000_000;
export const maximumModerationTexts = 1_024;
export const maximumModerationParts = 32;
/** The original takes one. */
export const maximumModerationImages = 4;

export const moderationCategories = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
] as const;
export type ModerationCategory = (typeof moderationCategories)[number];

const text = z
  .string()
  .max(maximumModerationText, `is longer than ${maximumModerationText} characters; send it in several texts`);
const textPart = z.object({ type: z.literal('text'), text });
const imagePart = z.object({
  type: z.literal('image_url'),
  /** An http or https URL, or `data:image/png;base64,...`. Its length is bounded by the body's. */
  image_url: z.object({ url: z.string().min(1) }),
});
const moderationPart = z.discriminatedUnion('type', [textPart, imagePart]);
export type ModerationPart = z.infer<typeof moderationPart>;

export const moderationRequestSchema = z.object({
  input: z.union(
    [
      text,
      z.array(text).min(1).max(maximumModerationTexts, `has more than ${maximumModerationTexts} texts`),
      z.array(moderationPart).min(1).max(maximumModerationParts, `has more than ${maximumModerationParts} parts`),
    ],
    'must be a string, an array of strings, or an array of `{ type: "text", text }` and `{ type: "image_url", image_url: { url } }`, and not be empty',
  ),
  /** Given back as it is: there is one way of scoring here. */
  model: z.string().max(200).nullish(),
});
export type ModerationRequest = z.infer<typeof moderationRequestSchema>;

const perCategory = <Value extends z.ZodType>(value: Value) =>
  z.object(
    Object.fromEntries(moderationCategories.map((category) => [category, value])) as Record<ModerationCategory, Value>,
  );

export const moderationResultSchema = z.object({
  flagged: z.boolean(),
  categories: perCategory(z.boolean()),
  /** 0.5 is the recommended operating point. */
  category_scores: perCategory(z.number().min(0).max(1)),
  /** What was looked at for the category; empty where nothing here judges it. */
  category_applied_input_types: perCategory(z.array(z.enum(['text', 'image']))),
});
export type ModerationResult = z.infer<typeof moderationResultSchema>;

export const moderationAnswerSchema = z.object({
  id: z.string(),
  model: z.string(),
  results: z.array(moderationResultSchema),
});

/** Every error of the route. */
export const openAiErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});
export type OpenAiError = z.infer<typeof openAiErrorSchema>;
