import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { page } from '#contracts/primitives.ts';
import {
  deliveryAttemptSchema,
  deliveryDetailSchema,
  deliverySchema,
  type deliveryStates,
  type webhookCreateSchema,
  type webhookReplaySchema,
  webhookSchema,
  webhookSecretSchema,
  type webhookUpdateSchema,
} from '#contracts/webhook.ts';
import { command, queryString, request } from '../kit/api/client.ts';

export type DeliveryState = (typeof deliveryStates)[number];
export interface DeliveryFilter {
  readonly webhookId?: string | undefined;
  readonly state?: string | undefined;
  readonly itemId?: string | undefined;
}

const webhooksSchema = page(webhookSchema);
const deliveriesSchema = page(deliverySchema);
const replayedSchema = z.object({ queued: z.number().int() });
const address = (id: string): string => `/v1/webhooks/${id}`;

/** Everything about deliveries is under one key: an act on one thing changes the numbers of another. */
export const deliveriesKey = ['deliveries'] as const;

export const webhooksQuery = queryOptions({
  queryKey: [...deliveriesKey, 'webhooks'],
  queryFn: async ({ signal }) => (await request('GET', '/v1/webhooks', webhooksSchema, { signal })).entries,
  refetchInterval: 10_000,
});
export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: [...deliveriesKey, 'webhooks', id],
    queryFn: ({ signal }) => request('GET', address(id), webhookSchema, { signal }),
    refetchInterval: 10_000,
  });
export const createWebhook = (body: z.input<typeof webhookCreateSchema>) =>
  request('POST', '/v1/webhooks', webhookSecretSchema, { body });
export const updateWebhook = (id: string, body: z.input<typeof webhookUpdateSchema>) =>
  request('PATCH', address(id), webhookSchema, { body });
export const removeWebhook = (id: string) => command('DELETE', address(id));
export const rotateSecret = (id: string, overlapHours: number) =>
  request('POST', `${address(id)}/rotate`, webhookSecretSchema, { body: { overlapHours } });
export const testWebhook = (id: string) => request('POST', `${address(id)}/test`, deliveryAttemptSchema, { body: {} });
export const replay = (id: string, body: z.input<typeof webhookReplaySchema>) =>
  request('POST', `${address(id)}/replay`, replayedSchema, { body });

export const deliveryLogQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: [...deliveriesKey, 'log', filter],
    queryFn: ({ pageParam, signal }) =>
      request('GET', `/v1/deliveries${queryString({ ...filter, cursor: pageParam, limit: 50 })}`, deliveriesSchema, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 10_000,
  });
export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: [...deliveriesKey, 'one', id],
    queryFn: ({ signal }) => request('GET', `/v1/deliveries/${id}`, deliveryDetailSchema, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'delivered' ? false : 5_000),
  });
export const retryDelivery = (id: string) =>
  request('POST', `/v1/deliveries/${id}/retry`, deliveryDetailSchema, { body: {} });
