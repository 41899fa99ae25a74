import { queryOptions } from '@tanstack/react-query';
import { type Session, sessionSchema } from '#contracts/access.ts';
import { rememberCsrfToken, request } from '../kit/api/client.ts';
import { isStatus } from '../kit/api/problem.ts';

/** Remembers that somebody signed in here, so that a stranger's first visit asks nothing it knows the answer to. */
const hint = 'tidegate-signed-in';
const mayBeSignedIn = (): boolean => {
  try {
    return localStorage.getItem(hint) !== null;
  } catch {
    return true;
  }
};
export const rememberSignedIn = (signedIn: boolean): void => {
  try {
    if (signedIn) localStorage.setItem(hint, '1');
    else localStorage.removeItem(hint);
  } catch {
    // Storage may be forbidden; the server is then asked every time.
  }
};

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    if (!mayBeSignedIn()) return null;
    try {
      const session = await request('GET', '/v1/session', sessionSchema);
      rememberCsrfToken(session.csrfToken);
      return session;
    } catch (error) {
      if (!isStatus(error, 401)) throw error;
      rememberCsrfToken(null);
      rememberSignedIn(false);
      return null;
    }
  },
  staleTime: 5 * 60_000,
});
