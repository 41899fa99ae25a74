export type { Configuration } from './configuration.ts';
export { bumpEpoch, readEpoch } from './epoch-store.ts';
export { ListService } from './list-service.ts';
export { parsePolicyDocument } from './load-policy.ts';
export { type PolicyRoutesDependencies, registerPolicyRoutes } from './policy-routes.ts';
export { PolicyService } from './policy-service.ts';
export { type PolicySeeds, seedPolicies } from './seed-policies.ts';
export { readStarterPolicies, type StarterPolicy } from './starter-policies.ts';
