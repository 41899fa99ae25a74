import { z } from 'zod';
import { categorySchema } from './category.ts';
import { assessmentSchema, decisionSchema, displaySchema, outcomeSchema } from './decision.ts';
import { itemContentSchema, trialItemSchema } from './item.ts';
import { partMediaSchema } from './media.ts';
import { identifier, pageQuery, probability, slug, storableText, timestamp } from './primitives.ts';
import { problemSchema } from './problem.ts';
import { signalSchema } from './signal.ts';

export const decisionSummarySchema = decisionSchema.pick({
  id: true,
  outcome: true,
  actions: true,
  categories: true,
  confidence: true,
  layer: true,
  rationale: true,
  policyVersion: true,
  notAssessed: true,
});

/** The answer to `POST /v1/items` and `PUT /v1/items/{id}`. */
export const itemAnswerSchema = z.object({
  itemId: identifier,
  version: z.number().int().min(1),
  display: displaySchema,
  messageKey: z.string(),
  decision: decisionSummarySchema,
  /** Fused, calibrated probability by category, where anything was judged. */
  scores: z.record(categorySchema, probability),
});
export type ItemAnswer = z.infer<typeof itemAnswerSchema>;

/** 202: accepted and durable, decided afterwards. */
export const itemAcceptedSchema = z.object({
  itemId: identifier,
  version: z.number().int().min(1),
  display: displaySchema,
  messageKey: z.string(),
  statusUrl: z.string(),
});
export type ItemAccepted = z.infer<typeof itemAcceptedSchema>;

export const batchRequestSchema = z.strictObject({ items: z.array(z.unknown()).min(1).max(100) });
/** One entry per submitted item, in order; a faulty item fails alone. */
export const batchResponseSchema = z.object({
  results: z.array(
    z.union([
      z.object({ status: z.number(), item: z.union([itemAnswerSchema, itemAcceptedSchema]) }),
      z.object({ status: z.number(), problem: problemSchema }),
    ]),
  ),
});

export const itemSummarySchema = z.object({
  itemId: identifier,
  externalId: z.string().nullable(),
  accountId: z.string(),
  surface: slug,
  version: z.number().int(),
  display: displaySchema,
  outcome: outcomeSchema.nullable(),
  categories: z.array(categorySchema),
  layer: z.number().int().nullable(),
  confidence: probability.nullable(),
  excerpt: z.string(),
  createdAt: timestamp,
  deletedAt: timestamp.nullable(),
});
export type ItemSummary = z.infer<typeof itemSummarySchema>;

export const itemSearchQuerySchema = pageQuery
  .extend({
    text: storableText(200).optional(),
    accountId: storableText(200).optional(),
    externalId: storableText(200).optional(),
    surface: slug.optional(),
    outcome: outcomeSchema.optional(),
    category: categorySchema.optional(),
  })
  .strict();

/** `GET /v1/items/{id}`: the item with its versions and every decision, newest first. */
export const itemDetailSchema = itemSummarySchema.extend({
  messageKey: z.string(),
  content: itemContentSchema.nullable(),
  versions: z.array(
    z.object({ version: z.number().int(), createdAt: timestamp, content: itemContentSchema.nullable() }),
  ),
  decisions: z.array(decisionSchema),
  /** The files of the current version's image parts. */
  media: z.array(partMediaSchema),
});
export type ItemDetail = z.infer<typeof itemDetailSchema>;

export const trialRequestSchema = z.strictObject({ item: trialItemSchema });
/** The trial: what would be decided, and every signal with its time. Nothing is stored. */
export const trialAnswerSchema = z.object({
  decision: decisionSummarySchema
    .omit({ id: true })
    .extend({ display: displaySchema, stopReason: z.string(), assessments: z.array(assessmentSchema) }),
  scores: z.record(categorySchema, probability),
  trace: z.array(signalSchema),
  layers: z.array(
    z.object({ layer: z.number().int(), durationMs: z.number(), settled: z.boolean(), explanation: z.string() }),
  ),
});
export type TrialAnswer = z.infer<typeof trialAnswerSchema>;

/** Trials stream as server-sent events when asked with `accept: text/event-stream`: `signal`, `layer`, then `answer`. */
