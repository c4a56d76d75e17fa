import type * as z from 'zod/mini';
import { hashPassword, verifyPassword } from '../../core/accounts/password-hash.ts';
import { notFound } from '../../core/http/not-found.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';
import { admitTry } from './log-in.ts';
import type { changePasswordBody, login } from './schemas.ts';
import { startLogin } from './start-login.ts';
import { refuseWeakPassword } from './weak-password.ts';

/**
 * Changes a password and ends every login of the account; the caller goes on with the new one that is answered. The current password
 * is asked for and throttled as at a login, so that a stolen login token cannot be used to guess it. Throws `LOGIN_THROTTLED`,
 * `PASSWORD_WRONG`, or `CONFLICT` when another change came first.
 */
export async function changePassword(
  request: {
    readonly userId: string;
    readonly body: z.output<typeof changePasswordBody>;
    readonly origin: RequestOrigin;
  },
  parts: Pick<AuthParts, 'users' | 'throttle' | 'refreshTokens' | 'issueToken' | 'audit'>,
): Promise<z.output<typeof login>> {
  const { userId, body, origin } = request;
  const user = await parts.users.find(userId);
  if (user === undefined) throw notFound('account');
  refuseWeakPassword(body.newPassword, user.email, '/newPassword');
  const admitted = await admitTry({ email: user.email, address: origin.client.address }, parts);
  if (!(await verifyPassword(body.currentPassword, user.passwordHash))) throw new WharfError('PASSWORD_WRONG');
  await parts.throttle.succeeded(admitted);
  const change = { from: user.passwordHash, to: await hashPassword(body.newPassword) };
  if (!(await parts.users.replacePasswordHash(userId, change))) throw new WharfError('CONFLICT');
  await parts.refreshTokens.revokeAll(userId, 'password_changed');
  const actor = { kind: 'user', id: userId } as const;
  await parts.audit.append({ tenantId: userId, action: 'password.changed', actor, ...originNote(origin) });
  return startLogin(user, origin.client, parts);
}
