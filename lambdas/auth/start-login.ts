import type * as z from 'zod/mini';
import { accessToken } from '../../core/accounts/access-token.ts';
import type { IssuedRefreshToken } from '../../core/accounts/refresh-tokens.ts';
import type { RequestClient } from '../../core/accounts/request-client.ts';
import type { User } from '../../core/accounts/user.ts';
import type { AuthParts } from './auth-parts.ts';
import { presentAccount } from './present.ts';
import type { login } from './schemas.ts';

/** Gives a user who has proved who they are a login: a token for now and one to get the next with. */
export async function startLogin(
  user: User,
  client: RequestClient,
  parts: Pick<AuthParts, 'refreshTokens' | 'issueToken'>,
): Promise<z.output<typeof login>> {
  return answerLogin(user, await parts.refreshTokens.issue(user.userId, client), parts);
}

/** The answer that a login and a refresh share. */
export async function answerLogin(
  user: User,
  refresh: IssuedRefreshToken,
  { issueToken }: Pick<AuthParts, 'issueToken'>,
): Promise<z.output<typeof login>> {
  const { token, expiresAt } = await issueToken(user);
  return {
    token,
    tokenType: 'Bearer',
    expiresAt,
    expiresIn: accessToken.lifeSeconds,
    refreshToken: refresh.token,
    refreshTokenExpiresAt: refresh.expiresAt,
    user: presentAccount(user),
  };
}
