import type { RouteOptions } from 'fastify';
import type { RouteAccess } from './route-access.ts';

/** A route as it was registered. `url` is the pattern, as in `/v1/items/:id`. */
export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
  readonly access: RouteAccess;
}

const routesOf = new WeakMap<object, RouteOptions[]>();

/** The list that the server's routes go into as they are registered. */
export const trackRoutes = (server: object): RouteOptions[] => {
  const routes: RouteOptions[] = [];
  routesOf.set(server, routes);
  return routes;
};

/** Every route of the server so far, with who may use it, so that a test can try each as everybody. */
export const registeredRoutes = (server: object): readonly RegisteredRoute[] =>
  (routesOf.get(server) ?? []).flatMap(({ method, url, config }) =>
    config?.access === undefined ? [] : [method].flat().map((name) => ({ method: name, url, access: config.access! })),
  );

/** A route that forgot to say who may use it stops the start. Checked at the end, when plugins' routes have been given theirs. */
export const refuseUndeclared = (routes: readonly RouteOptions[]): void => {
  const undeclared = routes.find(({ config }) => config?.access === undefined);
  if (undeclared === undefined) return;
  throw new Error(
    `route ${String(undeclared.method)} ${undeclared.url} does not say who may use it; set config.access`,
  );
};
