import { z } from 'zod';
import { categorySchema } from './category.ts';
import { displayName, identifier, pageQuery, probability, slug, storableText, timestamp } from './primitives.ts';

export const bankKinds = ['csam', 'ncii', 'terrorism', 'copyright', 'custom', 'allow'] as const;
export const bankKindSchema = z.enum(bankKinds);
export type BankKind = z.infer<typeof bankKindSchema>;

export const hashAlgorithms = ['sha256', 'md5', 'pdq'] as const;
export const hashAlgorithmSchema = z.enum(hashAlgorithms);
export type HashAlgorithm = z.infer<typeof hashAlgorithmSchema>;

/**
 * What a match does.
 * - `block`: removed, finally, whatever the models say.
 * - `hold`: hidden until a person has decided.
 * - `score`: the category counts as certain, and the policy of the surface decides (thresholds, person or machine).
 * - `label`: only told of, in the decision's labels.
 * - `allow`: clears what the policy lists under `clears`; only in allow banks, and only for exact matches.
 */
export const bankBehaviours = ['block', 'hold', 'score', 'label', 'allow'] as const;
export const bankBehaviourSchema = z.enum(bankBehaviours);
export type BankBehaviour = z.infer<typeof bankBehaviourSchema>;

/** `active` acts; `quarantine` records its matches and does nothing else, to be watched before it is trusted; `off` is not looked into. */
export const bankModes = ['active', 'quarantine', 'off'] as const;
export const bankModeSchema = z.enum(bankModes);

const bankSettings = {
  name: displayName,
  description: z.string().max(1_000).default(''),
  category: categorySchema,
  mode: bankModeSchema.default('active'),
  /** Share of pictures that the bank is asked about, drawn by the picture's digest: the same picture always falls the same way. */
  share: probability.default(1),
  /** On an exact match (SHA-256, MD5, or PDQ at distance 0 is still perceptual). */
  exact: bankBehaviourSchema,
  /** On a perceptual match (PDQ). */
  perceptual: bankBehaviourSchema.exclude(['allow']),
  /** Greatest PDQ distance that counts as a match. */
  maximumDistance: z.number().int().min(0).max(31).default(31),
};

export const hashBankCreateSchema = z.strictObject({
  id: slug,
  kind: bankKindSchema,
  ...bankSettings,
  category: categorySchema.optional(),
  exact: bankBehaviourSchema.optional(),
  perceptual: bankBehaviourSchema.exclude(['allow']).optional(),
});
export type HashBankCreate = z.infer<typeof hashBankCreateSchema>;

export const hashBankUpdateSchema = z.strictObject({
  name: displayName.optional(),
  description: z.string().max(1_000).optional(),
  category: categorySchema.optional(),
  mode: bankModeSchema.optional(),
  share: probability.optional(),
  exact: bankBehaviourSchema.optional(),
  perceptual: bankBehaviourSchema.exclude(['allow']).optional(),
  maximumDistance: z.number().int().min(0).max(31).optional(),
  /** The revision that was edited; a newer one is answered with 409. */
  revision: z.number().int().min(1),
});
export type HashBankUpdate = z.infer<typeof hashBankUpdateSchema>;

export const hashBankSchema = z.object({
  id: slug,
  kind: bankKindSchema,
  ...bankSettings,
  description: z.string(),
  mode: bankModeSchema,
  share: probability,
  maximumDistance: z.number().int(),
  revision: z.number().int(),
  entries: z.object({ sha256: z.number().int(), md5: z.number().int(), pdq: z.number().int() }),
  matches: z.object({ total: z.number().int(), last24Hours: z.number().int(), lastAt: timestamp.nullable() }),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type HashBank = z.infer<typeof hashBankSchema>;

export const bankEntrySchema = z.object({
  id: identifier,
  algorithm: hashAlgorithmSchema,
  hash: z.string(),
  /** The identifier that the source gives it, where there is one. */
  sourceId: z.string().nullable(),
  note: z.string(),
  addedAt: timestamp,
});
export type BankEntry = z.infer<typeof bankEntrySchema>;
export const bankEntryQuerySchema = pageQuery
  .extend({ algorithm: hashAlgorithmSchema.optional(), hash: z.string().max(64).optional() })
  .strict();

/** Adds hashes as such, or those of a picture that was uploaded. */
export const bankEntriesAddSchema = z.union([
  z.strictObject({
    hashes: z
      .array(
        z.strictObject({
          algorithm: hashAlgorithmSchema,
          hash: z.string().max(128),
          sourceId: storableText(200).optional(),
          note: storableText(500).optional(),
        }),
      )
      .min(1)
      .max(1_000),
  }),
  z.strictObject({ mediaId: identifier, note: storableText(500).optional() }),
]);

/** What adding did. `known` were there already; a picture that says too little for PDQ adds its digests only. */
export const bankEntriesAddedSchema = z.object({ added: z.number().int(), known: z.number().int() });
export type BankEntriesAdded = z.infer<typeof bankEntriesAddedSchema>;

export const bankImportFormats = ['csv', 'threatexchange', 'stopncii', 'ncmec'] as const;
export const bankImportFormatSchema = z.enum(bankImportFormats);
export type BankImportFormat = z.infer<typeof bankImportFormatSchema>;

/** What an import did. Bad lines are named; with `atomic` one bad line keeps everything out. */
export const bankImportReportSchema = z.object({
  format: bankImportFormatSchema,
  added: z.number().int(),
  /** Were there already. */
  known: z.number().int(),
  /** Taken out, where the list says so. */
  removed: z.number().int(),
  /** Readable, but nothing that pictures are looked up by: how many of each kind, by name. No fault, also with `atomic`. */
  skipped: z.record(z.string(), z.number().int()),
  faulty: z.number().int(),
  /** The first 100 faults. */
  faults: z.array(z.object({ line: z.number().int(), message: z.string() })),
  /** False where nothing was written because a line was faulty. */
  written: z.boolean(),
});
export type BankImportReport = z.infer<typeof bankImportReportSchema>;

export const bankMatchSchema = z.object({
  id: identifier,
  bankId: slug,
  itemId: identifier,
  itemVersion: z.number().int(),
  partId: z.string(),
  algorithm: hashAlgorithmSchema,
  distance: z.number().int(),
  /** What the bank did at that time; `none` in quarantine. */
  behaviour: bankBehaviourSchema.or(z.literal('none')),
  at: timestamp,
});
export type BankMatch = z.infer<typeof bankMatchSchema>;

/** `POST /v1/hash-banks/match`: which banks know these hashes. */
export const bankLookupSchema = z.strictObject({
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .optional(),
  md5: z
    .string()
    .regex(/^[0-9a-fA-F]{32}$/)
    .optional(),
  pdq: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .optional(),
  maximumDistance: z.number().int().min(0).max(31).default(31),
});
export const bankLookupAnswerSchema = z.object({
  matches: z.array(
    z.object({
      bankId: slug,
      name: z.string(),
      kind: bankKindSchema,
      mode: bankModeSchema,
      algorithm: hashAlgorithmSchema,
      hash: z.string(),
      distance: z.number().int(),
      behaviour: bankBehaviourSchema,
    }),
  ),
});

export const reportStates = ['queued', 'submitted', 'accepted', 'rejected', 'withdrawn'] as const;
/** A report that the law may ask for. Tidegate queues it; it is filed outside until a filing connector exists, and never shown as filed. */
export const authorityReportSchema = z.object({
  id: identifier,
  itemId: identifier,
  itemVersion: z.number().int(),
  bankId: slug,
  sha256: z.string(),
  state: z.enum(reportStates),
  createdAt: timestamp,
});
export type AuthorityReport = z.infer<typeof authorityReportSchema>;
