import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { probability } from '#contracts/primitives.ts';
import type { OperatingPoints } from '#features/scoring/index.ts';

const points = z.record(z.string(), probability.gt(0).lt(1));
const recommended = z.object({ operatingPoints: z.object({ categories: points, attributes: points }) });

/**
 * The operating points that come with the text classifier.
 * @throws Error where the file is missing or not what it should be
 */
export const readOperatingPoints = (projectDir: string): OperatingPoints =>
  recommended.parse(JSON.parse(readFileSync(join(projectDir, 'models/text/thresholds.json'), 'utf8'))).operatingPoints;
