import type * as z from 'zod/mini';
import type { Invites } from '../../core/accounts/invites.ts';
import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { createdInvite, createInviteBody } from './admin-schemas.ts';
import type { AdminRequest } from './administer-user.ts';
import { presentInvite } from './present.ts';

export interface InviteParts {
  readonly invites: Pick<Invites, 'create' | 'delete'>;
  readonly audit: Pick<AuditTrail, 'append'>;
}

type Request = Omit<AdminRequest, 'userId'>;

/** Makes an invite and shows its token this once. */
export async function createInvite(
  request: Request & { readonly reservedId: string },
  { email, expiresInHours }: z.output<typeof createInviteBody>,
  { invites, audit }: InviteParts,
): Promise<z.output<typeof createdInvite>> {
  const createdBy = request.principal.userId;
  const wish = {
    inviteId: request.reservedId,
    createdBy,
    lifeHours: expiresInHours,
    ...(email === undefined ? {} : { email }),
  };
  const { invite, token } = await invites.create(wish);
  await audit.append({ ...noteOf(request), action: 'invite.created', subjectId: invite.inviteId });
  return { ...presentInvite(invite), inviteToken: token };
}

/** Takes an invite back. Throws `NOT_FOUND`. */
export async function deleteInvite(request: Request, inviteId: string, { invites, audit }: InviteParts): Promise<void> {
  if (!(await invites.delete(inviteId))) throw notFound('invite');
  await audit.append({ ...noteOf(request), action: 'invite.deleted', subjectId: inviteId });
}

/** Stands in the trail of the administrator. */
function noteOf({ principal, client, requestId }: Request) {
  const { userId } = principal;
  return { tenantId: userId, actor: { kind: 'admin', id: userId } as const, ...client, requestId };
}
