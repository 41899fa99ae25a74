import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { request } from '../kit/api/client.ts';

const demoSchema = z.object({
  running: z.boolean(),
  sent: z.number(),
  failed: z.number(),
  total: z.number(),
  finishedAt: z.string().nullable(),
});

export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: ({ signal }) => request('GET', '/v1/demo', demoSchema, { signal }),
  refetchInterval: (query) => (query.state.data?.running ? 600 : false),
});

export const startDemo = () => request('POST', '/v1/demo', demoSchema);
