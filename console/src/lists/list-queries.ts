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

const summariesSchema = page(termListSummarySchema);
const domainsSchema = page(domainListDetailSchema);

export const termListsQuery = queryOptions({
  queryKey: ['term-lists'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/term-lists', summariesSchema, { signal })).entries,
});
export const termListQuery = (id: string) =>
  queryOptions({
    queryKey: ['term-lists', id],
    queryFn: ({ signal }) =>
      request('GET', `/v1/term-lists/${encodeURIComponent(id)}`, termListDetailSchema, { signal }),
    // An edit in progress must not be replaced under the person's hands.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
export const saveTermList = (list: TermList, revision: number) =>
  request('PUT', `/v1/term-lists/${encodeURIComponent(list.id)}`, termListDetailSchema, { body: { list, revision } });
export const deleteTermList = (id: string) => command('DELETE', `/v1/term-lists/${encodeURIComponent(id)}`);

export const domainListsQuery = queryOptions({
  queryKey: ['domain-lists'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/domain-lists', domainsSchema, { signal })).entries,
});
export const domainListQuery = (id: string) =>
  queryOptions({
    queryKey: ['domain-lists', id],
    queryFn: ({ signal }) =>
      request('GET', `/v1/domain-lists/${encodeURIComponent(id)}`, domainListDetailSchema, { signal }),
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
export const saveDomainList = (list: DomainList, revision: number) =>
  request('PUT', `/v1/domain-lists/${encodeURIComponent(list.id)}`, domainListDetailSchema, {
    body: { list, revision },
  });
export const deleteDomainList = (id: string) => command('DELETE', `/v1/domain-lists/${encodeURIComponent(id)}`);

export const checkRule = (when: string, after: 1 | 2, signal?: AbortSignal) =>
  request('POST', '/v1/rules/check', ruleCheckAnswerSchema, { body: { when, after }, signal });
