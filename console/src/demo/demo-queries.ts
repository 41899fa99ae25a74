import { queryOptions } from '@tanstack/react-query';
import { demoProgressSchema } from '#contracts/system.ts';
import { request } from '../kit/api/client.ts';

export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: ({ signal }) => request('GET', '/v1/demo', demoProgressSchema, { signal }),
  refetchInterval: (query) => (query.state.data?.running ? 600 : false),
});

export const startDemo = () => request('POST', '/v1/demo', demoProgressSchema);
