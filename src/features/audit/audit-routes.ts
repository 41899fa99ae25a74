import type { Role } from '#contracts/access.ts';
import {
  type AuditVerification,
  auditEntrySchema,
  auditQuerySchema,
  auditVerificationSchema,
} from '#contracts/audit.ts';
import { page } from '#contracts/primitives.ts';
import type { Database } from '#platform/database/database.ts';
import { invalidRequest } from '#platform/http/problem-error.ts';
import type { Server } from '#platform/http/server.ts';
import { toAuditEntry } from './audit.ts';
import type { CheckpointKey } from './audit-checkpoint.ts';
import { readCheckpoints } from './audit-checkpoint-file.ts';
import { readPage } from './audit-store.ts';
import { verifyAudit } from './audit-verify.ts';

export interface AuditRoutesDependencies {
  readonly database: Database;
  readonly checkpointKey: CheckpointKey;
  /** The file of exported checkpoints. */
  readonly checkpointPath: string;
}

const readers: readonly Role[] = ['admin', 'policy', 'lead', 'analyst'];

const readCursor = (cursor: string | undefined): number | null => {
  if (cursor === undefined) return null;
  const sequence = /^[1-9]\d{0,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(sequence)) return sequence;
  throw invalidRequest({
    detail: 'The cursor is not one of ours.',
    remedy: 'Pass `nextCursor` of the page before, or leave it out for the newest entries.',
    errors: [{ path: 'cursor', message: 'not a cursor of this list' }],
  });
};

/** The audit log over HTTP: read it, newest first, and verify it. */
export const registerAuditRoutes = (
  server: Server,
  { database, checkpointKey, checkpointPath }: AuditRoutesDependencies,
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
      const entries = await readPage(database, filter, readCursor(cursor), limit + 1);
      const shown = entries.slice(0, limit).map(toAuditEntry);
      const nextCursor = entries.length > limit ? String(shown.at(-1)!.sequence) : null;
      return { entries: shown, nextCursor };
    },
  });

  // A verification reads the whole log: those who ask while one runs get the answer of that one.
  let running: Promise<AuditVerification> | undefined;
  const verify = async (): Promise<AuditVerification> =>
    verifyAudit(database, await readCheckpoints(checkpointPath, checkpointKey));
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
