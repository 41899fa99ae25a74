import { z } from 'zod';
import { pageQuery, storableText, timestamp } from './primitives.ts';

/** One link of the hash chain. Ids, digests and keyed hashes only: never content or personal data. */
export const auditEntrySchema = z.object({
  sequence: z.number().int().min(1),
  at: timestamp,
  actor: z.object({ kind: z.enum(['system', 'api_key', 'console']), id: z.string().nullable() }),
  /** Noun and verb, as in `policy-published`. */
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  details: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditQuerySchema = pageQuery
  .extend({
    action: storableText(80).optional(),
    subjectId: storableText(200).optional(),
    actorId: storableText(200).optional(),
  })
  .strict();

export const auditVerificationSchema = z.object({
  valid: z.boolean(),
  entries: z.number().int(),
  headSequence: z.number().int(),
  headHash: z.string(),
  checkpoints: z.number().int(),
  /** The first place that does not hold. */
  fault: z
    .object({
      sequence: z.number().int(),
      kind: z.enum(['altered', 'removed', 'inserted', 'reordered', 'truncated']),
      explanation: z.string(),
    })
    .nullable(),
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
