import type { AuditAction, AuditNote } from '../../core/audit/audit-entry.ts';
import type { ApiRequest } from '../shared/operation.ts';

type Caller = Pick<ApiRequest<unknown, unknown, 'sessions:write'>, 'principal' | 'client' | 'requestId'>;

/** What the trail of the account tells of something done to a session: who did it, and from where. */
export function sessionNote(
  action: Extract<AuditAction, `session.${string}`>,
  { principal, client, requestId }: Caller,
  sessionId: string,
): AuditNote {
  const id = principal.kind === 'user' ? principal.userId : principal.keyId;
  const { tenantId, kind } = principal;
  return { tenantId, action, actor: { kind, id }, subjectId: sessionId, ...client, requestId };
}
