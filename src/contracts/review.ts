import { z } from 'zod';
import { actionSchema } from './action.ts';
import { categorySchema } from './category.ts';
import { decisionSchema } from './decision.ts';
import { itemContentSchema, trustTierSchema } from './item.ts';
import { partMediaSchema } from './media.ts';
import { identifier, pageQuery, slug, storableText, timestamp } from './primitives.ts';

export const reviewBuckets = ['immediate', 'appeals', 'low_confidence', 'quality_sample', 'reports'] as const;
/** The queue of what only the legal role may see, such as a likeness to known abuse material. */
export const legalQueue = 'legal';
export const reviewTaskStatuses = ['open', 'claimed', 'decided', 'withdrawn'] as const;

/** A row of the queue. Content is not in it: it is fetched, and its reveal logged, with the task. */
export const reviewTaskSchema = z.object({
  id: identifier,
  itemId: identifier,
  itemVersion: z.number().int(),
  decisionId: identifier,
  status: z.enum(reviewTaskStatuses),
  bucket: z.enum(reviewBuckets),
  queue: slug,
  surface: slug,
  categories: z.array(categorySchema),
  /** 0..100 now: severity x recency x user impact, riskiest first. */
  priority: z.number(),
  reason: z.string(),
  createdAt: timestamp,
  dueAt: timestamp.nullable(),
  claim: z.object({ accountId: identifier, displayName: z.string(), expiresAt: timestamp }).nullable(),
  skips: z.number().int(),
});
export type ReviewTask = z.infer<typeof reviewTaskSchema>;

export const reviewQueueQuerySchema = pageQuery.extend({
  queue: slug.optional(),
  bucket: z.enum(reviewBuckets).optional(),
  category: categorySchema.optional(),
  surface: slug.optional(),
  status: z.enum(['open', 'claimed', 'decided', 'all']).default('open'),
  mine: z.stringbool().optional(),
});

export const reviewNoteSchema = z.object({
  id: identifier,
  accountId: identifier,
  displayName: z.string(),
  text: z.string(),
  at: timestamp,
});

/** Everything a reviewer needs on one screen. */
export const reviewTaskDetailSchema = reviewTaskSchema.extend({
  content: itemContentSchema,
  /** The files of the image parts; content withheld from the role has no preview. */
  media: z.array(partMediaSchema),
  decision: decisionSchema,
  history: z.array(
    decisionSchema.pick({
      id: true,
      outcome: true,
      categories: true,
      decidedAt: true,
      decidedBy: true,
      rationale: true,
      layer: true,
    }),
  ),
  account: z.object({
    id: z.string(),
    tier: trustTierSchema,
    items: z.number().int(),
    removed: z.number().int(),
    firstSeenAt: timestamp.nullable(),
    recent: z.array(
      z.object({ itemId: identifier, outcome: z.string(), categories: z.array(categorySchema), at: timestamp }),
    ),
  }),
  policy: z.array(
    z.object({
      category: categorySchema,
      title: z.string(),
      clause: z.string(),
      text: z.string(),
      severity: z.number(),
      examples: z.array(z.object({ text: z.string(), verdict: z.string(), because: z.string().optional() })),
    }),
  ),
  notes: z.array(reviewNoteSchema),
  similar: z.array(z.object({ itemId: identifier, outcome: z.string(), decidedBy: z.string(), at: timestamp })),
});
export type ReviewTaskDetail = z.infer<typeof reviewTaskDetailSchema>;

export const reviewDecisionSchema = z
  .strictObject({
    outcome: z.enum(['approve', 'remove']),
    actions: z.array(actionSchema).default([]),
    categories: z.array(categorySchema).max(12).default([]),
    note: storableText(4_000).optional(),
    /** How the machine's call looks to the reviewer. */
    machineCall: z.enum(['right', 'wrong', 'unsure']).optional(),
  })
  .refine((body) => body.outcome === 'approve' || body.categories.length > 0, {
    path: ['categories'],
    message: 'a removal names at least one category',
  });
export type ReviewDecision = z.infer<typeof reviewDecisionSchema>;

export const reviewSkipSchema = z.strictObject({
  reason: z.enum(['unsure', 'language', 'distressing', 'conflict_of_interest', 'technical', 'other']),
  note: storableText(1_000).optional(),
});
export const reviewNoteCreateSchema = z.strictObject({ text: storableText(4_000).min(1) });

export const reviewSummarySchema = z.object({
  open: z.number().int(),
  claimed: z.number().int(),
  decidedToday: z.number().int(),
  oldestOpenAt: timestamp.nullable(),
  byBucket: z.record(z.string(), z.number().int()),
  byCategory: z.record(z.string(), z.number().int()),
  bySurface: z.record(z.string(), z.number().int()),
});
