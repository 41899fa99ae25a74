export { type AuditActor, type AuditEntryInput, actorOf, type StoredEntry, systemActor } from './audit.ts';
export { type CheckpointKey, createCheckpointKey } from './audit-checkpoint.ts';
export { checkpointFile, noEvidence, readCheckpoints } from './audit-checkpoint-file.ts';
export type { AuditFault } from './audit-fault.ts';
export { startCheckpointing } from './audit-jobs.ts';
export { registerAuditRoutes } from './audit-routes.ts';
export { appendAudit } from './audit-store.ts';
export { type RecordCheck, verifyAudit } from './audit-verify.ts';
