import { z } from 'zod';
import { categorySchema } from './category.ts';
import { displayName, storableText } from './primitives.ts';

export const termModes = ['word', 'prefix', 'substring'] as const;

const entryIdentifier = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/);
export const termSchema = z.strictObject({
  id: entryIdentifier,
  term: storableText(200).min(1),
  category: categorySchema,
  /** 1 mild to 5 grave. */
  severity: z.number().int().min(1).max(5),
  mode: z.enum(termModes).default('word'),
});
export type Term = z.infer<typeof termSchema>;

/** A user's regular expression in RE2 syntax: linear time, no look-around, no back-references. */
export const patternSchema = z.strictObject({
  id: entryIdentifier,
  source: storableText(1_000).min(1),
  category: categorySchema,
  severity: z.number().int().min(1).max(5),
});
export type Pattern = z.infer<typeof patternSchema>;

/** A list of terms and patterns. `allow` lists win over every block list where they overlap; their category and severity are not read. */
export const termListSchema = z.strictObject({
  id: entryIdentifier,
  name: displayName,
  kind: z.enum(['block', 'allow']),
  locale: z.string().max(35).optional(),
  enabled: z.boolean().default(true),
  terms: z.array(termSchema).max(100_000).default([]),
  patterns: z.array(patternSchema).max(1_000).default([]),
});
export type TermList = z.infer<typeof termListSchema>;

export const domainListSchema = z.strictObject({
  id: entryIdentifier,
  name: displayName,
  kind: z.enum(['block', 'allow']),
  enabled: z.boolean().default(true),
  category: categorySchema.default('spam'),
  domains: z.array(z.string().min(1).max(253)).max(200_000).default([]),
});
export type DomainList = z.infer<typeof domainListSchema>;
