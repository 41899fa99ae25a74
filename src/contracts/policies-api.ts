import { z } from 'zod';
import { domainListSchema, termListSchema } from './lists.ts';
import { policyDocumentSchema } from './policy.ts';
import { storableText, timestamp } from './primitives.ts';

export const policyVersionSchema = z.object({
  version: z.number().int(),
  publishedAt: timestamp,
  publishedBy: z.string().nullable(),
  note: z.string(),
  document: policyDocumentSchema,
  active: z.boolean(),
});
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

export const policyPublishSchema = z.strictObject({
  /** The policy as an object, or as the text of a YAML or JSON file. */
  document: z.union([z.string().max(2_000_000), z.record(z.string(), z.unknown())]),
  note: storableText(1_000).default(''),
  /** The version that was edited; publishing over a newer one is refused with 409. */
  basedOn: z.number().int().min(0),
});
export const policyCheckSchema = z.object({
  valid: z.boolean(),
  errors: z.array(z.object({ path: z.string(), message: z.string(), line: z.number().int().nullable() })),
});

export const termListSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['block', 'allow']),
  locale: z.string().nullable(),
  enabled: z.boolean(),
  origin: z.enum(['default', 'own']),
  terms: z.number().int(),
  patterns: z.number().int(),
  updatedAt: timestamp,
});
export const termListDetailSchema = z.object({
  list: termListSchema,
  origin: z.enum(['default', 'own']),
  revision: z.number().int(),
  updatedAt: timestamp,
});
/** `revision` of the list that was edited; 0 makes a new one. */
export const termListWriteSchema = z.strictObject({ list: termListSchema, revision: z.number().int().min(0) });
export const domainListDetailSchema = z.object({
  list: domainListSchema,
  revision: z.number().int(),
  updatedAt: timestamp,
});
export const domainListWriteSchema = z.strictObject({ list: domainListSchema, revision: z.number().int().min(0) });
export const ruleCheckRequestSchema = z.strictObject({
  when: z.string().max(4_000),
  after: z.union([z.literal(1), z.literal(2)]).default(1),
});
export const ruleCheckAnswerSchema = z.object({
  valid: z.boolean(),
  message: z.string().nullable(),
  position: z.number().int().nullable(),
  cost: z.number().nullable(),
});
export const starterPolicySchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  source: z.string(),
});
