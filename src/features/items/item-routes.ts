import { setImmediate } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Role, roles } from '#contracts/access.ts';
import { itemSubmissionSchema, type TrialItem } from '#contracts/item.ts';
import {
  batchRequestSchema,
  batchResponseSchema,
  itemAcceptedSchema,
  itemAnswerSchema,
  itemDetailSchema,
  itemSearchQuerySchema,
  itemSummarySchema,
  trialAnswerSchema,
  trialRequestSchema,
} from '#contracts/items-api.ts';
import { externalIdentifier, identifier, page } from '#contracts/primitives.ts';
import type { PartFile } from '#engine/ports/detector.ts';
import { actorOf } from '#features/audit/index.ts';
import type { Queryable } from '#platform/database/database.ts';
import { logFailure, toProblemError } from '#platform/http/error-answers.ts';
import { principalOf, type RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import { parseWith } from '#platform/http/validation.ts';
import type { Log } from '#platform/telemetry/log.ts';
import type { SubmissionAnswer } from './idempotency.ts';
import { itemDetail, searchItems, type Visibility } from './item-query-store.ts';
import type { ItemService, SetupProvider, Submitter } from './item-service.ts';
import type { PartMediaReader } from './part-media.ts';
import { tryItem } from './trial.ts';

/** Who tries an item: a key, or a person at the console. */
export interface TrialSubmitter extends Submitter {
  readonly consoleAccountId: string | null;
}

export interface ItemRouteDependencies {
  readonly service: ItemService;
  readonly database: Queryable;
  readonly setups: SetupProvider;
  readonly now: () => number;
  readonly log: Log;
  readonly media: PartMediaReader;
  /** Files for a trial: those of the submitter, and anything that can be fetched. Refuses what does not exist, naming the part. */
  readonly trialFiles: (item: TrialItem, by: TrialSubmitter) => Promise<ReadonlyMap<string, PartFile>>;
}

/** Items of a batch that are begun before others have a turn. */
const takenAtOnce = 10;

const writes: RouteAccess = { scope: 'items:write' };
const reads: RouteAccess = { scope: 'items:read', roles };
const tags = ['Items'];
const itemParams = z.object({ id: identifier });

const submitterOf = (request: FastifyRequest): Submitter => {
  const principal = principalOf(request);
  return { apiKeyId: principal.kind === 'api_key' ? principal.keyId : null, actor: actorOf(principal) };
};

const trialSubmitterOf = (request: FastifyRequest): TrialSubmitter => {
  const principal = principalOf(request);
  return {
    ...submitterOf(request),
    consoleAccountId: principal.kind === 'console' ? principal.accountId : null,
  };
};

const visibilityOf = (request: FastifyRequest): Visibility => {
  const principal = principalOf(request);
  return principal.kind === 'api_key' ? { apiKeyId: principal.keyId } : 'all';
};

const viewerOf = (request: FastifyRequest): Role | 'api_key' => {
  const principal = principalOf(request);
  return principal.kind === 'api_key' ? 'api_key' : principal.role;
};

const headerKeyOf = (request: FastifyRequest): string | undefined => {
  const header = request.headers['idempotency-key'];
  return header === undefined ? undefined : parseWith(externalIdentifier, header, 'header idempotency-key');
};

/** A server-sent event (WHATWG HTML, section 9.2). JSON has no raw line breaks, so one data line is enough. */
const serverSentEvent = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const streamTrial = async (
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
  run: (send: (event: string, data: unknown) => void) => Promise<unknown>,
): Promise<void> => {
  // Taking over the socket skips Fastify's sending, so the headers set so far (security headers among them) are carried over by hand.
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const send = (event: string, data: unknown): void => {
    reply.raw.write(serverSentEvent(event, data));
  };
  try {
    send('answer', await run(send));
  } catch (error) {
    const problem = toProblemError(error);
    logFailure(log, request, problem);
    send('problem', problem.toProblem(request.id));
  }
  reply.raw.end();
};

const sendAnswer = (reply: FastifyReply, { status, body }: SubmissionAnswer) =>
  reply.status(status).send(body as z.infer<typeof itemAnswerSchema>);

/** Items over HTTP: submit, edit, delete, read, search, batch, try. */
export const registerItemRoutes = (
  server: Server,
  { service, database, setups, now, log, media, trialFiles }: ItemRouteDependencies,
): void => {
  server.post(
    '/v1/items',
    {
      config: { access: writes },
      schema: {
        tags,
        summary: 'Submit an item and get its decision',
        body: itemSubmissionSchema,
        response: { 200: itemAnswerSchema, 202: itemAcceptedSchema },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await service.submit(request.body, submitterOf(request), headerKeyOf(request))),
  );

  server.post(
    '/v1/items/batch',
    {
      config: { access: writes },
      bodyLimit: 8 * 1024 * 1024,
      schema: {
        tags,
        summary: 'Submit up to 100 items; each stands or falls alone',
        body: batchRequestSchema,
        response: { 200: batchResponseSchema },
      },
    },
    async (request) => {
      const submitter = submitterOf(request);
      const submitOne = async (candidate: unknown, index: number) => {
        try {
          const { status, body } = await service.submit(
            parseWith(itemSubmissionSchema, candidate, `items[${index}]`),
            submitter,
          );
          return { status, item: body as z.infer<typeof itemAnswerSchema> };
        } catch (error) {
          // Whatever it was: the others of the batch are on record, or will be, and their answers must not be lost with this one's.
          const problem = toProblemError(error);
          logFailure(log, request, problem);
          return { status: problem.status, problem: problem.toProblem(request.id) };
        }
      };
      const submitted: ReturnType<typeof submitOne>[] = [];
      for (const [index, candidate] of request.body.items.entries()) {
        submitted.push(submitOne(candidate, index));
        // A hundred long texts are not to be taken in without anybody else having a turn.
        if (index % takenAtOnce === takenAtOnce - 1) await setImmediate();
      }
      return { results: await Promise.all(submitted) };
    },
  );

  server.put(
    '/v1/items/:id',
    {
      config: { access: writes },
      schema: {
        tags,
        summary: 'Edit an item: a new version, moderated again',
        params: itemParams,
        body: itemSubmissionSchema,
        response: { 200: itemAnswerSchema, 202: itemAcceptedSchema },
      },
    },
    async (request, reply) =>
      sendAnswer(reply, await service.revise(request.params.id, request.body, submitterOf(request))),
  );

  server.delete(
    '/v1/items/:id',
    {
      config: { access: writes },
      schema: { tags, summary: 'Delete an item', params: itemParams, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      await service.delete(request.params.id, submitterOf(request));
      return reply.status(204).send();
    },
  );

  server.get(
    '/v1/items/:id',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'An item with its versions and every decision',
        params: itemParams,
        response: { 200: itemDetailSchema },
      },
    },
    (request) =>
      itemDetail(database, request.params.id, { visibility: visibilityOf(request), viewer: viewerOf(request), media }),
  );

  server.get(
    '/v1/items',
    {
      config: { access: reads },
      schema: {
        tags,
        summary: 'Search items, newest first',
        querystring: itemSearchQuerySchema,
        response: { 200: page(itemSummarySchema) },
      },
    },
    (request) => searchItems(database, request.query, visibilityOf(request)),
  );

  server.post(
    '/v1/try',
    {
      config: { access: { scope: 'try', roles } },
      schema: {
        tags,
        summary: 'Try an item: every layer that it needs, nothing stored; server-sent events where accepted',
        body: trialRequestSchema,
        response: { 200: trialAnswerSchema },
      },
    },
    async (request, reply) => {
      const { item } = request.body;
      const [setup, files] = await Promise.all([setups.current(), trialFiles(item, trialSubmitterOf(request))]);
      if (!(request.headers.accept ?? '').includes('text/event-stream'))
        return tryItem(setup, item, { now: now(), files });
      await streamTrial(request, reply, log, (send) =>
        tryItem(setup, item, {
          now: now(),
          files,
          observer: { onSignal: (signal) => send('signal', signal), onLayer: (layer) => send('layer', layer) },
        }),
      );
      return reply;
    },
  );
};
