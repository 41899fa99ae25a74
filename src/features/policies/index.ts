export type { Configuration } from './configuration.ts';
export { bumpEpoch, holdEpoch, lockConfiguration, readEpoch } from './epoch-store.ts';
export { ListService } from './list-service.ts';
export { parsePolicyDocument } from './load-policy.ts';
export { registerPolicyRoutes } from './policy-routes.ts';
export { PolicyService } from './policy-service.ts';
export { seedPolicies } from './seed-policies.ts';
export { readStarterPolicies } from './starter-policies.ts';
