import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ModelChecksumError, ModelFileError } from './errors.ts';

const featureSettingsSchema = z.strictObject({
  bits: z.number().int().min(8).max(22),
  charMin: z.number().int().min(1).max(8),
  charMax: z.number().int().min(1).max(8),
  wordNorm: z.number().min(0),
  charNorm: z.number().min(0),
  reach: z.number().int().min(1).max(8),
  roleNorm: z.number().min(0).default(0),
  roleReach: z.number().int().min(1).max(16).default(4),
});

/** `model.json`: what the weights file holds and how its features are made. */
export const modelManifestSchema = z.strictObject({
  format: z.literal('tidegate-text-ngram/1'),
  detector: z.string().min(1),
  version: z.string().min(1),
  language: z.string().min(2),
  heads: z.array(z.string().min(1)).min(1).max(32),
  /** Heads that are signal attributes; all others are category scores. */
  attributes: z.array(z.string()),
  features: featureSettingsSchema,
  window: z.strictObject({ tokens: z.number().int().min(8), overlap: z.number().int().min(0) }),
  weights: z.strictObject({
    file: z.string().regex(/^[\w.-]+$/),
    bytes: z.number().int().positive(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** A stored int8 times the head's scale is its weight. */
    scales: z.array(z.number().positive()),
    intercepts: z.array(z.number()),
  }),
});
export type ModelManifest = z.infer<typeof modelManifestSchema>;

/** A loaded model: logistic heads over hashed features, weights bucket-major (bucket * heads + head). */
export interface NgramModel {
  readonly manifest: ModelManifest;
  readonly weights: Int8Array;
}

/** Reads and checks a manifest. Throws `ModelFileError`. */
export function readManifest(manifestPath: string): ModelManifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(manifestPath, 'utf8'));
  } catch (cause) {
    throw new ModelFileError(manifestPath, 'cannot be read as JSON', { cause });
  }
  const result = modelManifestSchema.safeParse(parsed);
  if (!result.success) throw new ModelFileError(manifestPath, z.prettifyError(result.error));
  const { heads, weights, features } = result.data;
  if (weights.scales.length !== heads.length || weights.intercepts.length !== heads.length) {
    throw new ModelFileError(manifestPath, 'must give one scale and one intercept per head');
  }
  if (weights.bytes !== 2 ** features.bits * heads.length) {
    throw new ModelFileError(manifestPath, `gives ${weights.bytes} bytes, but 2^bits x heads is another number`);
  }
  return result.data;
}

/** Loads a model and verifies its checksum. Throws `ModelFileError` or `ModelChecksumError`. */
export function loadNgramModel(manifestPath: string): NgramModel {
  const manifest = readManifest(manifestPath);
  const path = join(dirname(manifestPath), manifest.weights.file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new ModelFileError(path, 'cannot be read', { cause });
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== manifest.weights.sha256) throw new ModelChecksumError(path, manifest.weights.sha256, found);
  return { manifest, weights: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
