import { z } from 'zod';
import { categorySchema } from './category.ts';
import { partKindSchema } from './item.ts';
import { page, probability } from './primitives.ts';

const count = z.number().int().min(0);
const sentence = z.string().min(1).max(1_000);
/** `hate_speech` (a category) or `toxicity` (an attribute). */
const label = categorySchema;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');

/** The folder's name under models/. */
export const modelIdSchema = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be a model id such as `text-ngram`');

export const modelKinds = ['text_ngram', 'text_encoder', 'image_classifier', 'image_text'] as const;

const headlineSchema = z.object({
  /** Average precision: the area under precision by recall as a step function. Null where all labels are alike. */
  auprc: probability.nullable(),
  /** As above, null where all labels are alike. */
  rocAuc: probability.nullable(),
  /** Expected calibration error over fifteen equally wide bins. */
  ece: probability.nullable(),
  /** The best F1 over all thresholds, and where. Null without a positive. */
  bestF1: z.object({ threshold: probability, f1: probability }).nullable(),
});

/** A row of the development table of a card. */
const modelMetricSchema = z.object({
  label,
  kind: z.enum(['category', 'attribute']),
  count,
  positives: count,
  auprc: probability.nullable(),
  rocAuc: probability.nullable(),
  ece: probability.nullable(),
  /** F1, precision and recall at `threshold`. */
  threshold: probability.nullable(),
  f1: probability.nullable(),
  precision: probability.nullable(),
  recall: probability.nullable(),
});

/** `models/<id>/registry.json`: a model's card for machines. */
export const modelCardSchema = z.strictObject({
  format: z.literal('tidegate-model-card/1'),
  id: modelIdSchema,
  version: z.string().min(1).max(100),
  title: z.string().min(1).max(120),
  summary: sentence,
  kind: z.enum(modelKinds),
  /** The detector that runs it, as in `GET /v1/system`. */
  detector: z.string().min(1).max(60),
  /** Order within layer 2. The report of the last stage that judges a category stands for all before it. */
  stage: z.number().int().min(1).max(9),
  partKinds: z.array(partKindSchema).min(1),
  categories: z.array(label),
  attributes: z.array(label),
  /** ISO 639-1; empty where language does not matter. */
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/)),
  files: z.array(z.strictObject({ name: z.string().min(1).max(200), bytes: count, sha256 })).min(1),
  licence: z.string().min(1).max(200),
  /** What the weights started from; null where they were made from nothing. */
  baseModel: z
    .strictObject({ name: z.string().min(1), source: z.string().min(1), licence: z.string().min(1) })
    .nullable(),
  /** When the weights were made, `YYYY-MM-DD`; null where it is not known. */
  madeOn: z.iso.date().nullable(),
  /** How to make it again. */
  madeWith: sentence.nullable(),
  training: z
    .strictObject({
      seed: z.number().int().nullable(),
      hyperparameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      data: z.array(
        z.strictObject({
          name: z.string().min(1).max(120),
          what: sentence,
          licence: z.string().min(1).max(200),
          /** Rows trained on; null where it is not known. */
          rows: count.nullable(),
          /** From when the texts are, in words; null where it is not known. */
          period: z.string().min(1).max(120).nullable(),
        }),
      ),
      note: sentence.nullable(),
    })
    .nullable(),
  calibration: sentence.nullable(),
  /** On which data `metrics` were measured; null where nothing was measured. */
  measuredOn: sentence.nullable(),
  metrics: z.array(modelMetricSchema),
  /** Known weaknesses. */
  limits: z.array(sentence).min(1),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

export const modelSchema = modelCardSchema.extend({
  /** Whether `GET /v1/models/{id}/report` has something to say. */
  hasReport: z.boolean(),
});
export type Model = z.infer<typeof modelSchema>;
export const modelsSchema = page(modelSchema);

const operatingFigures = {
  threshold: probability,
  /** Null where nothing is at or above the threshold. */
  precision: probability.nullable(),
  /** Null without a positive. */
  recall: probability.nullable(),
  /** Null without a negative. */
  falsePositiveRate: probability.nullable(),
  /** Share of all items at or above the threshold. */
  workload: probability,
};
/** What a threshold brings, with positives weighed to the label's `baseRate`. */
const curvePointSchema = z.object(operatingFigures);
export type CurvePoint = z.infer<typeof curvePointSchema>;

export const sliceDimensions = ['source', 'length', 'evasion', 'language'] as const;

/** How well one label is told. Scores are calibrated, fused probabilities. */
const labelReportSchema = z.object({
  label,
  kind: z.enum(['category', 'attribute']),
  count,
  positives: count,
  /** Share of positives that precision and workload are computed for. */
  baseRate: probability,
  headline: headlineSchema,
  /** Thresholds 0.01 to 0.99 by hundredths. */
  curve: z.array(curvePointSchema),
  /** The policy's thresholds at the time of measuring. */
  operatingPoints: z.array(
    z.object({ name: z.enum(['review', 'remove']), ...operatingFigures, f1: probability.nullable() }),
  ),
  /** Fifteen equally wide bins; `to` is exclusive but for the last. Null means are those of empty bins. */
  reliability: z.array(
    z.object({
      from: probability,
      to: probability,
      count,
      positives: count,
      meanProbability: probability.nullable(),
      shareOfPositives: probability.nullable(),
    }),
  ),
  slices: z.array(
    z.object({
      dimension: z.enum(sliceDimensions),
      name: z.string(),
      count,
      positives: count,
      auprc: probability.nullable(),
      rocAuc: probability.nullable(),
      /** At the policy's `review` threshold; null where there is none. */
      recall: probability.nullable(),
      falsePositiveRate: probability.nullable(),
    }),
  ),
});
export type LabelReport = z.infer<typeof labelReportSchema>;

/** `models/<id>/report.json` and `GET /v1/models/{id}/report`. */
export const modelReportSchema = z.object({
  format: z.literal('tidegate-model-report/1'),
  /** The model's id, or `decisions` for what people here decided. */
  model: z.string().min(1).max(60),
  version: z.string(),
  /** Which data, in a sentence. */
  measuredOn: sentence,
  /** Of what the data cannot tell, in sentences. */
  cautions: z.array(sentence),
  /** Texts or items in all, whichever label they have. */
  items: count,
  labels: z.array(labelReportSchema),
  /** What has no score, so that it is in no figure. */
  notScored: z.array(z.object({ label, status: z.string(), count })),
});
export type ModelReport = z.infer<typeof modelReportSchema>;

/** `GET /v1/models/report/decisions`: labels with fewer than `leastItems` are only counted. */
export const decisionsReportSchema = modelReportSchema.extend({
  leastItems: count,
  tooFew: z.array(z.object({ label, count })),
});
export type DecisionsReport = z.infer<typeof decisionsReportSchema>;
