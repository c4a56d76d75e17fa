export { type AuditAction, type AuditActor, type AuditEntry, type AuditNote, auditActions } from './audit-entry.ts';
export { type AuditTrail, type AuditTrailOptions, createAuditTrail } from './audit-trail.ts';
