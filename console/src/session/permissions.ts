import type { Role } from '#contracts/access.ts';

/** What the console offers by role. The server decides; this only keeps people from doors that would not open. */
const permissions = {
  review: ['admin', 'lead', 'reviewer', 'legal'],
  publishPolicy: ['admin', 'policy'],
  writeLists: ['admin', 'policy'],
  readAudit: ['admin', 'policy', 'lead', 'analyst'],
  readBanks: ['admin', 'policy', 'lead', 'legal', 'analyst'],
  writeBanks: ['admin', 'policy'],
  readAuthorityReports: ['admin', 'legal'],
  readDeliveries: ['admin', 'lead', 'analyst', 'policy'],
  manageWebhooks: ['admin'],
  readModels: ['admin', 'policy', 'lead', 'analyst'],
  readJudges: ['admin', 'policy', 'lead', 'analyst'],
  manageJudges: ['admin'],
  manageKeys: ['admin'],
  manageAccounts: ['admin'],
  loadDemo: ['admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export const may = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role);
