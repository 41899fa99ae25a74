import { z } from 'zod';
import type { Principal, Role } from '#contracts/access.ts';
import {
  authorityReportSchema,
  bankEntriesAddedSchema,
  bankEntriesAddSchema,
  bankEntryQuerySchema,
  bankEntrySchema,
  bankLookupAnswerSchema,
  bankLookupSchema,
  bankMatchSchema,
  hashBankCreateSchema,
  hashBankSchema,
  hashBankUpdateSchema,
} from '#contracts/hash-bank.ts';
import { identifier, page, pageQuery, slug } from '#contracts/primitives.ts';
import { actorOf } from '#features/audit/index.ts';
import { principalOf, type RouteAccess } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { BankEntryService } from './bank-entry-service.ts';
import { hiddenHashes } from './bank-errors.ts';
import { registerBankImportRoute } from './bank-import-route.ts';
import type { HashBankService } from './hash-bank-service.ts';

const readingRoles: readonly Role[] = ['admin', 'policy', 'lead', 'legal', 'analyst'];
const writingRoles: readonly Role[] = ['admin', 'policy'];
const legalRoles: readonly Role[] = ['admin', 'legal'];
const reading: RouteAccess = { roles: readingRoles, scope: 'banks:read' };
const writing: RouteAccess = { roles: writingRoles, scope: 'banks:write' };

const bankParams = z.object({ id: slug });
const entryParams = z.object({ id: slug, entryId: identifier });
const nothing = z.null();
const tags = ['Hash banks'];

const maySeeCsamHashes = (principal: Principal): boolean =>
  principal.kind === 'console' && legalRoles.includes(principal.role);

export interface HashBankRouteOptions {
  readonly banks: HashBankService;
  readonly entries: BankEntryService;
}

const registerBanks = (server: Server, { banks }: HashBankRouteOptions): void => {
  const read = { config: { access: reading } };
  const write = { config: { access: writing } };
  server.get(
    '/v1/hash-banks',
    { ...read, schema: { tags, summary: 'Hash banks with their counts', response: { 200: page(hashBankSchema) } } },
    async () => ({ entries: await banks.banks(), nextCursor: null }),
  );
  server.post(
    '/v1/hash-banks',
    {
      ...write,
      schema: { tags, summary: 'Make a hash bank', body: hashBankCreateSchema, response: { 201: hashBankSchema } },
    },
    async (request, reply) => reply.status(201).send(await banks.create(request.body, actorOf(principalOf(request)))),
  );
  server.get(
    '/v1/hash-banks/:id',
    { ...read, schema: { tags, summary: 'One hash bank', params: bankParams, response: { 200: hashBankSchema } } },
    ({ params }) => banks.bank(params.id),
  );
  server.patch(
    '/v1/hash-banks/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Change the settings of a hash bank',
        params: bankParams,
        body: hashBankUpdateSchema,
        response: { 200: hashBankSchema },
      },
    },
    (request) => banks.update(request.params.id, request.body, actorOf(principalOf(request))),
  );
  server.delete(
    '/v1/hash-banks/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Remove a hash bank with its entries; the record of its matches stays',
        params: bankParams,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await banks.remove(request.params.id, actorOf(principalOf(request)));
      return reply.status(204).send(null);
    },
  );
};

const registerFindings = (server: Server, { banks }: HashBankRouteOptions): void => {
  const read = { config: { access: reading } };
  server.get(
    '/v1/hash-banks/:id/matches',
    {
      ...read,
      schema: {
        tags,
        summary: 'What a hash bank has found, newest first',
        params: bankParams,
        querystring: pageQuery,
        response: { 200: page(bankMatchSchema) },
      },
    },
    ({ params, query }) => banks.matches(params.id, query.cursor, query.limit),
  );
  server.post(
    '/v1/hash-banks/match',
    {
      ...read,
      schema: {
        tags,
        summary: 'Which hash banks know these hashes',
        body: bankLookupSchema,
        response: { 200: bankLookupAnswerSchema },
      },
    },
    async (request) => {
      const visible = maySeeCsamHashes(principalOf(request));
      const matches = await banks.lookUp(request.body);
      // What is stored near a hash is itself a hash of such material.
      return {
        matches: matches.map((match) =>
          match.kind === 'csam' && match.algorithm === 'pdq' && !visible ? { ...match, hash: 'withheld' } : match,
        ),
      };
    },
  );
  server.get(
    '/v1/authority-reports',
    {
      config: { access: { roles: legalRoles } },
      schema: {
        tags,
        summary: 'Reports to authorities: queued here, filed outside',
        querystring: pageQuery,
        response: { 200: page(authorityReportSchema) },
      },
    },
    ({ query }) => banks.reports(query.cursor, query.limit),
  );
};

const registerEntries = (server: Server, { banks, entries }: HashBankRouteOptions): void => {
  server.get(
    '/v1/hash-banks/:id/entries',
    {
      config: { access: reading },
      schema: {
        tags,
        summary: 'Entries of a hash bank, newest first',
        params: bankParams,
        querystring: bankEntryQuerySchema,
        response: { 200: page(bankEntrySchema) },
      },
    },
    async (request) => {
      const { kind } = await banks.bank(request.params.id);
      if (kind === 'csam' && !maySeeCsamHashes(principalOf(request))) throw hiddenHashes();
      return entries.entries(request.params.id, request.query);
    },
  );
  server.post(
    '/v1/hash-banks/:id/entries',
    {
      config: { access: writing },
      schema: {
        tags,
        summary: 'Add hashes, or those of an uploaded picture',
        params: bankParams,
        body: bankEntriesAddSchema,
        response: { 200: bankEntriesAddedSchema },
      },
    },
    (request) => entries.add(request.params.id, request.body, actorOf(principalOf(request))),
  );
  server.delete(
    '/v1/hash-banks/:id/entries/:entryId',
    {
      config: { access: writing },
      schema: { tags, summary: 'Remove an entry of a hash bank', params: entryParams, response: { 204: nothing } },
    },
    async (request, reply) => {
      const { id, entryId } = request.params;
      await entries.remove(id, entryId, actorOf(principalOf(request)));
      return reply.status(204).send(null);
    },
  );
};

/** Hash banks and reports to authorities over HTTP. */
export const registerHashBankRoutes = (server: Server, options: HashBankRouteOptions): void => {
  registerBanks(server, options);
  registerFindings(server, options);
  registerEntries(server, options);
  registerBankImportRoute(server, writing, options.entries);
};
