import type { FastifyRequest } from 'fastify';
import { forbidden } from '#platform/http/problem-error.ts';

/**
 * Refuses a request that a page of another origin made (OWASP Cross-Site Request Forgery Prevention: verifying the origin). A
 * browser always says where such a request comes from; a client that says nothing is no browser that could be misled.
 *
 * @param publicOrigins Further origins of ours, as in `https://moderation.example.org`, for a proxy that rewrites the host
 * @throws ProblemError 403
 */
export const requireSameOrigin = (request: FastifyRequest, publicOrigins: readonly string[]): void => {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined) {
    if (site === undefined || site === 'same-origin' || site === 'none') return;
  } else if (publicOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === request.host)) return;
  throw forbidden({
    detail: 'This request comes from a page that is not the console.',
    remedy: 'Use the console at its own address; behind a proxy, let it pass the Host header on.',
  });
};
