import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '#platform/config.ts';
import { broken, type DoctorFinding, ok } from './doctor-check.ts';

const manifestSchema = z.object({
  detector: z.string(),
  version: z.string(),
  weights: z.object({ file: z.string().regex(/^[\w.-]+$/), bytes: z.number().int(), sha256: z.string() }),
});

const reinstall = 'Fetch the file again: git checkout -- models, or clone the repository anew.';

/** Every model that ships, with the checksum of its weights. */
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
    const { version, weights } = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')));
    const bytes = await readFile(join(folder, weights.file));
    const found = createHash('sha256').update(bytes).digest('hex');
    return found === weights.sha256
      ? ok(check, `version ${version}, ${(bytes.length / 1e6).toFixed(1)} MB, checksum right`)
      : broken(
          check,
          `${weights.file} is not the file that its manifest names (sha256 ${found.slice(0, 12)})`,
          reinstall,
        );
  } catch (error) {
    return broken(
      check,
      `cannot be read: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      reinstall,
    );
  }
};
