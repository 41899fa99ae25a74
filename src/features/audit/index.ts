export { type AuditActor, type AuditEntryInput, actorOf, systemActor } from './audit.ts';
export { type AuditCheckpoint, type CheckpointKey, createCheckpointKey } from './audit-checkpoint.ts';
export { type CheckpointEvidence, noEvidence, readCheckpoints } from './audit-checkpoint-file.ts';
export { type Checkpointing, type CheckpointingOptions, startCheckpointing } from './audit-jobs.ts';
export { type AuditRoutesDependencies, registerAuditRoutes } from './audit-routes.ts';
export { appendAudit } from './audit-store.ts';
export { verifyAudit } from './audit-verify.ts';
