import { fastifyCookie } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const sessionCookie = 'tidegate_session';

/** The session token that the browser sent, if any. */
export const readSessionCookie = (request: FastifyRequest): string | undefined => {
  const { cookie } = request.headers;
  if (cookie === undefined || !cookie.includes(sessionCookie)) return undefined;
  return fastifyCookie.parse(cookie)[sessionCookie];
};

const setCookie = (request: FastifyRequest, reply: FastifyReply, value: string, expires: Date): void => {
  const text = fastifyCookie.serialize(sessionCookie, value, {
    httpOnly: true,
    sameSite: 'strict',
    // On a laptop the console is reached by plain http; a browser would not send a secure cookie there.
    secure: request.protocol === 'https',
    path: '/',
    expires,
  });
  reply.header('set-cookie', text).header('cache-control', 'no-store');
};

export const setSessionCookie = (
  request: FastifyRequest,
  reply: FastifyReply,
  session: { readonly token: string; readonly expiresAt: Date },
): void => setCookie(request, reply, session.token, session.expiresAt);

export const clearSessionCookie = (request: FastifyRequest, reply: FastifyReply): void =>
  setCookie(request, reply, '', new Date(0));
