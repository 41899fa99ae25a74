import { queryOptions } from '@tanstack/react-query';
import { decisionsReportSchema, modelReportSchema, modelsSchema } from '#contracts/models.ts';
import { request } from '../kit/api/client.ts';

/** What comes with a release does not change while the page is open. */
const fixed = { staleTime: Number.POSITIVE_INFINITY };

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/models', modelsSchema, { signal })).entries,
  ...fixed,
});

export const modelReportQuery = (id: string) =>
  queryOptions({
    queryKey: ['models', id, 'report'],
    queryFn: ({ signal }) =>
      request('GET', `/v1/models/${encodeURIComponent(id)}/report`, modelReportSchema, { signal }),
    ...fixed,
  });

export const decisionsReportQuery = queryOptions({
  queryKey: ['models', 'decisions'],
  queryFn: ({ signal }) => request('GET', '/v1/models/report/decisions', decisionsReportSchema, { signal }),
  staleTime: 60_000,
});
