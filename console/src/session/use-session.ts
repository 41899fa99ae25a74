import { useQuery } from '@tanstack/react-query';
import type { Session } from '#contracts/access.ts';
import { may, type Permission } from './permissions.ts';
import { sessionQuery } from './session-query.ts';

/** The signed-in person. Only for screens inside the shell, which is not shown without one. */
export const useSession = (): Session => {
  const { data } = useQuery(sessionQuery);
  if (data === undefined || data === null) throw new Error('This screen needs a signed-in person.');
  return data;
};

export const useMay = (permission: Permission): boolean => {
  const { data } = useQuery(sessionQuery);
  return data !== undefined && data !== null && may(data.role, permission);
};
