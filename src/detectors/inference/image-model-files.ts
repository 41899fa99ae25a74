import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from './errors.ts';
import { readVerified } from './read-verified.ts';

const fileSchema = z.strictObject({
  /** Path inside the model's folder. */
  file: z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/),
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `model.json` of an image model: which files it consists of. */
const manifestSchema = z.strictObject({
  format: z.literal('tidegate-image-model/1'),
  detector: z.string().min(1),
  version: z.string().min(1),
  files: z.record(z.string(), fileSchema),
});
export type ImageModelManifest = z.infer<typeof manifestSchema>;

/** Reads and checks a manifest. @throws ModelFileError */
export const readImageModelManifest = (manifestPath: string): ImageModelManifest => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(manifestPath, 'utf8'));
  } catch (cause) {
    throw new ModelFileError(manifestPath, 'cannot be read as JSON', { cause });
  }
  const result = manifestSchema.safeParse(parsed);
  if (!result.success) throw new ModelFileError(manifestPath, z.prettifyError(result.error));
  return result.data;
};

/**
 * One of the manifest's files, its checksum verified.
 * @param folder where the files lie: beside the manifest, unless a package carries them
 * @throws ModelFileError
 */
export const loadModelFile = (manifestPath: string, name: string, folder: string = dirname(manifestPath)): Buffer => {
  const entry = readImageModelManifest(manifestPath).files[name];
  if (entry === undefined) throw new ModelFileError(manifestPath, `names no file ${name}`);
  const path = join(folder, entry.file);
  return readVerified(path, entry.sha256, manifestPath);
};
