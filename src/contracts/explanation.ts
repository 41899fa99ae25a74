import { z } from 'zod';
import { categorySchema } from './category.ts';
import { probability, storableText } from './primitives.ts';

/** Characters (UTF-16 units) of a text whose words are looked into. */
export const maximumExplainedLength = 20_000;

/** `POST /v1/explanations`. */
export const explanationRequestSchema = z.strictObject({
  text: storableText(maximumExplainedLength),
  /** Categories or attributes that the text model scores; unless given those with a raw score of 0.3 or more, four at most. */
  labels: z.array(categorySchema).min(1).max(12).optional(),
});
export type ExplanationRequest = z.infer<typeof explanationRequestSchema>;

const explainedSpanSchema = z.object({
  /** UTF-16 offsets in the text as it was sent, end exclusive. */
  start: z.number().int().min(0),
  end: z.number().int().min(1),
  /** Logits that the words add to the raw score. */
  weight: z.number().positive(),
});

export const explainedLabelSchema = z.object({
  label: categorySchema,
  kind: z.enum(['category', 'attribute']),
  /** Raw score of the text model, before calibration. */
  score: probability,
  /** Heaviest first, five at most; none where no word by itself moves the score. */
  spans: z.array(explainedSpanSchema),
});
export type ExplainedLabel = z.infer<typeof explainedLabelSchema>;

export const explanationSchema = z.object({
  /** `not_applicable`: the text is in a language that the model does not know; `labels` is then empty. */
  status: z.enum(['ok', 'not_applicable']),
  detector: z.string(),
  /** Of the model: changes whenever a score may. */
  version: z.string(),
  /** ISO 639-1 of the text as it was identified; `und` where nothing can be said. */
  language: z.string(),
  /** Highest score first. */
  labels: z.array(explainedLabelSchema),
  durationMs: z.number().min(0),
  /** What the answer does not say. */
  note: z.string(),
});
export type Explanation = z.infer<typeof explanationSchema>;
