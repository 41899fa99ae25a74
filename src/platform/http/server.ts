import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import helmet from '@fastify/helmet';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Principal, Role, Scope } from '#contracts/access.ts';
import type { Log } from '#platform/telemetry/log.ts';
import { answerClientError } from './client-error.ts';
import { parseJsonBody } from './json-body.ts';
import { loggableError } from './loggable-error.ts';
import {
  forbidden,
  invalidRequest,
  malformedRequest,
  notFound,
  ProblemError,
  tooLarge,
  unavailable,
} from './problem-error.ts';

/** Who may call a route: everybody, or keys with the scope and console accounts with one of the roles. */
export type RouteAccess =
  | { readonly public: true }
  | { readonly public?: false; readonly scope?: Scope; readonly roles?: readonly Role[] };

/** Finds out who makes a request. Throws a ProblemError (401, 403, 429) where it cannot be said or must not go on. */
export interface Authenticator {
  authenticate(request: FastifyRequest): Promise<Principal>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

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

/** A route as it was registered. `url` is the pattern, as in `/v1/items/:id`. */
export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
}

const routesOf = new WeakMap<object, RouteOptions[]>();

/** Every route of the server so far, with who may use it, so that a test can try each as everybody. */
export const registeredRoutes = (server: Server): readonly RegisteredRoute[] =>
  (routesOf.get(server) ?? []).flatMap(({ method, url, config }) =>
    config?.access === undefined ? [] : [method].flat().map((name) => ({ method: name, url, access: config.access! })),
  );

/** A route that forgot to say who may use it stops the start. Checked at the end, when plugins' routes have been given theirs. */
const refuseUndeclared = (routes: readonly RouteOptions[]): void => {
  const undeclared = routes.find(({ config }) => config?.access === undefined);
  if (undeclared === undefined) return;
  throw new Error(
    `route ${String(undeclared.method)} ${undeclared.url} does not say who may use it; set config.access`,
  );
};

/** The principal of a request on a route that is not public. */
export const principalOf = (request: FastifyRequest): Principal => {
  if (request.principal === null)
    throw new Error(`route ${request.routeOptions.url ?? ''} asked for a principal but is public`);
  return request.principal;
};

/** The console account behind a request. @throws ProblemError 403 for an API key */
export const consoleAccountOf = (request: FastifyRequest): Extract<Principal, { kind: 'console' }> => {
  const principal = principalOf(request);
  if (principal.kind !== 'console') {
    throw forbidden({
      detail: 'This can only be done by a person signed in to the console.',
      remedy: 'Sign in to the console.',
    });
  }
  return principal;
};

const permits = (access: RouteAccess, principal: Principal): boolean => {
  if (access.public) return true;
  if (principal.kind === 'api_key') return access.scope !== undefined && principal.scopes.includes(access.scope);
  return access.roles?.includes(principal.role) ?? false;
};

const refusal = (access: RouteAccess, principal: Principal): ProblemError => {
  const scope = access.public ? undefined : access.scope;
  const allowedRoles = access.public ? [] : (access.roles ?? []);
  return principal.kind === 'api_key'
    ? forbidden({
        detail: scope === undefined ? 'API keys may not use this route.' : `This key lacks the scope \`${scope}\`.`,
        remedy: scope === undefined ? 'Do this in the console.' : 'Ask an administrator for a key with that scope.',
      })
    : forbidden({
        detail: `The role ${principal.role} may not do this${allowedRoles.length > 0 ? `; it takes ${allowedRoles.join(' or ')}` : ''}.`,
        remedy: 'Ask an administrator to do it, or for the role.',
      });
};

/** Zod's path as people read it: `parts[0].text`. */
const readablePath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );

/** Checks a value against a schema. @throws ProblemError 422 naming each place */
export const parseWith = <T extends z.ZodType>(schema: T, value: unknown, where = 'body'): z.output<T> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidWithIssues(result.error.issues, where);
};

const flatten = (
  issues: readonly z.core.$ZodIssue[],
  prefix: readonly PropertyKey[] = [],
): { path: string; message: string }[] =>
  issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: readablePath([...path, key]),
        message: 'unknown field; remove it or check its spelling',
      }));
    return [{ path: readablePath(path), message: issue.message }];
  });

const invalidWithIssues = (issues: readonly z.core.$ZodIssue[], where: string): ProblemError => {
  const errors = flatten(issues).slice(0, 50);
  const first = errors[0];
  return invalidRequest({
    detail: `The ${where} is not valid: ${first === undefined ? 'see errors' : `${first.path === '' ? where : first.path}: ${first.message}`}.`,
    remedy: 'Correct the places named under `errors`; /docs describes every field.',
    errors,
  });
};

const fromFastify = (error: FastifyError): ProblemError | undefined => {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return tooLarge({
        detail: 'The request body is larger than this server takes.',
        remedy: 'Send less in one request; long content can be split into parts or items.',
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError({
        status: 415,
        type: 'unsupported-media-type',
        title: 'Unsupported media type',
        detail: 'The body is not application/json.',
        remedy: 'Set content-type: application/json and send JSON.',
      });
    case 'FST_ERR_BAD_URL':
      return malformedRequest({
        detail: 'The address is not a valid URL: it has a `%` that begins no UTF-8 character.',
        remedy: 'Encode the address as UTF-8 with `%` escapes (RFC 3986).',
      });
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError({
        status: 414,
        type: 'address-too-long',
        title: 'Address too long',
        detail: 'A part of the address is longer than any id.',
        remedy: 'Check the id in the address.',
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return malformedRequest({
        detail: 'The body does not have the length that content-length says.',
        remedy: 'Send the right content-length.',
      });
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new ProblemError({
            status: error.statusCode,
            type: 'malformed-request',
            title: 'Malformed request',
            detail: 'The request could not be read.',
            remedy: 'Check the method, headers and body against /docs.',
          })
        : undefined;
  }
};

const isTransient = (error: unknown): boolean => error instanceof Error && error.name === 'DatabaseUnavailable';

const toProblemError = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  if (error instanceof Error && 'validation' in error && error.cause === undefined && Array.isArray(error.validation)) {
    const issues = error.validation
      .map((entry: { params?: { issue?: z.core.$ZodIssue } }) => entry.params?.issue)
      .filter((issue) => issue !== undefined);
    const where =
      'validationContext' in error && typeof error.validationContext === 'string' ? error.validationContext : 'request';
    return invalidWithIssues(issues, where);
  }
  const known = error instanceof Error && 'code' in error ? fromFastify(error as FastifyError) : undefined;
  if (known !== undefined) return known;
  if (isTransient(error)) {
    return unavailable({
      detail: 'The database cannot be reached.',
      remedy: 'Try again shortly; nothing of this request was kept.',
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new ProblemError({
    status: 500,
    type: 'internal',
    title: 'Internal error',
    detail: 'Something went wrong on our side; nothing half-done was kept.',
    remedy: 'Try again; if it stays, look for this request id in the log.',
    cause: error,
  });
};

/** Answers with a problem document. */
export const sendProblem = (reply: FastifyReply, problem: ProblemError, instance: string): FastifyReply => {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.toProblem(instance)));
};

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
  const routes: RouteOptions[] = [];
  routesOf.set(server, routes);
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.addHook('onReady', async () => refuseUndeclared(routes));
  server.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    // No route matched: the not-found answer is for everybody.
    if (access === undefined || access.public) return;
    const principal = await authenticator.authenticate(request);
    if (!permits(access, principal)) throw refusal(access, principal);
    request.principal = principal;
  });

  const started = new WeakMap<FastifyRequest, number>();
  server.addHook('onRequest', async (request, reply) => {
    started.set(request, performance.now());
    reply.header('x-request-id', request.id);
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
    if (problem.status >= 500) {
      // Over capacity or without the database nobody needs to look at each request; whatever is amiss is said once, elsewhere.
      log[problem.status === 503 ? 'warn' : 'error'](
        {
          requestId: request.id,
          route: request.routeOptions.url,
          status: problem.status,
          error: loggableError(problem.cause),
        },
        'request failed',
      );
    }
    return sendProblem(reply, problem, request.id);
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
