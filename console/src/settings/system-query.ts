import { queryOptions } from '@tanstack/react-query';
import { systemSchema } from '#contracts/system.ts';
import { request } from '../kit/api/client.ts';

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => request('GET', '/v1/system', systemSchema, { signal }),
  staleTime: 30_000,
});
