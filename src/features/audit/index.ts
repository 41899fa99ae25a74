export { type AuditActor, type AuditEntryInput, actorOf, systemActor } from './audit.ts';
export { appendAudit } from './audit-store.ts';
