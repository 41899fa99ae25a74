import { createContext, useContext } from 'react';
import type { Session } from '#contracts/access.ts';
import { may, type Permission } from './permissions.ts';

/** The session of the screens below; given by the shell, which goes away with it. */
export const SessionContext = createContext<Session | null>(null);

/** The signed-in person. Only for screens inside the shell, which is not shown without one. */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('This screen needs a signed-in person.');
  return session;
};

export const useMay = (permission: Permission): boolean => may(useSession().role, permission);
