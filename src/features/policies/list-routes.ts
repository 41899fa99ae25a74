import { z } from 'zod';
import {
  domainListDetailSchema,
  domainListWriteSchema,
  termListDetailSchema,
  termListSummarySchema,
  termListWriteSchema,
} from '#contracts/policies-api.ts';
import { page } from '#contracts/primitives.ts';
import { actorOf } from '#features/audit/index.ts';
import { invalidRequest } from '#platform/http/problem-error.ts';
import { principalOf } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { ListService } from './list-service.ts';
import { reading, writing } from './policy-access.ts';

const listParams = z.object({ id: z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/, 'must be the id of a list') });
const nothing = z.null();
/** Ten thousand terms are about a megabyte. */
const listBodyLimit = 32 * 1024 * 1024;

const refuseOtherId = (fromAddress: string, fromBody: string): void => {
  if (fromAddress === fromBody) return;
  throw invalidRequest({
    detail: 'The id in the address is not the id of the list that was sent.',
    remedy: 'A list keeps its id: make a new one and remove the old one.',
    errors: [{ path: 'list.id', message: `must be \`${fromAddress}\`` }],
  });
};

/** Term lists and domain lists over HTTP. */
export const registerListRoutes = (server: Server, { lists }: { readonly lists: ListService }): void => {
  const tags = ['Lists'];
  const read = { config: { access: reading } };
  const write = { config: { access: writing }, bodyLimit: listBodyLimit };
  const remove = { config: { access: writing } };

  server.get(
    '/v1/term-lists',
    { ...read, schema: { tags, summary: 'Term lists', response: { 200: page(termListSummarySchema) } } },
    async () => ({ entries: await lists.termLists(), nextCursor: null }),
  );
  server.get(
    '/v1/term-lists/:id',
    {
      ...read,
      schema: { tags, summary: 'One term list', params: listParams, response: { 200: termListDetailSchema } },
    },
    ({ params }) => lists.termList(params.id),
  );
  server.put(
    '/v1/term-lists/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Make a term list (revision 0) or replace one',
        params: listParams,
        body: termListWriteSchema,
        response: { 200: termListDetailSchema },
      },
    },
    (request) => {
      const { list, revision } = request.body;
      refuseOtherId(request.params.id, list.id);
      return lists.saveTermList(list, revision, actorOf(principalOf(request)));
    },
  );
  server.delete(
    '/v1/term-lists/:id',
    {
      ...remove,
      schema: { tags, summary: 'Remove a term list of your own', params: listParams, response: { 204: nothing } },
    },
    async (request, reply) => {
      await lists.removeTermList(request.params.id, actorOf(principalOf(request)));
      return reply.status(204).send(null);
    },
  );

  server.get(
    '/v1/domain-lists',
    { ...read, schema: { tags, summary: 'Domain lists', response: { 200: page(domainListDetailSchema) } } },
    async () => ({ entries: await lists.domainLists(), nextCursor: null }),
  );
  server.get(
    '/v1/domain-lists/:id',
    {
      ...read,
      schema: { tags, summary: 'One domain list', params: listParams, response: { 200: domainListDetailSchema } },
    },
    ({ params }) => lists.domainList(params.id),
  );
  server.put(
    '/v1/domain-lists/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Make a domain list (revision 0) or replace one',
        params: listParams,
        body: domainListWriteSchema,
        response: { 200: domainListDetailSchema },
      },
    },
    (request) => {
      const { list, revision } = request.body;
      refuseOtherId(request.params.id, list.id);
      return lists.saveDomainList(list, revision, actorOf(principalOf(request)));
    },
  );
  server.delete(
    '/v1/domain-lists/:id',
    { ...remove, schema: { tags, summary: 'Remove a domain list', params: listParams, response: { 204: nothing } } },
    async (request, reply) => {
      await lists.removeDomainList(request.params.id, actorOf(principalOf(request)));
      return reply.status(204).send(null);
    },
  );
};
