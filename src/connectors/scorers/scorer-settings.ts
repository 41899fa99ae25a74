import { z } from 'zod';
import { categorySchema } from '#contracts/category.ts';
import { probability, slug } from '#contracts/primitives.ts';
import { jsonPointerPattern } from './json-pointer.ts';
import { type Json, placeholders, placeholdersIn } from './request-template.ts';

/** Names of ours (TIDEGATE_SECRET_KEY and the like) are for nobody outside. */
const variableName = z
  .string()
  .regex(
    /^[A-Za-z_]\w{0,99}$/,
    'must be the name of an environment variable, such as `OPENAI_API_KEY`, never the secret itself',
  )
  .refine((name) => !name.startsWith('TIDEGATE_'), 'must not be a variable of Tidegate: its secrets go to nobody else');

const pointer = z.string().max(500).regex(jsonPointerPattern, 'must be a JSON Pointer such as `/results/0/score`');
const pointers = z.union([pointer, z.array(pointer).min(1).max(50)], {
  error: 'must be a JSON Pointer such as `/results/0/score`, or a list of them',
});

/** Where a score stands in the answer. Of several places the highest counts, and each must be there. */
const scoreAt = z.union(
  [
    pointers.transform((at) => ({ at, scale: 1, invert: false })),
    z.strictObject({
      at: pointers,
      /** What is found is multiplied by it: 0.01 for percent. */
      scale: z.number().positive().max(1_000_000).default(1),
      /** 1 minus the score, for a server that says how harmless something is. */
      invert: z.boolean().default(false),
    }),
  ],
  { error: 'must be a JSON Pointer such as `/results/0/score`, a list of them, or { at, scale, invert }' },
);
export type ScoreAt = z.infer<typeof scoreAt>;

const endpoint = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_000);

const points = z
  .array(z.tuple([probability, probability]))
  .min(2)
  .max(200);

const common = {
  /** Becomes the detector's id. */
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be a lower-case name such as `openai-moderation`')
    .refine((id) => !id.startsWith('judge-'), 'must not begin with `judge-`: language models do'),
  /** What it is shown. One that takes both is two scorers. */
  input: z.enum(['text', 'image']).default('text'),
  /** Milliseconds for one answer, waiting and a second try included. */
  timeoutMs: z.number().int().min(100).max(30_000).default(3_000),
  /** Requests under way at once. */
  concurrency: z.number().int().min(1).max(64).default(4),
  requestsPerMinute: z.number().int().min(1).max(100_000).default(600),
  /** US dollars of one request, for the books. */
  costUsd: z.number().min(0).max(100).default(0),
  /** ISO 639-1 codes. Texts that are reliably in another language are not sent. */
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}$/, 'must be a code such as `en`'))
    .min(1)
    .max(100)
    .optional(),
  /** A longer text is not sent: half of a text clears nothing. */
  maximumCharacters: z.number().int().min(1).max(1_000_000).default(20_000),
  /** From raw score to probability, by category: straight lines between the points. */
  calibration: z.record(categorySchema, points).default({}),
};

const categoriesOf = <Value extends z.ZodType>(value: Value) =>
  z.record(categorySchema, value).refine((map) => Object.keys(map).length > 0, 'must name at least one category');

/** What OpenAI's moderation calls what (docs: platform.openai.com/docs/api-reference/moderations). */
const openAiName = z
  .string()
  .regex(/^[a-z-]+(?:\/[a-z-]+)?$/, 'must be a category of OpenAI such as `hate/threatening`');

const openAiModeration = z.strictObject({
  kind: z.literal('openai_moderation'),
  ...common,
  baseUrl: endpoint.default('https://api.openai.com/v1'),
  model: z.string().trim().min(1).max(200).default('omni-moderation-latest'),
  /** Environment variable that holds the key. */
  apiKeyFrom: variableName.optional(),
  /** Categories of ours by those of OpenAI, of which the highest counts. The first has to be looked for, the others count where they were. */
  categories: categoriesOf(z.array(openAiName).min(1).max(50)).optional(),
});

const headerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be a header name in small letters, such as `x-api-key`');

const http = z.strictObject({
  kind: z.literal('http'),
  ...common,
  url: endpoint,
  /** `${env:NAME}` in a value is the environment variable. */
  headers: z.record(headerName, z.string().max(2_000)).default({}),
  /** The body, JSON. `{{text}}` as a whole string is the text; pictures: `{{image.base64}}`, `{{image.dataUrl}}`, `{{image.type}}`. */
  request: z.json() as unknown as z.ZodType<Json>,
  response: z.strictObject({
    categories: categoriesOf(scoreAt),
    attributes: z.record(slug, scoreAt).default({}),
    /** Where something stands there that is not false, null or empty (or equals a value), the scorer does not know such content. */
    notApplicableWhen: z
      .union(
        [
          pointer.transform((at) => ({ at, equals: undefined })),
          z.strictObject({ at: pointer, equals: z.union([z.string(), z.number(), z.boolean()]).optional() }),
        ],
        { error: 'must be a JSON Pointer such as `/error/unsupported`, or { at, equals }' },
      )
      .optional(),
  }),
});

const labelStudioMl = z.strictObject({
  kind: z.literal('label_studio_ml'),
  ...common,
  input: z.literal('text').default('text'),
  /** The backend's base; `/predict` is added. */
  url: endpoint,
  headers: z.record(headerName, z.string().max(2_000)).default({}),
  /** Name of the text in a task's data. */
  field: z.string().min(1).max(100).default('text'),
  /** The labelling configuration that the backend was written for, XML. */
  labelConfig: z.string().max(20_000).optional(),
  /** The choice that stands for each category. */
  categories: categoriesOf(z.string().min(1).max(200)),
});

export type OpenAiModerationSettings = z.infer<typeof openAiModeration>;
export type HttpScorerSettings = z.infer<typeof http>;
export type LabelStudioMlSettings = z.infer<typeof labelStudioMl>;
export type ScorerSettings = OpenAiModerationSettings | HttpScorerSettings | LabelStudioMlSettings;

/** Faults that lie between fields. */
const checkPlaceholders = ({ input, request }: HttpScorerSettings, add: (message: string) => void): void => {
  const known: readonly string[] = placeholders[input];
  const found = placeholdersIn(request);
  const wrong = found.find((placeholder) => !known.includes(placeholder));
  if (wrong !== undefined)
    add(
      `has ${JSON.stringify(wrong)}; for ${input} a whole string may be ${known.join(' or ')}, and nothing beside it`,
    );
  else if (found.length === 0) add(`sends no content; put ${known.join(' or ')} where the content goes`);
};

const scorer = z
  .discriminatedUnion('kind', [openAiModeration, http, labelStudioMl])
  .superRefine((settings, context) => {
    if (settings.kind !== 'http') return;
    checkPlaceholders(settings, (message) => context.addIssue({ code: 'custom', path: ['request'], message }));
  });

/** The file of external scorers, `docs/guides/external-scorers.md`. */
export const scorersFileSchema = z.strictObject({ scorers: z.array(scorer).max(50) });
