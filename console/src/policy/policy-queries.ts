import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { policyVersionSchema, starterPolicySchema } from '#contracts/policies-api.ts';
import { page } from '#contracts/primitives.ts';
import { queryString, request } from '../kit/api/client.ts';

export const activePolicyQuery = queryOptions({
  queryKey: ['policy', 'active'],
  queryFn: ({ signal }) => request('GET', '/v1/policy', policyVersionSchema, { signal }),
  staleTime: 30_000,
});

const versionsSchema = page(policyVersionSchema.omit({ document: true }));

export const policyVersionsQuery = infiniteQueryOptions({
  queryKey: ['policy', 'versions'],
  queryFn: ({ pageParam, signal }) =>
    request('GET', `/v1/policy/versions${queryString({ cursor: pageParam, limit: 50 })}`, versionsSchema, { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.nextCursor ?? undefined,
});

export const policyVersionQuery = (version: number) =>
  queryOptions({
    queryKey: ['policy', 'version', version],
    queryFn: ({ signal }) => request('GET', `/v1/policy/versions/${version}`, policyVersionSchema, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

const startersSchema = page(starterPolicySchema);

export const starterPoliciesQuery = queryOptions({
  queryKey: ['policy', 'starters'],
  queryFn: ({ signal }) => request('GET', '/v1/policy/starters', startersSchema, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
