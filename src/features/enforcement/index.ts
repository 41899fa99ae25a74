export { createEnforcement, type Enforcement, type EnforcementOptions, enforcementGauges } from './enforcement.ts';
export { enforcementCrontab, enforcementJobs } from './enforcement-jobs.ts';
export { registerEnforcementRoutes } from './enforcement-routes.ts';
