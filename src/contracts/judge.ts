import { z } from 'zod';
import { displayName, identifier, pageQuery, timestamp } from './primitives.ts';

/** `small` is layer 3; `large` is layer 4, asked where the small one abstains, is unsure, or is not there. */
export const judgeTiers = ['small', 'large'] as const;
export const judgeTierSchema = z.enum(judgeTiers);
export type JudgeTier = z.infer<typeof judgeTierSchema>;

const limits = {
  /** Milliseconds for one answer, retries included. */
  timeoutMs: z.number().int().min(500).max(120_000).default(15_000),
  /** Requests under way at once. */
  concurrency: z.number().int().min(1).max(64).default(4),
  requestsPerMinute: z.number().int().min(1).max(100_000).default(120),
  /** US dollars a day (UTC), over all processes; null is no cap. */
  dailyCostUsd: z.number().min(0).max(1_000_000).nullable().default(null),
  /** US dollars per million tokens. */
  inputCostPerMillion: z.number().min(0).max(10_000).default(0),
  outputCostPerMillion: z.number().min(0).max(10_000).default(0),
  /** Below this confidence an answer counts as abstention. */
  minimumConfidence: z.number().min(0).max(1).default(0.7),
  maximumOutputTokens: z.number().int().min(64).max(8_192).default(600),
};

/** `PUT /v1/judges/{tier}`. `apiKey`: text sets it, null takes it away, absent leaves it. */
export const judgeWriteSchema = z.strictObject({
  name: displayName,
  /** An OpenAI-compatible base, such as `http://127.0.0.1:8080/v1`. */
  baseUrl: z.url({ protocol: /^https?$/ }).max(500),
  model: z.string().trim().min(1).max(200),
  apiKey: z
    .string()
    .trim()
    .max(500)
    .regex(/^[\x21-\x7e]+$/, 'must be letters, digits and signs that a header can carry, without spaces')
    .nullable()
    .optional(),
  enabled: z.boolean().default(true),
  /** Whether the model takes pictures. */
  images: z.boolean().default(false),
  /** `json_schema` where the server keeps to a schema; `json_object` or `none` for servers that do not know it. */
  structure: z.enum(['json_schema', 'json_object', 'none']).default('json_schema'),
  ...limits,
  /** 0 for a tier that was never set. */
  revision: z.number().int().min(0),
});
export type JudgeWrite = z.infer<typeof judgeWriteSchema>;

export const judgeStates = ['closed', 'open', 'half_open'] as const;
export const judgeSchema = z.object({
  tier: judgeTierSchema,
  ...judgeWriteSchema.omit({ apiKey: true }).shape,
  hasApiKey: z.boolean(),
  updatedAt: timestamp,
  today: z.object({
    requests: z.number().int(),
    failures: z.number().int(),
    cached: z.number().int(),
    inputTokens: z.number().int(),
    outputTokens: z.number().int(),
    costUsd: z.number(),
  }),
  /** The circuit breaker of the process that answers. */
  breaker: z.enum(judgeStates),
});
export type JudgeSettings = z.infer<typeof judgeSchema>;

/** `POST /v1/judges/{tier}/test` with the settings as they would be saved (an absent key is the saved one). */
export const judgeTestAnswerSchema = z.object({
  ok: z.boolean(),
  durationMs: z.number(),
  /** What came of it, in a sentence: the model's verdict, or what is wrong and how to mend it. */
  message: z.string(),
  model: z.string().nullable(),
  inputTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
});
export type JudgeTestAnswer = z.infer<typeof judgeTestAnswerSchema>;

export const judgeCallSchema = z.object({
  id: identifier,
  tier: judgeTierSchema,
  model: z.string(),
  status: z.enum([
    'ok',
    'cached',
    'abstained',
    'invalid',
    'timeout',
    'rate_limited',
    'capped',
    'breaker_open',
    'failed',
  ]),
  durationMs: z.number(),
  costUsd: z.number(),
  at: timestamp,
});
export const judgeCallQuerySchema = pageQuery;
