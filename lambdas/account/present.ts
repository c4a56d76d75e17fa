import type * as z from 'zod/mini';
import type { Invite } from '../../core/accounts/invite.ts';
import type { User } from '../../core/accounts/user.ts';
import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import type { Plan } from '../../core/plans/plan.ts';
import type { QuotaState } from '../../core/quotas/quota.ts';
import type { invite, user } from './admin-schemas.ts';
import type { auditEntry, usage } from './schemas.ts';

/** An account as an administrator sees it: never with a hash. */
export function presentUser(account: User, plan: Plan): z.output<typeof user> {
  const { userId, email, name, role, suspendedAt = null, createdAt } = account;
  return { userId, email, name, role, plan: plan.name, suspendedAt, createdAt };
}

/** An invite as answered: never with the hash of its token. */
export function presentInvite(row: Invite): z.output<typeof invite> {
  const { inviteId, email = null, createdBy, createdAt, expiresAt, usedAt = null, usedBy = null } = row;
  return { inviteId, email, createdBy, createdAt, expiresAt, usedAt, usedBy };
}

export function presentAuditEntry(entry: AuditEntry): z.output<typeof auditEntry> {
  const { auditId, action, at, actor, details = {} } = entry;
  return {
    auditId,
    action,
    at,
    actor: { kind: actor.kind, id: actor.id ?? null },
    subjectId: entry.subjectId ?? null,
    details: { ...details },
    address: entry.address ?? null,
    userAgent: entry.userAgent ?? null,
    requestId: entry.requestId ?? null,
  };
}

export function presentQuota({ limit, used, resetsAt }: QuotaState): z.output<typeof usage>['quotas']['sessions'] {
  return { limit, used, resetsAt };
}
