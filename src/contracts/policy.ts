import { z } from 'zod';
import { actionSchema } from './action.ts';
import { categorySchema } from './category.ts';
import { partKindSchema, trustTierSchema } from './item.ts';
import { displayName, probability, slug } from './primitives.ts';
import { effectSchema } from './signal.ts';

/** `auto`: the machine may; `person`: only a person does. */
const permission = z.enum(['auto', 'person']);
export const reviewModelSchema = z.enum(['pre_approval', 'post_flag']);
export const onUnavailableSchema = z.enum(['hold', 'escalate', 'pass']);

const thresholds = { review: probability, remove: probability };
const ordered = (value: { review?: number | undefined; remove?: number | undefined }): boolean =>
  value.review === undefined || value.remove === undefined || value.review <= value.remove;
const orderedMessage = { message: '`review` must not be above `remove`', path: ['review'] };

export const categoryPolicySchema = z
  .strictObject({
    title: displayName,
    ...thresholds,
    automation: z
      .strictObject({ remove: permission, approve: permission })
      .default({ remove: 'auto', approve: 'auto' }),
    /** Detectors without whose `ok` signal the category cannot be clear, by part kind. Empty: the category is not assessed. */
    requires: z
      .partialRecord(partKindSchema, z.array(slug.or(z.string().regex(/^[a-z][a-z0-9-]{0,59}$/))).min(1))
      .default({}),
    /** 1 nuisance to 5 grave harm; weighs in the review priority. */
    severity: z.number().int().min(1).max(5),
    /** The clause of the published policy. */
    clause: z.string().max(40),
    text: z.string().max(4_000),
    examples: z
      .array(
        z.strictObject({
          text: z.string().max(1_000),
          verdict: z.enum(['violates', 'allowed', 'borderline']),
          because: z.string().max(500).optional(),
        }),
      )
      .max(50)
      .default([]),
    /** Asked of the platform beside `remove` when the category removes. */
    removeActions: z.array(actionSchema).default([]),
    onUnavailable: onUnavailableSchema.optional(),
  })
  .refine(ordered, orderedMessage);
export type CategoryPolicy = z.infer<typeof categoryPolicySchema>;

export const policyOverrideSchema = z.strictObject({
  name: displayName,
  when: z
    .strictObject({
      surface: z.array(slug).min(1).optional(),
      tier: z.array(trustTierSchema).min(1).optional(),
      locale: z.array(z.string()).min(1).optional(),
    })
    .refine(
      (when) => Object.values(when).some((value) => value !== undefined),
      'name at least one of surface, tier, locale',
    ),
  categories: z
    .record(
      categorySchema,
      z
        .strictObject({
          review: probability.optional(),
          remove: probability.optional(),
          automation: z.strictObject({ remove: permission, approve: permission }).optional(),
        })
        .refine(ordered, orderedMessage),
    )
    .default({}),
  reviewModel: reviewModelSchema.optional(),
});
export type PolicyOverride = z.infer<typeof policyOverrideSchema>;

/** A rule in CEL over `item`, `account`, `text`, `signals`, `scores`, `attributes` and `counters`. */
export const ruleSchema = z.strictObject({
  id: slug,
  title: displayName,
  /** After which layer the rule is asked. Rules over `scores` of the models need 2. */
  after: z.union([z.literal(1), z.literal(2)]).default(1),
  when: z.string().min(1).max(4_000),
  effects: z.array(effectSchema).min(1).max(20),
  enabled: z.boolean().default(true),
});
export type Rule = z.infer<typeof ruleSchema>;

/** Source of the formula: docs/adr/0004-fusion.md. `weight` >= 0; `midpoint` is the logit at which a detector says nothing. */
export const fusionSchema = z.strictObject({
  bias: z.number().min(-20).max(20),
  terms: z.record(
    z.string(),
    z.strictObject({ weight: z.number().min(0).max(10), midpoint: z.number().min(-20).max(20) }),
  ),
});
export type Fusion = z.infer<typeof fusionSchema>;

export const policyDocumentSchema = z
  .strictObject({
    name: displayName,
    description: z.string().max(2_000).default(''),
    categories: z.record(categorySchema, categoryPolicySchema),
    overrides: z.array(policyOverrideSchema).max(100).default([]),
    rules: z.array(ruleSchema).max(1_000).default([]),
    fusion: z.record(categorySchema, fusionSchema).default({}),
    onDeadline: z.enum(['hold', 'publish']).default('hold'),
    onUnavailable: onUnavailableSchema.default('escalate'),
    reviewModel: reviewModelSchema.default('pre_approval'),
    /** What an allow effect (a trusted fast track, an allow bank) may clear. */
    clears: z.array(categorySchema).default([]),
    /** Share of cleared items that a person sees all the same. */
    qualitySample: probability.default(0),
    deadlineMs: z.number().int().min(1).max(60_000).default(500),
  })
  .superRefine((policy, context) => {
    if (Object.keys(policy.categories).length === 0) {
      context.addIssue({ code: 'custom', path: ['categories'], message: 'name at least one category' });
    }
    policy.overrides.forEach((override, index) => {
      for (const category of Object.keys(override.categories)) {
        if (!(category in policy.categories)) {
          context.addIssue({
            code: 'custom',
            path: ['overrides', index, 'categories', category],
            message: `unknown category \`${category}\`; define it under categories first`,
          });
        }
      }
    });
    const seen = new Set<string>();
    policy.rules.forEach((rule, index) => {
      if (seen.has(rule.id))
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'id'],
          message: `rule id \`${rule.id}\` is used twice`,
        });
      seen.add(rule.id);
      rule.effects.forEach((effect, effectIndex) => {
        if ('category' in effect && effect.category !== undefined && !(effect.category in policy.categories)) {
          context.addIssue({
            code: 'custom',
            path: ['rules', index, 'effects', effectIndex, 'category'],
            message: `unknown category \`${effect.category}\``,
          });
        }
      });
    });
  });
/** A policy as it is written in a file. */
export type PolicyDocument = z.infer<typeof policyDocumentSchema>;

/** A published policy. `id` names the line of versions, `version` counts from 1. */
export type Policy = PolicyDocument & { readonly id: string; readonly version: number };
