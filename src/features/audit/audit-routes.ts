import type { Role } from '#contracts/access.ts';
import {
  type AuditVerification,
  auditEntrySchema,
  auditQuerySchema,
  auditVerificationSchema,
} from '#contracts/audit.ts';
import { page } from '#contracts/primitives.ts';
import type { Database } from '#platform/database/database.ts';
import { pageOf, readNumberCursor } from '#platform/http/paging.ts';
import type { Server } from '#platform/http/server.ts';
import { toAuditEntry } from './audit.ts';
import type { CheckpointKey } from './audit-checkpoint.ts';
import { readCheckpoints } from './audit-checkpoint-file.ts';
import { readPage } from './audit-store.ts';
import { type RecordCheck, verifyAudit } from './audit-verify.ts';

export interface AuditRoutesDependencies {
  readonly database: Database;
  readonly checkpointKey: CheckpointKey;
  /** The file of exported checkpoints. */
  readonly checkpointPath: string;
  /** For what entries speak of, new for each verification. */
  readonly records?: () => RecordCheck;
}

const readers: readonly Role[] = ['admin', 'policy', 'lead', 'analyst'];

/** The audit log over HTTP: read it, newest first, and verify it. */
export const registerAuditRoutes = (
  server: Server,
  { database, checkpointKey, checkpointPath, records }: AuditRoutesDependencies,
): void => {
  server.route({
    method: 'GET',
    url: '/v1/audit',
    config: { access: { roles: readers, scope: 'audit:read' } },
    schema: {
      tags: ['Audit'],
      summary: 'The audit log, newest entry first',
      querystring: auditQuerySchema,
      response: { 200: page(auditEntrySchema) },
    },
    handler: async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const before = readNumberCursor(cursor, Number.MAX_SAFE_INTEGER);
      const entries = await readPage(database, filter, before, limit + 1);
      return pageOf(entries, limit, toAuditEntry, ({ sequence }) => String(sequence));
    },
  });

  // A verification reads the whole log: those who ask while one runs get the answer of that one.
  let running: Promise<AuditVerification> | undefined;
  const verify = async (): Promise<AuditVerification> =>
    verifyAudit(database, await readCheckpoints(checkpointPath, checkpointKey), records?.());
  server.route({
    method: 'POST',
    url: '/v1/audit/verify',
    config: { access: { roles: readers, scope: 'audit:read' } },
    schema: {
      tags: ['Audit'],
      summary: 'Verify the hash chain of the whole audit log against the signed checkpoints',
      response: { 200: auditVerificationSchema },
    },
    handler: () => {
      running ??= verify().finally(() => {
        running = undefined;
      });
      return running;
    },
  });
};
