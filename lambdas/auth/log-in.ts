import type * as z from 'zod/mini';
import type { AdmittedLogin, LoginTry } from '../../core/accounts/login-throttle.ts';
import { hashPassword, needsRehash, unmatchableHash, verifyPassword } from '../../core/accounts/password-hash.ts';
import { nobody } from '../../core/accounts/user-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';
import type { login, loginBody } from './schemas.ts';
import { startLogin } from './start-login.ts';

export type LogInParts = Pick<AuthParts, 'users' | 'throttle' | 'refreshTokens' | 'issueToken' | 'audit'>;

/**
 * Exchanges a password for a login. Throws `LOGIN_THROTTLED` before anything is looked at, `LOGIN_FAILED` whether the address is
 * unknown or the password wrong, and `ACCOUNT_SUSPENDED` only to who knows the password. An old hash is replaced on the way.
 *
 * An unknown address costs all that a known one costs, a hash and a line in a trail too, so that no clock tells which it was.
 */
export async function logIn(
  { email, password }: z.output<typeof loginBody>,
  origin: RequestOrigin,
  parts: LogInParts,
): Promise<z.output<typeof login>> {
  const admitted = await admitTry({ email, address: origin.client.address }, parts);
  const user = await parts.users.findByEmail(email);
  const matches = await verifyPassword(password, user?.passwordHash ?? unmatchableHash);
  const note = { tenantId: user?.userId ?? nobody, ...originNote(origin) };
  if (user === undefined || !matches) {
    await parts.audit.append({ ...note, action: 'login.failed', actor: { kind: 'anyone' } });
    throw new WharfError('LOGIN_FAILED');
  }
  await parts.throttle.succeeded(admitted);
  if (user.suspendedAt !== undefined) {
    throw new WharfError('ACCOUNT_SUSPENDED', { detail: 'Ask the operator of this service.' });
  }
  if (needsRehash(user.passwordHash)) {
    await parts.users.replacePasswordHash(user.userId, { from: user.passwordHash, to: await hashPassword(password) });
  }
  const started = await startLogin(user, origin.client, parts);
  await parts.audit.append({ ...note, action: 'login.succeeded', actor: { kind: 'user', id: user.userId } });
  return started;
}

/** Charges one try at a password. Throws `LOGIN_THROTTLED`, with the seconds to wait. */
export async function admitTry(who: LoginTry, { throttle }: Pick<AuthParts, 'throttle'>): Promise<AdmittedLogin> {
  const admission = await throttle.admit(who);
  if (admission.kind === 'admitted') return admission;
  const { retryAfterSeconds } = admission;
  throw new WharfError('LOGIN_THROTTLED', {
    detail: `Try again in ${retryAfterSeconds} s.`,
    extra: { retryAfterSeconds },
  });
}
