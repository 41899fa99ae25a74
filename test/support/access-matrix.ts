import type { Role, Scope } from '#contracts/access.ts';
import { roles, scopes } from '#contracts/access.ts';
import { createApiKey, createConsoleAccount, createOneTimeSignIn } from '#features/access/index.ts';
import { systemActor } from '#features/audit/index.ts';
import type { Database } from '#platform/database/database.ts';
import { type RegisteredRoute, registeredRoutes } from '#platform/http/registered-routes.ts';
import type { Server } from '#platform/http/server.ts';
import { newId } from '#platform/ids.ts';

/** Somebody who can be tried on every route. */
export interface Caller {
  /** `role lead`, `scope items:read`, `nobody`. */
  readonly name: string;
  readonly role?: Role;
  readonly scopes?: readonly Scope[];
  /** What goes with each request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Signs in as an account by a one-time sign-in; the cookie and the CSRF token as request headers. */
export const signInAs = async (
  server: Server,
  database: Database,
  accountId: string,
): Promise<{ cookie: string; 'x-csrf-token': string }> => {
  const { token } = await createOneTimeSignIn(database, accountId);
  const response = await server.inject({ method: 'POST', url: '/v1/session/redeem', payload: { token } });
  if (response.statusCode !== 200) throw new Error(`signing in answered ${response.statusCode}: ${response.body}`);
  const cookie = String(response.headers['set-cookie']).split(';')[0]!;
  return { cookie, 'x-csrf-token': response.json<{ csrfToken: string }>().csrfToken };
};

/** An account of a role, for as often as it is needed. */
export const createPerson = async (database: Database, role: Role): Promise<string> => {
  const id = newId();
  const account = await createConsoleAccount(
    database,
    { email: `${role}-${id}@example.org`, displayName: `The ${role}`, role, password: `a long password ${id}` },
    systemActor,
    new Date(),
  );
  return account.id;
};

const createKey = (database: Database, name: string, of: readonly Scope[]) =>
  createApiKey(database, { name, scopes: [...of], ratePerMinute: null, expiresAt: null }, systemActor, new Date());

/** Nobody; a person of every role; a key of every single scope, and one with all of them. */
export const everyCaller = async (server: Server, database: Database): Promise<Caller[]> => {
  const callers: Caller[] = [{ name: 'nobody', headers: {} }];
  for (const role of roles) {
    const accountId = await createPerson(database, role);
    callers.push({ name: `role ${role}`, role, headers: await signInAs(server, database, accountId) });
  }
  for (const one of [...scopes.map((scope) => [scope]), [...scopes]]) {
    const { key } = await createKey(database, `matrix ${one.join(' ')}`.slice(0, 100), one);
    const name = one.length === 1 ? `scope ${one[0]}` : 'all scopes';
    callers.push({ name, scopes: one, headers: { authorization: `Bearer ${key}` } });
  }
  return callers;
};

export type Verdict = 'let in' | 401 | 403;

/** What the route's declaration says of the caller. */
export const expectedVerdict = ({ access }: RegisteredRoute, caller: Caller): Verdict => {
  if (access.public) return 'let in';
  if (caller.role !== undefined) return access.roles?.includes(caller.role) ? 'let in' : 403;
  if (caller.scopes === undefined) return 401;
  return access.scope !== undefined && caller.scopes.includes(access.scope) ? 'let in' : 403;
};

const hasBody = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** The route's address with an id that nothing has. */
export const addressOf = (url: string): string =>
  url
    .replace(/(?<!:):[A-Za-z]+/g, '00000000-0000-7000-8000-000000000000')
    .replaceAll('::', ':')
    .replace('*', 'nothing');

/** Refusals of routes that stand in for an API of Google's: nobody is 403 there, and a key that is no good 400. */
const googleVerdict = (statusCode: number, body: string): Verdict | undefined => {
  if (statusCode === 403 && body.includes('unregistered callers')) return 401;
  return statusCode === 400 && body.includes('API_KEY_INVALID') ? 401 : undefined;
};

/**
 * Tries a route. What would change something gets a body that is no JSON, which is read only once the caller was let in: 400 then
 * shows that the door was open, and nothing has been done.
 */
export const tryRoute = async (
  server: Server,
  { method, url }: RegisteredRoute,
  headers: Readonly<Record<string, string>>,
): Promise<Verdict | string> => {
  const { statusCode, body } = await server.inject({
    method: method as 'GET',
    url: addressOf(url),
    headers: hasBody(method) ? { ...headers, 'content-type': 'application/json' } : headers,
    ...(hasBody(method) ? { payload: '{ no JSON' } : {}),
  });
  const elsewhere = url.startsWith('/v1alpha1/') ? googleVerdict(statusCode, body) : undefined;
  if (elsewhere !== undefined) return elsewhere;
  if (statusCode === 401 || statusCode === 403) return statusCode;
  if (hasBody(method)) return statusCode === 400 ? 'let in' : `answered ${statusCode} to a body that is no JSON`;
  return statusCode < 500 ? 'let in' : `answered ${statusCode}`;
};

/** Every route that does not do what it declares, as lines to read; empty when all do. */
export const findAccessFaults = async (server: Server, callers: readonly Caller[]): Promise<string[]> => {
  const faults: string[] = [];
  for (const route of registeredRoutes(server)) {
    for (const caller of callers) {
      const expected = expectedVerdict(route, caller);
      const actual = await tryRoute(server, route, caller.headers);
      if (actual !== expected)
        faults.push(`${route.method} ${route.url} as ${caller.name}: ${actual}, not ${expected}`);
    }
  }
  return faults;
};

/** Every route that changes something and lets a signed-in person do so without the CSRF token or from another origin. */
export const findForgeableRoutes = async (server: Server, person: Caller): Promise<string[]> => {
  const faults: string[] = [];
  for (const route of registeredRoutes(server)) {
    if (!hasBody(route.method) || expectedVerdict(route, person) !== 'let in' || route.access.public) continue;
    const { 'x-csrf-token': token, ...withoutToken } = person.headers;
    if (token === undefined) throw new Error(`${person.name} has no session`);
    const forgeries = {
      'without a token': withoutToken,
      'with a wrong token': { ...withoutToken, 'x-csrf-token': 'x'.repeat(43) },
      'from another origin': { ...withoutToken, 'x-csrf-token': token, origin: 'https://elsewhere.example' },
      'from an opaque origin': { ...withoutToken, 'x-csrf-token': token, origin: 'null' },
      'from another site': { ...withoutToken, 'x-csrf-token': token, 'sec-fetch-site': 'cross-site' },
    };
    for (const [how, headers] of Object.entries(forgeries)) {
      const actual = await tryRoute(server, route, headers);
      if (actual !== 403) faults.push(`${route.method} ${route.url} ${how}: ${actual}`);
    }
  }
  return faults;
};
