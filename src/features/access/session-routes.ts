import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  passwordChangeSchema,
  redeemSchema,
  roles,
  type Session,
  sessionSchema,
  signInSchema,
} from '#contracts/access.ts';
import { consoleAccountOf } from '#platform/http/route-access.ts';
import type { Server } from '#platform/http/server.ts';
import type { AccessRoutesDependencies } from './access-routes-dependencies.ts';
import { requireSameOrigin } from './same-origin.ts';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts';
import { createSessionService, type OpenedSession, type SignInOrigin } from './session-service.ts';

const tags = ['Session'];
const anybody = { access: { public: true } } as const;
const everyPerson = { access: { roles } } as const;

/** Signing in to the console and out of it. */
export const registerSessionRoutes = (server: Server, dependencies: AccessRoutesDependencies): void => {
  const { authenticator, publicOrigins = [] } = dependencies;
  const service = createSessionService(dependencies);

  /** Begins a session for a request of our own page, and puts it into the cookie. */
  const open = async (
    request: FastifyRequest,
    reply: FastifyReply,
    begin: (origin: SignInOrigin) => Promise<OpenedSession>,
  ): Promise<Session> => {
    requireSameOrigin(request, publicOrigins);
    const opened = await begin({ address: request.ip, previousToken: readSessionCookie(request) });
    setSessionCookie(request, reply, opened);
    return opened.session;
  };

  server.route({
    method: 'POST',
    url: '/v1/session',
    config: anybody,
    schema: {
      tags,
      summary: 'Sign in to the console; sets the session cookie',
      body: signInSchema,
      response: { 200: sessionSchema },
    },
    handler: (request, reply) => open(request, reply, (origin) => service.signIn(request.body, origin)),
  });

  server.route({
    method: 'POST',
    url: '/v1/session/redeem',
    config: anybody,
    schema: {
      tags,
      summary: 'Sign in with a one-time sign-in; sets the session cookie',
      body: redeemSchema,
      response: { 200: sessionSchema },
    },
    handler: (request, reply) => open(request, reply, (origin) => service.redeem(request.body, origin)),
  });

  server.route({
    method: 'GET',
    url: '/v1/session',
    config: everyPerson,
    schema: { tags, summary: 'Who is signed in, with the CSRF token', response: { 200: sessionSchema } },
    handler: (request, reply) => {
      reply.header('cache-control', 'no-store');
      return service.describe(consoleAccountOf(request));
    },
  });

  server.route({
    method: 'DELETE',
    url: '/v1/session',
    config: everyPerson,
    schema: { tags, summary: 'Sign out', response: { 204: z.null() } },
    handler: async (request, reply) => {
      const principal = consoleAccountOf(request);
      await service.signOut(principal);
      authenticator.forget({ kind: 'session', id: principal.sessionId });
      clearSessionCookie(request, reply);
      return reply.status(204).send(null);
    },
  });

  server.route({
    method: 'POST',
    url: '/v1/session/password',
    config: everyPerson,
    schema: {
      tags,
      summary: 'Set a new password; ends every session of the account and begins a new one',
      body: passwordChangeSchema,
      response: { 200: sessionSchema },
    },
    handler: async (request, reply) => {
      const principal = consoleAccountOf(request);
      const opened = await service.changePassword(principal, request.body, request.ip);
      authenticator.forget({ kind: 'account', id: principal.accountId });
      setSessionCookie(request, reply, opened);
      return opened.session;
    },
  });
};
