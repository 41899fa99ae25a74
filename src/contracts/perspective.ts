import { z } from 'zod';

/**
 * The wire format of the Perspective API (Comment Analyzer, `v1alpha1`), after its discovery document and the reference at
 * developers.perspectiveapi.com. `null` stands for a field that is left out, as in every JSON form of a protocol buffer.
 */

/** Attributes that are scored here, by their names in the original. */
export const perspectiveAttributes = [
  'TOXICITY',
  'SEVERE_TOXICITY',
  'IDENTITY_ATTACK',
  'INSULT',
  'PROFANITY',
  'THREAT',
  'SEXUALLY_EXPLICIT',
] as const;
export type PerspectiveAttribute = (typeof perspectiveAttributes)[number];

/** The largest comment, bytes of UTF-8. */
export const maximumCommentBytes = 20_480;

/** Longer than any name, token or id of a sound request. */
const shortText = z.string().max(1_000);

const perspectiveScoreTypes = ['SCORE_TYPE_UNSPECIFIED', 'PROBABILITY', 'STD_DEV_SCORE', 'PERCENTILE', 'RAW'] as const;

const textEntrySchema = z.strictObject({
  text: z.string().nullish(),
  type: z.enum(['TEXT_TYPE_UNSPECIFIED', 'PLAIN_TEXT', 'HTML']).nullish(),
});
export type PerspectiveTextEntry = z.infer<typeof textEntrySchema>;

const contextSchema = z.strictObject({
  entries: z.array(textEntrySchema).max(100).nullish(),
  articleAndParentComment: z
    .strictObject({ article: textEntrySchema.nullish(), parentComment: textEntrySchema.nullish() })
    .nullish(),
});

const languagesSchema = z.array(shortText).max(16).nullish();

/** The body of `POST /v1alpha1/comments:analyze`. Only `comment.text` and `requestedAttributes` are needed. */
export const analyzeCommentSchema = z.strictObject({
  comment: textEntrySchema.nullish(),
  /** Read and not used, as in the original. */
  context: contextSchema.nullish(),
  requestedAttributes: z
    .record(
      shortText,
      z.strictObject({
        scoreType: z.enum(perspectiveScoreTypes).nullish(),
        /** Attributes that score lower are left out of the answer. */
        scoreThreshold: z.number().nullish(),
      }),
    )
    .nullish(),
  /** Scores of each sentence beside those of the whole text. */
  spanAnnotations: z.boolean().nullish(),
  /** Languages of the text (ISO 639-1 or BCP 47); found out where none is named. */
  languages: languagesSchema,
  /** Nothing is ever stored, whatever this says. */
  doNotStore: z.boolean().nullish(),
  /** Leave attributes out that do not know the language, instead of refusing the request. */
  dropUnsupportedAttributes: z.boolean().nullish(),
  clientToken: z.string().max(10_000).nullish(),
  sessionId: shortText.nullish(),
  communityId: shortText.nullish(),
  userId: shortText.nullish(),
});
export type AnalyzeComment = z.infer<typeof analyzeCommentSchema>;

const scoreSchema = z.object({ value: z.number(), type: z.literal('PROBABILITY') });

/** Per span and for the whole. `begin` and `end` (exclusive) count UTF-16 code units of the text that was scored. */
const attributeScoresSchema = z.object({
  spanScores: z.array(z.object({ begin: z.number().int(), end: z.number().int(), score: scoreSchema })).optional(),
  summaryScore: scoreSchema,
});
export type PerspectiveScores = z.infer<typeof attributeScoresSchema>;

export const analyzeCommentAnswerSchema = z.object({
  /** Left out where no attribute reached its threshold. */
  attributeScores: z.record(z.string(), attributeScoresSchema).optional(),
  languages: z.array(z.string()),
  detectedLanguages: z.array(z.string()),
  clientToken: z.string().optional(),
});
export type AnalyzeCommentAnswer = z.infer<typeof analyzeCommentAnswerSchema>;

const suggestedScoreSchema = z.strictObject({
  value: z.number().nullish(),
  type: z.enum(perspectiveScoreTypes).nullish(),
});

/** The body of `POST /v1alpha1/comments:suggestscore`. */
export const suggestScoreSchema = z.strictObject({
  comment: textEntrySchema.nullish(),
  context: contextSchema.nullish(),
  attributeScores: z
    .record(
      shortText,
      z.strictObject({
        summaryScore: suggestedScoreSchema.nullish(),
        spanScores: z
          .array(
            z.strictObject({
              begin: z.number().int().nullish(),
              end: z.number().int().nullish(),
              score: suggestedScoreSchema.nullish(),
            }),
          )
          .max(1_000)
          .nullish(),
      }),
    )
    .nullish(),
  languages: languagesSchema,
  communityId: shortText.nullish(),
  clientToken: z.string().max(10_000).nullish(),
  sessionId: shortText.nullish(),
});
export type SuggestScore = z.infer<typeof suggestScoreSchema>;

export const suggestScoreAnswerSchema = z.object({
  clientToken: z.string().optional(),
  detectedLanguages: z.array(z.string()),
  requestedLanguages: z.array(z.string()).optional(),
});
export type SuggestScoreAnswer = z.infer<typeof suggestScoreAnswerSchema>;

/** An error as Google's APIs answer it (google.rpc.Status in JSON). */
export const googleErrorSchema = z.object({
  error: z.object({
    code: z.number().int(),
    message: z.string(),
    status: z.string(),
    details: z.array(z.looseObject({ '@type': z.string() })).optional(),
  }),
});
export type GoogleError = z.infer<typeof googleErrorSchema>;
