import { z } from 'zod';
import { timestamp } from './primitives.ts';

/** `GET /v1/system`: what this installation consists of. */
export const systemSchema = z.object({
  version: z.string(),
  startedAt: timestamp,
  database: z.enum(['embedded', 'external']),
  epoch: z.number().int(),
  policyVersion: z.number().int(),
  /** An estimate once there are many. */
  items: z.number().int(),
  detectors: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      layer: z.number().int(),
      scope: z.string(),
      kinds: z.array(z.string()),
      judges: z.array(z.string()),
      deterministic: z.boolean(),
      timeoutMs: z.number(),
    }),
  ),
});

/** `GET /v1/demo`: how far the demo community has been sent. */
export const demoProgressSchema = z.object({
  running: z.boolean(),
  sent: z.number().int(),
  failed: z.number().int(),
  total: z.number().int(),
  finishedAt: timestamp.nullable(),
});
export type DemoProgressState = z.infer<typeof demoProgressSchema>;
