import type * as z from 'zod/mini';
import { issuePasswordReset } from '../../core/accounts/password-reset.ts';
import type { UserPrincipal } from '../../core/accounts/principal.ts';
import type { RefreshTokens } from '../../core/accounts/refresh-tokens.ts';
import type { RequestClient } from '../../core/accounts/request-client.ts';
import type { User } from '../../core/accounts/user.ts';
import type { UserChange, UserDirectory } from '../../core/accounts/user-directory.ts';
import type { AuditAction } from '../../core/audit/audit-entry.ts';
import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import { notFound } from '../../core/http/not-found.ts';
import type { Plans } from '../../core/plans/plan.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import type { Table } from '../../core/storage/table.ts';
import type { TransactItem } from '../../core/storage/transact-item.ts';
import { WharfError } from '../../core/wharf-error.ts';
import type { changeUserBody, passwordReset } from './admin-schemas.ts';

export interface AdminParts {
  readonly control: Table;
  readonly findUser: (userId: string) => Promise<User | undefined>;
  readonly directory: Pick<UserDirectory, 'change'>;
  readonly refreshTokens: Pick<RefreshTokens, 'revokeAll'>;
  readonly audit: Pick<AuditTrail, 'entryItem'>;
  readonly plans: Plans;
  readonly now: () => number;
}

/** What an administrator asks to be done to an account. */
export interface AdminRequest {
  readonly principal: UserPrincipal;
  readonly client: RequestClient;
  readonly requestId: string;
  readonly userId: string;
}

/** Sets plan and role. Throws `NOT_FOUND`, `OWN_ACCOUNT` for one's own role, and `VALIDATION_FAILED` for a plan that is none. */
export async function changeUser(
  request: AdminRequest,
  { plan, role }: z.output<typeof changeUserBody>,
  parts: AdminParts,
): Promise<User> {
  if (typeof plan === 'string' && !parts.plans.has(plan)) {
    const message = 'There is no such plan.';
    throw new WharfError('VALIDATION_FAILED', { detail: message, errors: [{ pointer: '/plan', message }] });
  }
  if (role !== undefined) refuseOwnAccount(request);
  const entries = [
    ...(plan === undefined ? [] : [entry(request, 'account.plan_changed', { plan: plan ?? 'default' }, parts)]),
    ...(role === undefined ? [] : [entry(request, 'account.role_changed', { role }, parts)]),
  ];
  return change(request, { plan, role }, entries, parts);
}

/** Shuts an account out, and ends its logins. Throws `NOT_FOUND` or `OWN_ACCOUNT`. */
export async function suspendUser(request: AdminRequest, parts: AdminParts): Promise<User> {
  refuseOwnAccount(request);
  const user = await existing(request, parts);
  if (user.suspendedAt !== undefined) return user;
  const suspendedAt = new Date(parts.now()).toISOString();
  const suspended = await change(request, { suspendedAt }, [entry(request, 'account.suspended', {}, parts)], parts);
  await parts.refreshTokens.revokeAll(request.userId, 'suspended');
  return suspended;
}

/** Lets an account in again. Throws `NOT_FOUND`. */
export async function restoreUser(request: AdminRequest, parts: AdminParts): Promise<User> {
  const user = await existing(request, parts);
  if (user.suspendedAt === undefined) return user;
  return change(request, { suspendedAt: null }, [entry(request, 'account.restored', {}, parts)], parts);
}

/** Makes the one-time token that sets a password. Throws `NOT_FOUND`. */
export async function createPasswordReset(
  request: AdminRequest,
  parts: AdminParts,
): Promise<z.output<typeof passwordReset>> {
  const { userId } = request;
  const { tableName, dynamodb } = parts.control;
  const { token, expiresAt, update } = issuePasswordReset(tableName, userId, parts.now());
  const refusal = await runTransaction(dynamodb, [
    { Update: update },
    entry(request, 'password.reset_issued', {}, parts),
  ]);
  if (refusal !== undefined) throw notFound('account');
  return { userId, resetToken: token, expiresAt };
}

/** An administrator who suspends or demotes themselves could leave an installation without one. */
function refuseOwnAccount({ principal, userId }: AdminRequest): void {
  if (principal.userId === userId) throw new WharfError('OWN_ACCOUNT');
}

async function existing({ userId }: AdminRequest, { findUser }: AdminParts): Promise<User> {
  const user = await findUser(userId);
  if (user === undefined) throw notFound('account');
  return user;
}

async function change(
  { userId }: AdminRequest,
  wanted: UserChange,
  entries: readonly TransactItem[],
  { directory }: AdminParts,
): Promise<User> {
  const user = await directory.change(userId, wanted, entries);
  if (user === undefined) throw notFound('account');
  return user;
}

/** Stands in the trail of the account that it was done to. */
function entry(
  { principal, client, requestId, userId }: AdminRequest,
  action: AuditAction,
  details: Readonly<Record<string, string>>,
  { audit }: AdminParts,
): TransactItem {
  const actor = { kind: 'admin', id: principal.userId } as const;
  return audit.entryItem({ tenantId: userId, action, actor, subjectId: userId, details, ...client, requestId });
}
