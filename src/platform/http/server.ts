import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import helmet from '@fastify/helmet';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Log } from '#platform/telemetry/log.ts';
import { answerClientError } from './client-error.ts';
import { logFailure, sendProblem, toProblemError } from './error-answers.ts';
import { sendError } from './error-shape.ts';
import { parseJsonBody } from './json-body.ts';
import { notFound } from './problem-error.ts';
import { refuseUndeclared, trackRoutes } from './registered-routes.ts';
import { type Authenticator, permits, refusal } from './route-access.ts';
import { invalidWithIssues } from './validation.ts';

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Told of every answered request, for metrics. `route` is the pattern, not the address. */
export type RequestObserver = (observation: {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}) => void;

export interface ServerOptions {
  readonly authenticator: Authenticator;
  readonly log: Log;
  readonly observe?: RequestObserver;
  /** Largest request body, bytes. */
  readonly bodyLimit?: number;
  readonly trustProxy?: boolean;
  /** HTML for an address without a route, such as a page of the console; undefined answers 404. */
  readonly pageFor?: (request: FastifyRequest) => string | undefined;
}

/** Time for a whole request to arrive; enough for the largest list on a slow line. */
const requestTimeoutMs = 120_000;

/** The HTTP server with everything that no route may forget: access, limits, problem answers, security headers. */
export const createServer = async ({
  authenticator,
  log,
  observe,
  bodyLimit = 2 * 1024 * 1024,
  trustProxy = false,
  pageFor,
}: ServerOptions): Promise<Server> => {
  const server: Server = fastify({
    logger: false,
    bodyLimit,
    trustProxy,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: 'idle',
    // Whoever sends slower than this only holds a connection.
    requestTimeout: requestTimeoutMs,
    frameworkErrors: (error, request, reply) => void sendProblem(reply, toProblemError(error), request.id),
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 400 },
  }).withTypeProvider<ZodTypeProvider>();

  server.setValidatorCompiler(({ schema, httpPart }) => (data) => {
    const result = (schema as z.ZodType).safeParse(data);
    return result.success
      ? { value: result.data }
      : { error: invalidWithIssues(result.error.issues, httpPart ?? 'request') };
  });
  // Answers are built by typed code; validating them again would cost the hot path and find nothing.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));

  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });

  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Mantine sets its colour and size variables in style attributes and elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // The console is also reached by plain http on a laptop; a proxy that ends TLS sets this header.
    strictTransportSecurity: false,
  });

  server.decorateRequest('principal', null);
  const routes = trackRoutes(server);
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.addHook('onReady', async () => refuseUndeclared(routes));
  const started = new WeakMap<FastifyRequest, number>();
  // First, so that what is refused has its id and its time too.
  server.addHook('onRequest', async (request, reply) => {
    started.set(request, performance.now());
    reply.header('x-request-id', request.id);
  });
  server.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    // No route matched: the not-found answer is for everybody.
    if (access === undefined || access.public) return;
    const principal = await authenticator.authenticate(request);
    if (!permits(access, principal)) throw refusal(access, principal);
    request.principal = principal;
  });

  server.addHook('onResponse', async (request, reply) => {
    const seconds = (performance.now() - (started.get(request) ?? performance.now())) / 1000;
    observe?.({
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: reply.statusCode,
      seconds,
    });
  });

  server.setErrorHandler((error, request, reply) => {
    const problem = toProblemError(error);
    logFailure(log, request, problem);
    return sendError(request, reply, problem);
  });
  server.setNotFoundHandler((request, reply) => {
    const page = pageFor?.(request);
    if (page !== undefined)
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
    const detail = `There is no ${request.method} route at this address.`;
    return sendProblem(reply, notFound({ detail, remedy: 'See /docs for the routes there are.' }), request.id);
  });
  return server;
};
