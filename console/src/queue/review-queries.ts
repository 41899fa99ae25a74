import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { page } from '#contracts/primitives.ts';
import { reviewSummarySchema, reviewTaskDetailSchema, reviewTaskSchema } from '#contracts/review.ts';
import { queryString, request } from '../kit/api/client.ts';

export interface QueueFilter {
  readonly bucket?: string | undefined;
  readonly category?: string | undefined;
  readonly surface?: string | undefined;
  readonly mine?: boolean | undefined;
}

const tasksSchema = page(reviewTaskSchema);

export const reviewSummaryQuery = queryOptions({
  queryKey: ['review', 'summary'],
  queryFn: ({ signal }) => request('GET', '/v1/review/summary', reviewSummarySchema, { signal }),
  refetchInterval: 15_000,
});

/** The waiting tasks, riskiest first, with those already claimed by the person asking. */
export const reviewTasksQuery = (filter: QueueFilter) =>
  infiniteQueryOptions({
    queryKey: ['review', 'tasks', filter],
    queryFn: ({ pageParam, signal }) =>
      request(
        'GET',
        `/v1/review/tasks${queryString({
          bucket: filter.bucket,
          category: filter.category,
          surface: filter.surface,
          mine: filter.mine,
          status: filter.mine ? 'claimed' : 'open',
          cursor: pageParam,
          limit: 50,
        })}`,
        tasksSchema,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 15_000,
  });

export const reviewTaskQuery = (taskId: string) =>
  queryOptions({
    queryKey: ['review', 'task', taskId],
    queryFn: ({ signal }) => request('GET', `/v1/review/tasks/${taskId}`, reviewTaskDetailSchema, { signal }),
    staleTime: 60_000,
  });
