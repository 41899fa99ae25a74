import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccessAuthenticator, createAuthenticator, registerAccessRoutes } from '#features/access/index.ts';
import { createCheckpointKey, registerAuditRoutes } from '#features/audit/index.ts';
import type { Clock } from '#platform/clock.ts';
import { createServer, type Server } from '#platform/http/server.ts';
import { createLog, silentLog } from '#platform/telemetry/log.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A clock that stands until it is set. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

export const createTestClock = (start: string): TestClock => {
  let now = Date.parse(start);
  return {
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
  };
};

export interface AccessWorld extends TestDatabase {
  readonly server: Server;
  readonly authenticator: AccessAuthenticator;
  readonly secretKey: string;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** A server with the routes of access and audit, and one of each scope to try keys on, over a database of its own. */
export const createAccessWorld = async (clock: Clock): Promise<AccessWorld> => {
  const testDatabase = await createTestDatabase();
  const { database } = testDatabase;
  const secretKey = 'the secret key of the test installation';
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-access-'));
  const authenticator = createAuthenticator({ database, secretKey, clock, log: silentLog });
  // What is a 500 here is a fault of ours and has to be seen.
  const server = await createServer({ authenticator, log: createLog('error') });
  registerAccessRoutes(server, { database, secretKey, clock, authenticator });
  registerAuditRoutes(server, {
    database,
    checkpointKey: createCheckpointKey(secretKey),
    checkpointPath: join(folder, 'checkpoints.jsonl'),
  });
  await authenticator.start();
  return {
    ...testDatabase,
    server,
    authenticator,
    secretKey,
    clock,
    async close() {
      await server.close();
      await authenticator.close();
      await testDatabase.drop();
      await rm(folder, { recursive: true });
    },
  };
};
