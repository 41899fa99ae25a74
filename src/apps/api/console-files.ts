import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { notFound } from '#platform/http/problem-error.ts';
import type { Server } from '#platform/http/server.ts';
import { sendProblem } from '#platform/http/server.ts';

/** Addresses that are never pages of the console. */
const isApi = (path: string): boolean =>
  /^\/(v1|v1alpha1|docs|openapi\.json|metrics|healthz|readyz)(\/|$|\?)/.test(path);

/**
 * The built console at `/`. Every other address that asks for HTML gets the start page, which finds its own way; assets carry a hash in
 * their name and may be kept for ever. Without a build, `/` says how to make one.
 */
export const registerConsole = async (server: Server, folder: string): Promise<void> => {
  const built = existsSync(join(folder, 'index.html'));
  if (built) {
    await server.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: { public: true } };
      });
      await scope.register(fastifyStatic, {
        root: folder,
        wildcard: false,
        index: 'index.html',
        cacheControl: false,
        setHeaders: (response, path) => {
          response.header(
            'cache-control',
            path.includes(`${join('/', 'assets', '/')}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
          );
        },
      });
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const wantsPage =
      request.method === 'GET' && !isApi(request.url) && (request.headers.accept ?? '').includes('text/html');
    if (built && wantsPage) return reply.header('cache-control', 'no-cache').sendFile('index.html', folder);
    const detail = wantsPage ? 'The console is not built.' : `There is no ${request.method} route at this address.`;
    const remedy = wantsPage
      ? 'Start with `npm start`, which builds it, or run `npm run build`.'
      : 'See /docs for the routes there are.';
    return sendProblem(reply, notFound({ detail, remedy }), request.id);
  });
};
