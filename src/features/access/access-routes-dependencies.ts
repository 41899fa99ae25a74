import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { AccessAuthenticator } from './authenticator.ts';

export interface AccessRoutesDependencies {
  readonly database: Database;
  readonly secretKey: string | Uint8Array;
  readonly clock: Clock;
  readonly authenticator: AccessAuthenticator;
  /** As for the authenticator. */
  readonly publicOrigins?: readonly string[];
}
