import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { identifier, page } from '#contracts/primitives.ts';
import {
  reviewDecisionSchema,
  reviewNoteCreateSchema,
  reviewNoteSchema,
  reviewQueueQuerySchema,
  reviewSkipSchema,
  reviewSummarySchema,
  reviewTaskDetailSchema,
  reviewTaskSchema,
} from '#contracts/review.ts';
import { consoleAccountOf } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import { type Reviewer, reviewingRoles, watchingRoles } from './review.ts';
import type { ReviewService } from './review-service.ts';

const task = z.object({ id: identifier });
const nothing = z.null();

const queueQuery = reviewQueueQuerySchema.strict();
/** Filters of `next`, in the query string. */
const nextQuery = reviewQueueQuerySchema.pick({ queue: true, bucket: true, category: true, surface: true }).strict();
const decided = z.object({ task: reviewTaskSchema, decisionId: identifier });

const reviewing = { access: { roles: reviewingRoles } };
const watching = { access: { roles: watchingRoles } };

const reviewerOf = (request: FastifyRequest): Reviewer => {
  const { accountId, displayName, role } = consoleAccountOf(request);
  return { accountId, displayName, role };
};

/** Review is for people at the console: no API key scope opens these routes. */
export const registerReviewRoutes = (server: Server, { review }: { readonly review: ReviewService }): void => {
  const tags = ['Review'];

  server.get(
    '/v1/review/summary',
    {
      config: watching,
      schema: { tags, summary: 'Counts of the review queue', response: { 200: reviewSummarySchema } },
    },
    (request) => review.summary(reviewerOf(request).role),
  );

  server.get(
    '/v1/review/tasks',
    {
      config: reviewing,
      schema: {
        tags,
        summary: 'The review queue, riskiest first',
        querystring: queueQuery,
        response: { 200: page(reviewTaskSchema) },
      },
    },
    (request) => review.list(request.query, reviewerOf(request)),
  );

  server.post(
    '/v1/review/next',
    {
      config: reviewing,
      schema: {
        tags,
        summary: 'Claim the riskiest free task; 204 when there is none',
        querystring: nextQuery,
        response: { 200: reviewTaskDetailSchema, 204: nothing },
      },
    },
    async (request, reply) => {
      const detail = await review.next(request.query, reviewerOf(request));
      return detail === null ? reply.status(204).send(null) : detail;
    },
  );

  server.get(
    '/v1/review/tasks/:id',
    {
      config: reviewing,
      schema: { tags, summary: 'One task with its content', params: task, response: { 200: reviewTaskDetailSchema } },
    },
    (request) => review.detail(request.params.id, reviewerOf(request)),
  );

  for (const [act, summary] of [
    ['claim', 'Claim a task for ten minutes'],
    ['extend', 'Keep a claim: another ten minutes from now'],
    ['release', 'Give a task back; a lead can for others'],
  ] as const) {
    server.post(
      `/v1/review/tasks/:id/${act}`,
      { config: reviewing, schema: { tags, summary, params: task, response: { 200: reviewTaskSchema } } },
      (request) => review[act](request.params.id, reviewerOf(request)),
    );
  }

  server.post(
    '/v1/review/tasks/:id/skip',
    {
      config: reviewing,
      schema: {
        tags,
        summary: 'Leave a claimed task to somebody else',
        params: task,
        body: reviewSkipSchema,
        response: { 200: reviewTaskSchema },
      },
    },
    (request) => review.skip(request.params.id, reviewerOf(request), request.body),
  );

  server.post(
    '/v1/review/tasks/:id/decide',
    {
      config: reviewing,
      schema: {
        tags,
        summary: 'Decide a claimed task',
        params: task,
        body: reviewDecisionSchema,
        response: { 200: decided },
      },
    },
    (request) => review.decide(request.params.id, reviewerOf(request), request.body),
  );

  server.post(
    '/v1/review/tasks/:id/notes',
    {
      config: reviewing,
      schema: {
        tags,
        summary: 'Add a note to a task',
        params: task,
        body: reviewNoteCreateSchema,
        response: { 201: reviewNoteSchema },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await review.note(request.params.id, reviewerOf(request), request.body.text)),
  );

  server.post(
    '/v1/review/tasks/:id/reveal',
    {
      config: reviewing,
      schema: { tags, summary: 'Log that the content was uncovered', params: task, response: { 204: nothing } },
    },
    async (request, reply) => {
      await review.reveal(request.params.id, reviewerOf(request));
      return reply.status(204).send(null);
    },
  );
};
