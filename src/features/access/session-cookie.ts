import type { FastifyReply, FastifyRequest } from 'fastify';

export const sessionCookie = 'tidegate_session';

/** The session token that the browser sent, if any. Of several cookies of that name the first counts (RFC 6265, 5.4). */
export const readSessionCookie = (request: FastifyRequest): string | undefined => {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === sessionCookie) return pair.slice(at + 1).trim();
  }
  return undefined;
};

const setCookie = (request: FastifyRequest, reply: FastifyReply, value: string, expires: Date): void => {
  const attributes = [
    // A token is base64url, which needs no escaping in a cookie.
    `${sessionCookie}=${value}`,
    'Path=/',
    `Expires=${expires.toUTCString()}`,
    'HttpOnly',
    'SameSite=Strict',
    // On a laptop the console is reached by plain http; a browser would not send a secure cookie there.
    ...(request.protocol === 'https' ? ['Secure'] : []),
  ];
  reply.header('set-cookie', attributes.join('; ')).header('cache-control', 'no-store');
};

export const setSessionCookie = (
  request: FastifyRequest,
  reply: FastifyReply,
  session: { readonly token: string; readonly expiresAt: Date },
): void => setCookie(request, reply, session.token, session.expiresAt);

export const clearSessionCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  setCookie(request, reply, '', new Date(0));
