export { type AuditActor, type AuditEntryInput, actorOf, systemActor } from './audit.ts';
export { type CheckpointKey, createCheckpointKey } from './audit-checkpoint.ts';
export { checkpointFile, noEvidence, readCheckpoints } from './audit-checkpoint-file.ts';
export { startCheckpointing } from './audit-jobs.ts';
export { registerAuditRoutes } from './audit-routes.ts';
export { appendAudit } from './audit-store.ts';
export { verifyAudit } from './audit-verify.ts';
