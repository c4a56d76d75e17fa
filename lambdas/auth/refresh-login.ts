import type * as z from 'zod/mini';
import { WharfError } from '../../core/wharf-error.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';
import type { login } from './schemas.ts';
import { answerLogin } from './start-login.ts';

/**
 * Exchanges a refresh token for the next one and a new login token. Throws `REFRESH_TOKEN_INVALID` for a token that has ended, is
 * none, or was used before; the last ends its whole family, see `core/accounts/refresh-family.ts`.
 */
export async function refreshLogin(
  refreshToken: string,
  origin: RequestOrigin,
  parts: Pick<AuthParts, 'users' | 'refreshTokens' | 'issueToken' | 'audit'>,
): Promise<z.output<typeof login>> {
  const result = await parts.refreshTokens.rotate(refreshToken);
  if (result.kind === 'reused') {
    await parts.audit.append({
      tenantId: result.tenantId,
      action: 'refresh_token.reused',
      actor: { kind: 'anyone' },
      subjectId: result.familyId,
      ...originNote(origin),
    });
  }
  if (result.kind !== 'rotated') throw new WharfError('REFRESH_TOKEN_INVALID');
  const user = await parts.users.find(result.tenantId);
  if (user === undefined) throw new WharfError('REFRESH_TOKEN_INVALID');
  if (user.suspendedAt !== undefined) throw new WharfError('ACCOUNT_SUSPENDED');
  return answerLogin(user, result, parts);
}

/** Ends the login of a refresh token. A token of none is no error: what the caller wants is so already. */
export async function logOut(
  refreshToken: string,
  origin: RequestOrigin,
  { refreshTokens, audit }: Pick<AuthParts, 'refreshTokens' | 'audit'>,
): Promise<void> {
  const ended = await refreshTokens.revoke(refreshToken);
  if (ended === undefined) return;
  const { tenantId, familyId } = ended;
  const actor = { kind: 'user', id: tenantId } as const;
  await audit.append({ tenantId, action: 'login.ended', actor, subjectId: familyId, ...originNote(origin) });
}
