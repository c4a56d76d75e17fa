import type * as z from 'zod/mini';
import { parseOneTimeToken } from '../../core/accounts/one-time-token.ts';
import { hashPassword } from '../../core/accounts/password-hash.ts';
import { isValidReset, usePasswordReset } from '../../core/accounts/password-reset.ts';
import { runTransaction } from '../../core/storage/run-transaction.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';
import type { resetPasswordBody } from './schemas.ts';
import { refuseWeakPassword } from './weak-password.ts';

/**
 * Sets a password by a one-time token and ends every login of the account. Throws `RESET_TOKEN_INVALID` for a token that was used,
 * replaced, has expired or never was.
 */
export async function resetPassword(
  { token, password }: z.output<typeof resetPasswordBody>,
  origin: RequestOrigin,
  {
    control,
    users,
    refreshTokens,
    throttle,
    audit,
    now,
  }: Pick<AuthParts, 'control' | 'users' | 'refreshTokens' | 'throttle' | 'audit' | 'now'>,
): Promise<void> {
  const parsed = parseOneTimeToken('password-reset', token);
  if (parsed === undefined) throw new WharfError('RESET_TOKEN_INVALID');
  const { id: userId, hash } = parsed;
  const user = await users.find(userId);
  if (!isValidReset(user, hash, now())) throw new WharfError('RESET_TOKEN_INVALID');
  refuseWeakPassword(password, user.email, '/password');
  const passwordHash = await hashPassword(password);
  const refusal = await runTransaction(control.dynamodb, [
    usePasswordReset(control.tableName, { userId, hash, passwordHash, nowMs: now() }),
    audit.entryItem({ tenantId: userId, action: 'password.reset', actor: { kind: 'anyone' }, ...originNote(origin) }),
  ]);
  if (refusal !== undefined) throw new WharfError('RESET_TOKEN_INVALID');
  await Promise.all([refreshTokens.revokeAll(userId, 'password_changed'), throttle.clear(user.email)]);
}
