import { z } from 'zod';
import type { Role } from '#contracts/access.ts';
import {
  judgeCallQuerySchema,
  judgeCallSchema,
  judgeSchema,
  judgeTestAnswerSchema,
  judgeTierSchema,
  judgeWriteSchema,
} from '#contracts/judge.ts';
import { identifier, page } from '#contracts/primitives.ts';
import { actorOf } from '#features/audit/index.ts';
import { pageOf, unreadableCursor } from '#platform/http/paging.ts';
import { principalOf, type RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { JudgeService } from './judge-service.ts';

const readingRoles: readonly Role[] = ['admin', 'policy', 'lead', 'analyst'];
const reading: RouteAccess = { roles: readingRoles };
/** An endpoint gets content and money: only administrators choose it. */
const writing: RouteAccess = { roles: ['admin'] };

const tierParams = z.object({ tier: judgeTierSchema });
const longestTestMs = 120_000;

/** Language-model judges over HTTP: settings, a real test, and the last questions. */
export const registerJudgeRoutes = (server: Server, { judges }: { readonly judges: JudgeService }): void => {
  const tags = ['Judges'];
  const read = { config: { access: reading } };
  const write = { config: { access: writing } };

  server.get(
    '/v1/judges',
    { ...read, schema: { tags, summary: 'Language models that judge', response: { 200: page(judgeSchema) } } },
    async () => ({ entries: await judges.list(), nextCursor: null }),
  );
  server.put(
    '/v1/judges/:tier',
    {
      ...write,
      schema: {
        tags,
        summary: 'Set up a judge (revision 0) or change one',
        params: tierParams,
        body: judgeWriteSchema,
        response: { 200: judgeSchema },
      },
    },
    (request) => judges.save(request.params.tier, request.body, actorOf(principalOf(request))),
  );
  server.delete(
    '/v1/judges/:tier',
    { ...write, schema: { tags, summary: 'Remove a judge', params: tierParams, response: { 204: z.null() } } },
    async (request, reply) => {
      await judges.remove(request.params.tier, actorOf(principalOf(request)));
      return reply.status(204).send(null);
    },
  );
  server.post(
    '/v1/judges/:tier/test',
    {
      ...write,
      schema: {
        tags,
        summary: 'Ask an endpoint a harmless question',
        params: tierParams,
        body: judgeWriteSchema,
        response: { 200: judgeTestAnswerSchema },
      },
    },
    (request) => judges.test(request.params.tier, request.body, AbortSignal.timeout(longestTestMs)),
  );
  server.get(
    '/v1/judges/:tier/calls',
    {
      ...read,
      schema: {
        tags,
        summary: 'The last questions to a judge, newest first',
        params: tierParams,
        querystring: judgeCallQuerySchema.strict(),
        response: { 200: page(judgeCallSchema) },
      },
    },
    async ({ params, query: { cursor, limit } }) => {
      if (cursor !== undefined && !identifier.safeParse(cursor).success) throw unreadableCursor();
      const rows = await judges.calls(params.tier, cursor ?? null, limit + 1);
      return pageOf(
        rows,
        limit,
        (row) => ({ ...row, at: row.at.toISOString() }),
        ({ id }) => id,
      );
    },
  );
};
