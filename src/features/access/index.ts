export { registerAccessRoutes } from './access-routes.ts';
export { createApiKey, revokeApiKey } from './api-key-service.ts';
export { findUnusableKeys } from './api-key-store.ts';
export { type AccessAuthenticator, createAuthenticator } from './authenticator.ts';
export { type Bootstrapped, bootstrapAccess } from './bootstrap.ts';
export { createConsoleAccount, updateConsoleAccount } from './console-account-service.ts';
export { findFirstAdmin } from './console-account-store.ts';
export { createOneTimeSignIn } from './session-service.ts';
