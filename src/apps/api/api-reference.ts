import { createHash } from 'node:crypto';
import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { Server } from '#platform/http/server.ts';

/** Hashes of a page's inline scripts, as a content security policy takes them. */
const inlineScriptHashes = (html: string): string[] =>
  [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    ([, script]) =>
      `'sha256-${createHash('sha256')
        .update(script ?? '')
        .digest('base64')}'`,
  );

/** Collects every route's schemas. To be registered before the routes are. */
export const registerOpenApi = async (server: Server, version: string): Promise<void> => {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tidegate',
        version,
        description:
          'Moderation of user-generated content. Errors are problem+json (RFC 9457) with the place and the remedy.',
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key with the scope of the route.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'tidegate_session',
            description: 'A console session; changes also take the header x-csrf-token.',
          },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
  });
};

/** `/openapi.json` and a page to read it, served from here alone. */
export const registerApiReference = async (server: Server): Promise<void> => {
  server.get(
    '/openapi.json',
    { config: { access: { public: true } }, schema: { hide: true } },
    async (_request, reply) => {
      // The document is data of its own shape, not one of our schemas.
      return reply.type('application/json').send(JSON.stringify(server.swagger()));
    },
  );
  await server.register(async (scope) => {
    // The reference is public, and its routes come from a plugin that knows nothing of our access rules.
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: { public: true } };
    });
    scope.addHook('onSend', async (_request, reply, payload) => {
      if (typeof payload !== 'string' || !String(reply.getHeader('content-type') ?? '').startsWith('text/html'))
        return payload;
      // The page starts itself by an inline script: that one script is allowed by its hash, nothing else is.
      reply.header(
        'content-security-policy',
        `default-src 'none'; script-src 'self' ${inlineScriptHashes(payload).join(' ')}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'`,
      );
      return payload;
    });
    await scope.register(scalar, {
      routePrefix: '/docs',
      configuration: {
        url: '/openapi.json',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        // Nothing here leads to somebody else's service.
        showDeveloperTools: 'never',
        agent: { disabled: true },
        mcp: { disabled: true },
        pageTitle: 'Tidegate API',
      },
    });
  });
};
