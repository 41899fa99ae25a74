import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { itemDetailSchema, itemSummarySchema } from '#contracts/items-api.ts';
import { page } from '#contracts/primitives.ts';
import { queryString, request } from '../kit/api/client.ts';

export interface ItemFilter {
  readonly text?: string | undefined;
  readonly accountId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly surface?: string | undefined;
  readonly outcome?: string | undefined;
  readonly category?: string | undefined;
}

const itemsSchema = page(itemSummarySchema);

export const itemsQuery = (filter: ItemFilter) =>
  infiniteQueryOptions({
    queryKey: ['items', filter],
    queryFn: ({ pageParam, signal }) =>
      request('GET', `/v1/items${queryString({ ...filter, cursor: pageParam, limit: 50 })}`, itemsSchema, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });

export const itemQuery = (itemId: string) =>
  queryOptions({
    queryKey: ['items', 'one', itemId],
    queryFn: ({ signal }) => request('GET', `/v1/items/${itemId}`, itemDetailSchema, { signal }),
  });
