import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { request } from '../kit/api/client.ts';

/** `GET /v1/system`; only what the console shows is checked. */
const systemSchema = z.object({
  version: z.string(),
  startedAt: z.string(),
  database: z.string(),
  epoch: z.number(),
  policyVersion: z.number(),
  detectors: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      layer: z.number(),
      scope: z.string(),
      kinds: z.array(z.string()),
      judges: z.array(z.string()),
      deterministic: z.boolean(),
      timeoutMs: z.number(),
    }),
  ),
  items: z.number(),
});
export type SystemState = z.infer<typeof systemSchema>;

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => request('GET', '/v1/system', systemSchema, { signal }),
  staleTime: 30_000,
});
