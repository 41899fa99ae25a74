import { z } from 'zod';
import type { Role } from '#contracts/access.ts';
import { identifier, page } from '#contracts/primitives.ts';
import {
  deliveryAttemptSchema,
  deliveryDetailSchema,
  deliveryQuerySchema,
  deliverySchema,
  webhookCreateSchema,
  webhookReplaySchema,
  webhookRotateSchema,
  webhookSchema,
  webhookSecretSchema,
  webhookUpdateSchema,
} from '#contracts/webhook.ts';
import { actorOf } from '#features/audit/index.ts';
import { principalOf } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { Enforcement } from './enforcement.ts';

const readingRoles: readonly Role[] = ['admin', 'lead', 'analyst', 'policy'];
// No scope opens these to API keys: whoever can turn a webhook elsewhere gets every decision and can keep the platform from hearing of them,
// so that takes a person.
const reading = { access: { roles: readingRoles } };
const writing = { access: { roles: ['admin'] } } as const;

const parameters = z.object({ id: identifier });
const nothing = z.null();
/** How many deliveries were queued. */
const replayedSchema = z.object({ queued: z.number().int() });

type Services = Pick<Enforcement, 'webhooks' | 'deliveries'>;

const registerWebhookRoutes = (server: Server, { webhooks }: Services): void => {
  const tags = ['Webhooks'];
  server.get(
    '/v1/webhooks',
    {
      config: reading,
      schema: {
        tags,
        summary: 'The webhooks and how they stand, oldest first',
        response: { 200: page(webhookSchema) },
      },
    },
    async () => ({ entries: await webhooks.list(), nextCursor: null }),
  );
  server.post(
    '/v1/webhooks',
    {
      config: writing,
      schema: {
        tags,
        summary: 'Make a webhook; the answer is the only place where its secret is shown',
        body: webhookCreateSchema,
        response: { 201: webhookSecretSchema },
      },
    },
    async (request, reply) => {
      const created = await webhooks.create(request.body, actorOf(principalOf(request)));
      return reply.status(201).header('cache-control', 'no-store').send(created);
    },
  );
  server.get(
    '/v1/webhooks/:id',
    {
      config: reading,
      schema: { tags, summary: 'One webhook', params: parameters, response: { 200: webhookSchema } },
    },
    ({ params }) => webhooks.get(params.id),
  );
  server.patch(
    '/v1/webhooks/:id',
    {
      config: writing,
      schema: {
        tags,
        summary: 'Change a webhook, or switch it on or off',
        params: parameters,
        body: webhookUpdateSchema,
        response: { 200: webhookSchema },
      },
    },
    (request) => webhooks.update(request.params.id, request.body, actorOf(principalOf(request))),
  );
  server.delete(
    '/v1/webhooks/:id',
    {
      config: writing,
      schema: { tags, summary: 'Remove a webhook', params: parameters, response: { 204: nothing } },
    },
    async (request, reply) => {
      await webhooks.remove(request.params.id, actorOf(principalOf(request)));
      return reply.status(204).send(null);
    },
  );
  server.post(
    '/v1/webhooks/:id/rotate',
    {
      config: writing,
      schema: {
        tags,
        summary: 'A new secret; the one before signs along for a while',
        params: parameters,
        body: webhookRotateSchema,
        response: { 200: webhookSecretSchema },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const rotated = await webhooks.rotate(params.id, body.overlapHours, actorOf(principalOf(request)));
      return reply.header('cache-control', 'no-store').send(rotated);
    },
  );
  server.post(
    '/v1/webhooks/:id/test',
    {
      config: writing,
      schema: {
        tags,
        summary: 'Send a signed test event now and see what comes back',
        params: parameters,
        response: { 200: deliveryAttemptSchema },
      },
    },
    (request) => webhooks.test(request.params.id, actorOf(principalOf(request))),
  );
};

const registerDeliveryRoutes = (server: Server, { deliveries }: Services): void => {
  const tags = ['Webhooks'];
  server.post(
    '/v1/webhooks/:id/replay',
    {
      config: writing,
      schema: {
        tags,
        summary: 'Send again: named deliveries, everything since a time, or every dead letter',
        params: parameters,
        body: webhookReplaySchema,
        response: { 200: replayedSchema },
      },
    },
    (request) => deliveries.replay(request.params.id, request.body, actorOf(principalOf(request))),
  );
  server.get(
    '/v1/deliveries',
    {
      config: reading,
      schema: {
        tags,
        summary: 'Deliveries, newest event first',
        querystring: deliveryQuerySchema,
        response: { 200: page(deliverySchema) },
      },
    },
    ({ query }) => deliveries.list(query),
  );
  server.get(
    '/v1/deliveries/:id',
    {
      config: reading,
      schema: {
        tags,
        summary: 'One delivery with its tries and its event',
        params: parameters,
        response: { 200: deliveryDetailSchema },
      },
    },
    ({ params }) => deliveries.get(params.id),
  );
  server.post(
    '/v1/deliveries/:id/retry',
    {
      config: writing,
      schema: {
        tags,
        summary: 'Send a delivery that failed or was given up now',
        params: parameters,
        response: { 200: deliveryDetailSchema },
      },
    },
    (request) => deliveries.retry(request.params.id, actorOf(principalOf(request))),
  );
};

/** Webhooks and their deliveries over HTTP. */
export const registerEnforcementRoutes = (server: Server, services: Services): void => {
  registerWebhookRoutes(server, services);
  registerDeliveryRoutes(server, services);
};
