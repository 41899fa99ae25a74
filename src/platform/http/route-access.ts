import type { FastifyRequest } from 'fastify';
import type { Principal, Role, Scope } from '#contracts/access.ts';
import { forbidden, type ProblemError } from './problem-error.ts';

/** Who may call a route: everybody, or keys with the scope and console accounts with one of the roles. */
export type RouteAccess =
  | { readonly public: true }
  | {
      readonly public?: false;
      readonly scope?: Scope;
      readonly roles?: readonly Role[];
      /** The API key may also come as `?key=KEY`, for clients that can send it in no other way. */
      readonly keyInQuery?: true;
    };

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

/** Whether the principal may use a route with this access. */
export const permits = (access: RouteAccess, principal: Principal): boolean => {
  if (access.public) return true;
  if (principal.kind === 'api_key') return access.scope !== undefined && principal.scopes.includes(access.scope);
  return access.roles?.includes(principal.role) ?? false;
};

/** The answer to a principal who may not. */
export const refusal = (access: RouteAccess, principal: Principal): ProblemError => {
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
