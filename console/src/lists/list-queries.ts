import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { DomainList, TermList } from '#contracts/lists.ts';
import {
  domainListDetailSchema,
  ruleCheckAnswerSchema,
  termListDetailSchema,
  termListSummarySchema,
} from '#contracts/policies-api.ts';
import { page } from '#contracts/primitives.ts';
import { command, request } from '../kit/api/client.ts';

export type TermListDetail = z.infer<typeof termListDetailSchema>;
export type DomainListDetail = z.infer<typeof domainListDetailSchema>;

/** One list of a kind: how it is read, saved and deleted. */
const listRequests = <List extends { readonly id: string }, Detail extends z.ZodType>(
  kind: 'term-lists' | 'domain-lists',
  schema: Detail,
) => {
  const address = (id: string): string => `/v1/${kind}/${encodeURIComponent(id)}`;
  return {
    query: (id: string) =>
      queryOptions({
        queryKey: [kind, id],
        queryFn: ({ signal }) => request('GET', address(id), schema, { signal }),
        // An edit in progress must not be replaced under the person's hands.
        refetchOnWindowFocus: false,
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 0,
      }),
    save: (list: List, revision: number) => request('PUT', address(list.id), schema, { body: { list, revision } }),
    remove: (id: string) => command('DELETE', address(id)),
  };
};
export const termListRequests = listRequests<TermList, typeof termListDetailSchema>('term-lists', termListDetailSchema);
export const domainListRequests = listRequests<DomainList, typeof domainListDetailSchema>(
  'domain-lists',
  domainListDetailSchema,
);

const summariesSchema = page(termListSummarySchema);
const domainsSchema = page(domainListDetailSchema);

export const termListsQuery = queryOptions({
  queryKey: ['term-lists'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/term-lists', summariesSchema, { signal })).entries,
});

export const domainListsQuery = queryOptions({
  queryKey: ['domain-lists'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/domain-lists', domainsSchema, { signal })).entries,
});

export const checkRule = (when: string, after: 1 | 2, signal?: AbortSignal) =>
  request('POST', '/v1/rules/check', ruleCheckAnswerSchema, { body: { when, after }, signal });
