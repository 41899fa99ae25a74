import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({ version: z.string() });

/** The version in package.json. */
export const productVersion = (projectDir: string): string =>
  manifestSchema.parse(JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'))).version;
