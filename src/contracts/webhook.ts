import { z } from 'zod';
import { actionSchema } from './action.ts';
import { categorySchema } from './category.ts';
import { displaySchema, outcomeSchema } from './decision.ts';
import { displayName, identifier, pageQuery, timestamp } from './primitives.ts';

/** What a webhook may be told of. */
export const eventTypes = ['decision-recorded'] as const;
export const eventTypeSchema = z.enum(eventTypes);

/** The body of a delivery. The same event always has the same id, however often it is sent. */
export const webhookEventSchema = z.object({
  id: identifier,
  type: eventTypeSchema,
  /** Counts from 1 for each item, without gaps. */
  sequence: z.number().int().min(1),
  createdAt: timestamp,
  data: z.object({
    itemId: identifier,
    externalId: z.string().nullable(),
    accountId: z.string(),
    version: z.number().int(),
    decisionId: identifier,
    outcome: outcomeSchema,
    display: displaySchema,
    messageKey: z.string(),
    /** To be done now. */
    actions: z.array(actionSchema),
    /** Asked for by the decision before and no longer: to be undone. */
    reversedActions: z.array(actionSchema),
    categories: z.array(categorySchema),
    decidedBy: z.enum(['machine', 'reviewer']),
  }),
});
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

export const webhookCreateSchema = z.strictObject({
  name: displayName,
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  enabled: z.boolean().default(true),
});
export const webhookUpdateSchema = z.strictObject({
  name: displayName.optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  enabled: z.boolean().optional(),
});

export const webhookSchema = z.object({
  id: identifier,
  name: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  createdAt: timestamp,
  /** The secrets in use, by their first characters: two while one is being replaced. */
  secrets: z.array(z.object({ prefix: z.string(), createdAt: timestamp, expiresAt: timestamp.nullable() })),
  backlog: z.number().int(),
  deadLetters: z.number().int(),
  /** Account keys whose deliveries wait for a failing one before them. */
  blockedAccounts: z.number().int(),
  lastDeliveredAt: timestamp.nullable(),
  lastFailureAt: timestamp.nullable(),
  lastFailure: z.string().nullable(),
});
export type Webhook = z.infer<typeof webhookSchema>;
/** `secret` is shown once: at creation and at rotation. */
export const webhookSecretSchema = webhookSchema.extend({ secret: z.string() });
/** `POST /v1/webhooks/{id}/rotate`: both secrets sign until the old one ends. */
export const webhookRotateSchema = z.strictObject({ overlapHours: z.number().int().min(0).max(168).default(24) });

export const deliveryStates = ['pending', 'delivered', 'retrying', 'dead'] as const;
export const deliverySchema = z.object({
  id: identifier,
  webhookId: identifier,
  eventId: identifier,
  itemId: identifier,
  accountId: z.string(),
  sequence: z.number().int(),
  type: eventTypeSchema,
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  nextAttemptAt: timestamp.nullable(),
  createdAt: timestamp,
  deliveredAt: timestamp.nullable(),
  lastStatus: z.number().int().nullable(),
  lastError: z.string().nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;
export const deliveryQuerySchema = pageQuery
  .extend({
    webhookId: identifier.optional(),
    state: z.enum(deliveryStates).optional(),
    itemId: identifier.optional(),
  })
  .strict();
/** Every try, with what came back. */
export const deliveryAttemptSchema = z.object({
  number: z.number().int(),
  at: timestamp,
  durationMs: z.number(),
  status: z.number().int().nullable(),
  error: z.string().nullable(),
});
export const deliveryDetailSchema = deliverySchema.extend({
  attemptLog: z.array(deliveryAttemptSchema),
  event: webhookEventSchema,
});
/** `POST /v1/webhooks/{id}/replay`: dead letters again, or everything since a time. */
export const webhookReplaySchema = z.strictObject({
  since: timestamp.optional(),
  deliveryIds: z.array(identifier).min(1).max(1_000).optional(),
});
