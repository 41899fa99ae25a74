import { z } from 'zod';
import {
  apiKeyCreatedSchema,
  apiKeyCreateSchema,
  apiKeySchema,
  apiKeyUpdateSchema,
  consoleAccountCreateSchema,
  consoleAccountSchema,
  consoleAccountUpdateSchema,
} from '#contracts/access.ts';
import { identifier, page, pageQuery } from '#contracts/primitives.ts';
import { actorOf } from '#features/audit/index.ts';
import { pageOf } from '#platform/http/paging.ts';
import { principalOf } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { AccessRoutesDependencies } from './access-routes-dependencies.ts';
import { createApiKey, revokeApiKey, updateApiKey } from './api-key-service.ts';
import { listKeys } from './api-key-store.ts';
import { createConsoleAccount, updateConsoleAccount } from './console-account-service.ts';
import { listAccounts } from './console-account-store.ts';
import { registerSessionRoutes } from './session-routes.ts';

const administrators = { access: { roles: ['admin'] } } as const;
const parameters = z.object({ id: identifier });
const listQuery = pageQuery.extend({ cursor: identifier.optional() });

/** Pages by id: UUIDs of version 7 sort by time. */
const toPage = <Entry extends { readonly id: string }>(entries: readonly Entry[], limit: number) =>
  pageOf(
    entries,
    limit,
    (entry) => entry,
    ({ id }) => id,
  );

const registerAccountRoutes = (server: Server, { database, clock, authenticator }: AccessRoutesDependencies): void => {
  const tags = ['Console accounts'];
  server.route({
    method: 'GET',
    url: '/v1/console-accounts',
    config: administrators,
    schema: {
      tags,
      summary: 'The console accounts, oldest first',
      querystring: listQuery,
      response: { 200: page(consoleAccountSchema) },
    },
    handler: async ({ query: { cursor, limit } }) =>
      toPage(await listAccounts(database, cursor ?? null, limit + 1), limit),
  });
  server.route({
    method: 'POST',
    url: '/v1/console-accounts',
    config: administrators,
    schema: {
      tags,
      summary: 'Make a console account',
      body: consoleAccountCreateSchema,
      response: { 201: consoleAccountSchema },
    },
    handler: async (request, reply) => {
      const actor = actorOf(principalOf(request));
      const account = await createConsoleAccount(database, request.body, actor, new Date(clock.now()));
      return reply.status(201).send(account);
    },
  });
  server.route({
    method: 'PATCH',
    url: '/v1/console-accounts/:id',
    config: administrators,
    schema: {
      tags,
      summary: 'Change a console account; another role, disabling and a new password end its sessions',
      params: parameters,
      body: consoleAccountUpdateSchema,
      response: { 200: consoleAccountSchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      const account = await updateConsoleAccount(database, id, request.body, actorOf(principalOf(request)));
      authenticator.forget({ kind: 'account', id });
      return account;
    },
  });
};

const registerKeyRoutes = (server: Server, { database, clock, authenticator }: AccessRoutesDependencies): void => {
  const tags = ['API keys'];
  server.route({
    method: 'GET',
    url: '/v1/api-keys',
    config: administrators,
    schema: {
      tags,
      summary: 'The API keys, oldest first; none is shown whole',
      querystring: listQuery,
      response: { 200: page(apiKeySchema) },
    },
    handler: async ({ query: { cursor, limit } }) => toPage(await listKeys(database, cursor ?? null, limit + 1), limit),
  });
  server.route({
    method: 'POST',
    url: '/v1/api-keys',
    config: administrators,
    schema: {
      tags,
      summary: 'Make an API key; the answer is the only place where it is shown',
      body: apiKeyCreateSchema,
      response: { 201: apiKeyCreatedSchema },
    },
    handler: async (request, reply) => {
      const actor = actorOf(principalOf(request));
      const created = await createApiKey(database, request.body, actor, new Date(clock.now()));
      return reply.status(201).header('cache-control', 'no-store').send(created);
    },
  });
  server.route({
    method: 'PATCH',
    url: '/v1/api-keys/:id',
    config: administrators,
    schema: {
      tags,
      summary: "Change an API key's name or rate",
      params: parameters,
      body: apiKeyUpdateSchema,
      response: { 200: apiKeySchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      const key = await updateApiKey(database, id, request.body, actorOf(principalOf(request)));
      authenticator.forget({ kind: 'key', id });
      return key;
    },
  });
  server.route({
    method: 'DELETE',
    url: '/v1/api-keys/:id',
    config: administrators,
    schema: {
      tags,
      summary: 'Revoke an API key for good, at once',
      params: parameters,
      response: { 200: apiKeySchema },
    },
    handler: async (request) => {
      const { id } = request.params;
      const actor = actorOf(principalOf(request));
      const key = await revokeApiKey(database, id, actor, new Date(clock.now()));
      authenticator.forget({ kind: 'key', id });
      return key;
    },
  });
};

/** Sign-in, console accounts and API keys over HTTP. */
export const registerAccessRoutes = (server: Server, dependencies: AccessRoutesDependencies): void => {
  registerSessionRoutes(server, dependencies);
  registerAccountRoutes(server, dependencies);
  registerKeyRoutes(server, dependencies);
};
