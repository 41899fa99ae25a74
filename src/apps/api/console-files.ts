import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyRequest } from 'fastify';
import type { Server } from '#platform/http/server.ts';

/** Addresses that are never pages of the console. */
const programmatic = /^\/(v1|v1alpha1|docs|openapi\.json|metrics|healthz|readyz|assets)(\/|$|\?)/;

const unbuilt =
  '<!doctype html><html lang="en"><title>Tidegate</title><p>The console is not built. Start with <code>npm start</code>, which builds it.</p></html>';

const startPage = (folder: string): string =>
  existsSync(join(folder, 'index.html')) ? readFileSync(join(folder, 'index.html'), 'utf8') : unbuilt;

/** Every address that asks for HTML and is no route gets the console's start page, which finds its own way. */
export const consolePages = (folder: string): ((request: FastifyRequest) => string | undefined) => {
  const page = startPage(folder);
  return (request) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    return wantsPage && !programmatic.test(request.url) ? page : undefined;
  };
};

/** The built console's files. Assets carry a hash in their name and may be kept for ever. */
export const registerConsoleFiles = async (server: Server, folder: string): Promise<void> => {
  if (!existsSync(join(folder, 'index.html'))) return;
  await server.register(async (scope) => {
    // The files are public: they hold no data, and the sign-in page is among them.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: { public: true } };
    });
    await scope.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      cacheControl: false,
      setHeaders: (response, path) => {
        const hashed = path.includes(`${sep}assets${sep}`);
        response.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });
};
