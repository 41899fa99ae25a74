import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../../inference/errors.ts';
import type { EncoderWorkerSettings } from './worker-protocol.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Path inside the model's folder. */
const file = z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/);

/** `model.json`, as `models/text/export_onnx.py` writes it. */
const manifestSchema = z.object({
  format: z.literal('tidegate-text-encoder/1'),
  heads: z.array(z.string().min(1)).min(1).max(64),
  /** Tokens that the model reads at once, the two special ones among them. */
  longestTokens: z.number().int().min(16).max(512),
  weights: z.object({ file, sha256 }),
  vocabulary: z.object({ file, sha256 }),
  /** What emoji are called that the vocabulary does not know. */
  emojiNames: z.object({ file, sha256 }),
});

export interface EncoderModel {
  readonly heads: readonly string[];
  /** Begins the weights' SHA-256. */
  readonly version: string;
  readonly worker: EncoderWorkerSettings;
}

/** Reads and checks a manifest; the files that it names are read by the process that uses them. @throws ModelFileError */
export const readEncoderManifest = (manifestPath: string): EncoderModel => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(manifestPath, 'utf8'));
  } catch (cause) {
    throw new ModelFileError(manifestPath, 'cannot be read as JSON', { cause });
  }
  const result = manifestSchema.safeParse(parsed);
  if (!result.success) throw new ModelFileError(manifestPath, z.prettifyError(result.error));
  const { heads, longestTokens, weights, vocabulary, emojiNames } = result.data;
  const folder = dirname(manifestPath);
  return {
    heads,
    version: weights.sha256.slice(0, 12),
    worker: {
      manifestPath,
      weights: { path: join(folder, weights.file), sha256: weights.sha256 },
      vocabulary: { path: join(folder, vocabulary.file), sha256: vocabulary.sha256 },
      emojiNames: { path: join(folder, emojiNames.file), sha256: emojiNames.sha256 },
      heads: heads.length,
      longestTokens,
    },
  };
};
