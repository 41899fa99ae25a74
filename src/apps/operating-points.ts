import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { probability } from '#contracts/primitives.ts';
import type { OperatingPoints } from '#features/scoring/index.ts';

const points = z.record(z.string(), probability.gt(0).lt(1));
const recommended = z.object({ operatingPoints: z.object({ categories: points, attributes: points }) });
const reviewed = z.object({ categories: z.record(z.string(), z.object({ review: probability.gt(0).lt(1) })) });

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The operating points that come with the text models. Where none are named, review begins where acting does.
 * @throws Error where the file is missing or not what it should be
 */
export const readOperatingPoints = (projectDir: string): OperatingPoints => {
  const file = join(projectDir, 'models/text/thresholds.json');
  const named = existsSync(file) ? recommended.safeParse(read(file)) : undefined;
  if (named?.success) return named.data.operatingPoints;
  const { categories } = reviewed.parse(read(join(projectDir, 'models/text-ngram/thresholds.json')));
  return {
    categories: Object.fromEntries(Object.entries(categories).map(([category, { review }]) => [category, review])),
    attributes: {},
  };
};
