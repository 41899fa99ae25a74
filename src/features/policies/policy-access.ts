import { type Role, roles } from '#contracts/access.ts';
import type { RouteAccess } from '#platform/http/route-access.ts';

const writingRoles: readonly Role[] = ['admin', 'policy'];

/** Who may look at policies and lists. */
export const reading: RouteAccess = { roles, scope: 'policies:read' };
/** Who may change them. */
export const writing: RouteAccess = { roles: writingRoles, scope: 'policies:write' };
