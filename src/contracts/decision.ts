import { z } from 'zod';
import { actionSchema } from './action.ts';
import { categorySchema } from './category.ts';
import { trustTierSchema } from './item.ts';
import { identifier, probability, slug, timestamp } from './primitives.ts';
import { layerSchema, signalSchema } from './signal.ts';

export const outcomes = ['approve', 'review', 'hold', 'remove'] as const;
export const outcomeSchema = z.enum(outcomes);
export type Outcome = z.infer<typeof outcomeSchema>;

export const displays = ['published', 'under_review', 'held', 'removed'] as const;
export const displaySchema = z.enum(displays);
/** What to show the world now. */
export type Display = z.infer<typeof displaySchema>;

/** One detector's share in a category's fused probability. */
export const contributionSchema = z.strictObject({
  detector: z.string(),
  partId: z.string().optional(),
  raw: probability,
  calibrated: probability,
  weight: z.number().min(0),
  /** Logits added to (or taken from) the category. */
  term: z.number(),
});

export const assessmentStatuses = [
  'clear',
  'between',
  'remove',
  'unavailable',
  'not_assessed',
  'cleared_by_trust',
] as const;

/** Where one category stands after the layers that have run. */
export const assessmentSchema = z.strictObject({
  category: categorySchema,
  status: z.enum(assessmentStatuses),
  /** Fused probability; null where nothing was found or judged. */
  probability: probability.nullable(),
  review: probability,
  remove: probability,
  contributions: z.array(contributionSchema),
  /** Required detectors without an `ok` signal, as `detector` or `detector@part`. */
  missing: z.array(z.string()),
  /** A floor set by a rule or by known findings, if any. */
  floor: probability.nullable(),
});
export type Assessment = z.infer<typeof assessmentSchema>;

/** Everything beside the policy and the signals that a decision depends on; a replay needs nothing else. */
export const decisionFactsSchema = z.strictObject({
  surface: slug,
  locale: z.string().nullable(),
  tier: trustTierSchema,
  /** The layers that this installation had, with the categories that each judges. */
  layers: z.array(z.strictObject({ layer: layerSchema, judges: z.array(categorySchema) })),
  /** Followers and views together, where known: how many people the item can reach. */
  reach: z.number().int().min(0).nullable(),
  partKinds: z.array(z.strictObject({ id: z.string(), kind: z.string() })),
  /** Drawn from a hash of the item id: this clear item goes to a person as a quality sample. */
  qualitySampled: z.boolean(),
  /** Why the layers could not finish: this is then a fallback that a later decision replaces. */
  interrupted: z.enum(['deadline', 'asynchronous', 'configuration_changing']).nullable(),
  /** True when a missing signal has been tried for often enough: what would be held for another try now goes to a person. */
  lastAttempt: z.boolean(),
});
export type DecisionFacts = z.infer<typeof decisionFactsSchema>;

/** Why the machine stopped where it did. */
export const stopReasons = [
  'all_clear',
  'final_effect',
  'remove_threshold',
  'person_required',
  'layers_exhausted',
  'signal_unavailable',
  'rules_unavailable',
  'routed_by_rule',
  'quality_sample',
  'deadline',
  'asynchronous',
  'configuration_changing',
  'reviewer',
] as const;

export const decidedBySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('machine') }),
  z.strictObject({ kind: z.literal('reviewer'), accountId: identifier, displayName: z.string().optional() }),
]);

/** The part of a decision that the engine computes; deterministic, so that a replay can be compared bit for bit. */
export const verdictSchema = z.strictObject({
  outcome: outcomeSchema,
  display: displaySchema,
  actions: z.array(actionSchema),
  /** Violated or suspected categories, most probable first. */
  categories: z.array(categorySchema),
  notAssessed: z.array(categorySchema),
  labels: z.array(slug),
  queue: slug.nullable(),
  /** How sure the decision is: of the removal, of the clearance, or of the doubt. */
  confidence: probability,
  /** The layer that settled it; 5 is a person. */
  layer: z.number().int().min(1).max(5),
  stopReason: z.enum(stopReasons),
  rationale: z.string(),
  assessments: z.array(assessmentSchema),
  /** Review priority, 0..100 before recency; 0 where nobody is needed. */
  priority: z.number().min(0).max(100),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const decisionSchema = verdictSchema.extend({
  id: identifier,
  itemId: identifier,
  itemVersion: z.number().int().min(1),
  sequence: z.number().int().min(1),
  supersedes: identifier.nullable(),
  policyId: z.string(),
  policyVersion: z.number().int().min(0),
  epoch: z.number().int().min(0),
  facts: decisionFactsSchema,
  trace: z.array(signalSchema),
  decidedBy: decidedBySchema,
  note: z.string().nullable(),
  latencyMs: z.number().min(0),
  costUsd: z.number().min(0),
  decidedAt: timestamp,
});
export type Decision = z.infer<typeof decisionSchema>;

/** Message keys for the platform's own texts to the user. */
export const messageKeyFor = (display: Display): string => `moderation.${display}`;
