export { registerAccessRoutes } from './access-routes.ts';
export type { AccessRoutesDependencies } from './access-routes-dependencies.ts';
export { type ApiKeyInput, createApiKey, revokeApiKey, updateApiKey } from './api-key-service.ts';
export { findUnusableKeys } from './api-key-store.ts';
export { type AccessAuthenticator, type AuthenticatorOptions, createAuthenticator } from './authenticator.ts';
export { type Bootstrapped, bootstrapAccess, firstAdminEmail } from './bootstrap.ts';
export { type ConsoleAccountInput, createConsoleAccount, updateConsoleAccount } from './console-account-service.ts';
export { findFirstAdmin } from './console-account-store.ts';
export { createOneTimeSignIn } from './session-service.ts';
