import { z } from 'zod';
import { actionSchema } from './action.ts';
import { categorySchema } from './category.ts';
import { partKindSchema } from './item.ts';
import { probability, slug } from './primitives.ts';

export const layerSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
/** 1 rules and hashes, 2 local models, 3 small language model and experts, 4 large language model. A person is layer 5. */
export type Layer = z.infer<typeof layerSchema>;

const evidenceCommon = {
  category: categorySchema.optional(),
  /** What was found, never a quotation: decisions stay when content is erased. */
  label: z.string().max(200),
  weight: z.number().optional(),
};

/** Where in the content a finding lies. Offsets are UTF-16 code units of the original text, end exclusive. */
export const evidenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('span'),
    partId: z.string(),
    start: z.number().int().min(0),
    end: z.number().int().min(0),
    ...evidenceCommon,
  }),
  /** Fractions of the picture's width and height. */
  z.strictObject({
    kind: z.literal('box'),
    partId: z.string(),
    x: probability,
    y: probability,
    width: probability,
    height: probability,
    ...evidenceCommon,
  }),
  z.strictObject({
    kind: z.literal('time_range'),
    partId: z.string(),
    startMs: z.number().min(0),
    endMs: z.number().min(0),
    ...evidenceCommon,
  }),
  z.strictObject({
    kind: z.literal('hash_match'),
    partId: z.string(),
    bank: z.string(),
    /** `sha256` and `md5` are exact; `pdq` is perceptual. */
    algorithm: z.enum(['sha256', 'md5', 'pdq']),
    /** Bits that differ; 0 for exact matches. */
    distance: z.number().int().min(0),
    /** What the bank did: `none` in quarantine. */
    behaviour: z.enum(['block', 'hold', 'score', 'label', 'allow', 'none']),
    ...evidenceCommon,
  }),
  z.strictObject({ kind: z.literal('rule'), ruleId: z.string(), ...evidenceCommon }),
  /** A fact about the item or account that is not in the content, such as a posting rate. */
  z.strictObject({
    kind: z.literal('fact'),
    name: z.string(),
    value: z.union([z.number(), z.string(), z.boolean()]),
    ...evidenceCommon,
  }),
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/**
 * What a rule, an allow list or a bank asks for, as data. The engine performs none of them by itself: it weighs them in routing.
 * - `score`: a floor for the category's fused probability.
 * - `label`: a tag on the decision.
 * - `route`: a person decides, in the named queue.
 * - `hold`: hidden until a person has decided, whatever the review model.
 * - `act`: a final outcome that bypasses fusion; `approve` clears only what the policy lists under `clears`.
 * - `prioritise`: added to the review priority (0..100 scale).
 */
export const effectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('score'), category: categorySchema, score: probability }),
  z.strictObject({ kind: z.literal('label'), label: slug }),
  z.strictObject({ kind: z.literal('route'), queue: slug, category: categorySchema.optional() }),
  z.strictObject({ kind: z.literal('hold') }),
  z.strictObject({
    kind: z.literal('act'),
    outcome: z.enum(['remove', 'approve']),
    category: categorySchema.optional(),
    actions: z.array(actionSchema).optional(),
  }),
  z.strictObject({ kind: z.literal('prioritise'), by: z.number().min(-100).max(100) }),
]);
export type Effect = z.infer<typeof effectSchema>;

/** Ids of derived parts: that of the part they were found in, `#` and a name. No part from outside can have such an id. */
export const derivedPartId = (fromPartId: string, name: string): string => `${fromPartId}#${name}`;

/** Where a stretch of derived text stands in the picture that it was read from. Offsets as in spans, the box as in boxes. */
export const textPlaceSchema = z.strictObject({
  start: z.number().int().min(0),
  end: z.number().int().min(0),
  x: probability,
  y: probability,
  width: probability,
  height: probability,
});
export type TextPlace = z.infer<typeof textPlaceSchema>;

/** A part that a detector found inside another, such as text in a picture. It runs through the same layers. */
export const derivedPartSchema = z.strictObject({
  id: z.string(),
  kind: partKindSchema,
  fromPartId: z.string(),
  /** Absent once the content was erased. */
  text: z.string().optional(),
  /** Where the text stands, in the order of the text. */
  places: z.array(textPlaceSchema).max(500).optional(),
  depth: z.number().int().min(1).max(2),
});
export type DerivedPart = z.infer<typeof derivedPartSchema>;

export const signalStatuses = ['ok', 'unavailable', 'not_applicable'] as const;

/** What one detector says of one part, or of the item where `partId` is absent. */
export const signalSchema = z.strictObject({
  detector: z.string(),
  version: z.string(),
  layer: layerSchema,
  partId: z.string().optional(),
  status: z.enum(signalStatuses),
  /** Why the status is not `ok`: `timeout`, `error`, `aborted`, `shed`, `language` ... with a short remark. */
  reason: z.string().max(400).optional(),
  /** Raw scores 0..1 by category. A category that is absent was not found or not judged: never read it as 0. */
  scores: z.record(categorySchema, probability),
  attributes: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  evidence: z.array(evidenceSchema).max(200),
  effects: z.array(effectSchema).max(200).optional(),
  derivedParts: z.array(derivedPartSchema).optional(),
  /** True where the signal was carried over from an identical earlier post. */
  reused: z.boolean().optional(),
  durationMs: z.number().min(0),
  costUsd: z.number().min(0),
});
export type Signal = z.infer<typeof signalSchema>;
