import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { env } from 'onnxruntime-node';
import { vnni } from './cpu-features.ts';
import type { BenchRow } from './table.ts';
import { benchCascade } from './text-cascade.ts';
import { benchTextEncoder } from './text-encoder.ts';
import { benchTextHttp } from './text-http.ts';

/** The text classifier: encoder, cascade and endpoints. What the machine can do with 8-bit numbers is told beside its name. */
export const benchText = async (): Promise<BenchRow[]> => {
  // As the product does: processes start from what Node compiled before.
  enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'));
  console.log(`VNNI: ${vnni()}; onnxruntime ${env.versions.node ?? 'unknown'}`);
  return [...(await benchTextEncoder()), ...(await benchCascade()), ...(await benchTextHttp())];
};
