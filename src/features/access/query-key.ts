import type { FastifyRequest } from 'fastify';

/** Stands in the query for the key that was there. */
const redactedKey = 'redacted';

/** The address without its parameters named `key`. */
const withoutKey = (url: string): string => {
  const at = url.indexOf('?');
  if (at < 0) return url;
  const kept = url
    .slice(at + 1)
    .split('&')
    .filter((pair) => !/^(?:k|%6b)(?:e|%65)(?:y|%79)(?:=|$)/i.test(pair));
  return kept.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${kept.join('&')}`;
};

/**
 * The API key in the query (`?key=KEY`), as some APIs take it; undefined where there is none. It is taken out of the request, so that
 * nobody who is asked later can put it into a log, an error or an answer. Of several keys none is right: the answer is then empty.
 */
export const takeQueryKey = (request: FastifyRequest): string | undefined => {
  const { key, ...others } = (request.query ?? {}) as Readonly<Record<string, unknown>>;
  request.raw.url = withoutKey(request.raw.url ?? '');
  const given = key !== undefined && key !== '';
  request.query = given ? { ...others, key: redactedKey } : others;
  if (!given) return undefined;
  return typeof key === 'string' ? key : '';
};
