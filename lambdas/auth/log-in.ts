import type * as z from 'zod/mini';
import type { IssueAccessToken } from '../../core/accounts/issue-access-token.ts';
import { hashPassword, needsRehash, unmatchableHash, verifyPassword } from '../../core/accounts/password-hash.ts';
import type { UserRepository } from '../../core/accounts/user-repository.ts';
import { WharfError } from '../../core/wharf-error.ts';
import { presentAccount } from './present.ts';
import type { login, loginBody } from './schemas.ts';

export interface LogInParts {
  readonly users: Pick<UserRepository, 'findByEmail' | 'replacePasswordHash'>;
  readonly issueToken: IssueAccessToken;
}

/**
 * Exchanges a password for a login token. Throws `LOGIN_FAILED`, the same and after the same work whether the address is unknown or
 * the password wrong. An old hash is replaced on the way.
 */
export async function logIn(
  { email, password }: z.output<typeof loginBody>,
  parts: LogInParts,
): Promise<z.output<typeof login>> {
  const user = await parts.users.findByEmail(email);
  const matches = await verifyPassword(password, user?.passwordHash ?? unmatchableHash);
  if (user === undefined || !matches) throw new WharfError('LOGIN_FAILED');
  if (needsRehash(user.passwordHash)) {
    await parts.users.replacePasswordHash(user.userId, {
      from: user.passwordHash,
      to: await hashPassword(password),
    });
  }
  const { token, expiresAt } = await parts.issueToken(user);
  return { token, tokenType: 'Bearer', expiresAt, user: presentAccount(user) };
}
