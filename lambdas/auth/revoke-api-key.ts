import { notFound } from '../../core/http/not-found.ts';
import { type AuthParts, originNote, type RequestOrigin } from './auth-parts.ts';

/** Revokes an account key, with its line in the trail. Throws `NOT_FOUND`. */
export async function revokeApiKey(
  request: { readonly userId: string; readonly keyId: string; readonly origin: RequestOrigin },
  { keys, audit }: Pick<AuthParts, 'keys' | 'audit'>,
): Promise<void> {
  const { userId, keyId, origin } = request;
  const entry = audit.entryItem({
    tenantId: userId,
    action: 'api_key.revoked',
    actor: { kind: 'user', id: userId },
    subjectId: keyId,
    ...originNote(origin),
  });
  if (!(await keys.revoke(userId, keyId, [entry]))) throw notFound('API key');
}
