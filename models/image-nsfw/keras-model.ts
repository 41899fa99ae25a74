import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

const pair = z.tuple([z.number().int(), z.number().int()]);
const layerConfigSchema = z.object({
  kernel_size: pair.optional(),
  strides: pair.optional(),
  padding: z.union([z.enum(['same', 'valid']), z.tuple([pair, pair])]).optional(),
  use_bias: z.boolean().optional(),
  epsilon: z.number().optional(),
  max_value: z.number().nullish(),
  activation: z.string().optional(),
  pool_size: pair.optional(),
});
const layerSchema = z.object({
  name: z.string(),
  class_name: z.string(),
  config: layerConfigSchema,
  /** Keras writes one call as `[[[name, 0, 0, {}], ...]]`. */
  inbound_nodes: z.array(z.array(z.tuple([z.string(), z.number(), z.number(), z.unknown()]))).max(1),
});
export type KerasLayer = z.infer<typeof layerSchema>;

const modelSchema = z.object({
  modelTopology: z.object({ model_config: z.object({ config: z.object({ layers: z.array(layerSchema) }) }) }),
  weightsManifest: z.tuple([
    z.object({
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int()),
          quantization: z.object({ min: z.number(), scale: z.number(), dtype: z.literal('uint8') }),
        }),
      ),
    }),
  ]),
});

/** A weight as the package stores it: its value is `data * scale + minimum`. */
export interface QuantisedWeight {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly scale: number;
  readonly minimum: number;
}

export interface KerasModel {
  readonly layers: readonly KerasLayer[];
  readonly weights: ReadonlyMap<string, QuantisedWeight>;
}

const sources = {
  'model.min.js': 'c32f104fd562b08cdff5ed69dfe1209643afa47e792fb12751d2949aa61a397a',
  'group1-shard1of1.min.js': 'ef2e0a63f7d2c4960b37b024b669313f65d3c45cd59e9042636c55b39de53517',
} as const;

/**
 * Reads the MobileNet v2 of the nsfwjs package.
 * @throws Error where a file is not the one that this conversion was checked with
 */
export const readNsfwjs = (packageDir: string): KerasModel => {
  const folder = join(packageDir, 'dist/models/mobilenet_v2');
  for (const [file, expected] of Object.entries(sources)) {
    const found = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    if (found !== expected) throw new Error(`${file} has the SHA-256 ${found}, not ${expected}: use nsfwjs 4.3.0`);
  }
  const require = createRequire(import.meta.url);
  const model = modelSchema.parse(require(join(folder, 'model.min.js')));
  const bytes = Buffer.from(require(join(folder, 'group1-shard1of1.min.js')) as string, 'base64');
  const weights = new Map<string, QuantisedWeight>();
  let offset = 0;
  for (const { name, shape, quantization } of model.weightsManifest[0].weights) {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = bytes.subarray(offset, offset + size);
    weights.set(name, { shape, data, scale: quantization.scale, minimum: quantization.min });
    offset += size;
  }
  if (offset !== bytes.length) throw new Error(`${bytes.length} bytes of weights, ${offset} described`);
  return { layers: model.modelTopology.model_config.config.layers, weights };
};
