import { type Session, sessionSchema } from '#contracts/access.ts';
import { queryClient } from '../app/query-client.ts';
import { command, rememberCsrfToken, request } from '../kit/api/client.ts';
import { rememberSignedIn, sessionQuery } from './session-query.ts';

/** A new session begins: its token counts from here, and nothing of an earlier person's is kept. */
const begin = (session: Session): Session => {
  forgetEverything();
  rememberCsrfToken(session.csrfToken);
  rememberSignedIn(true);
  queryClient.setQueryData(sessionQuery.queryKey, session);
  return session;
};

const enteredByKey = 'tidegate-entered-by';

/** Whether this session began with a one-time sign-in: the person then has no password that could be asked for. */
export const enteredByToken = (): boolean => sessionStorage.getItem(enteredByKey) === 'token';

export const signIn = async (email: string, password: string): Promise<Session> => {
  const session = await request('POST', '/v1/session', sessionSchema, { body: { email, password } });
  sessionStorage.removeItem(enteredByKey);
  return begin(session);
};

export const redeem = async (token: string): Promise<Session> => {
  const session = await request('POST', '/v1/session/redeem', sessionSchema, { body: { token } });
  sessionStorage.setItem(enteredByKey, 'token');
  return begin(session);
};

export const changePassword = async (next: string, current?: string): Promise<Session> =>
  begin(
    await request('POST', '/v1/session/password', sessionSchema, {
      body: { next, ...(current === undefined ? {} : { current }) },
    }),
  );

/** Ends the session. What was on the screen goes with `forgetEverything`, once it is off the screen. */
export const signOut = async (): Promise<void> => {
  await command('DELETE', '/v1/session');
  rememberCsrfToken(null);
  rememberSignedIn(false);
  queryClient.setQueryData(sessionQuery.queryKey, null);
};

/** Drops all that was read for an earlier person. */
export const forgetEverything = (): void => {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
};
