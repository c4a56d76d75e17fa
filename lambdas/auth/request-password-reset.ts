import type * as z from 'zod/mini';
import { networkOf } from '../../core/accounts/client-network.ts';
import { resetAddressRules, resetMailRules } from '../../core/accounts/login-throttle-rules.ts';
import type { AuthParts, RequestOrigin } from './auth-parts.ts';
import type { requestResetBody } from './schemas.ts';

/**
 * Notes that somebody wants to set a new password. Whether an account has the address is looked up by the function that mails, when
 * the answer is out already: here a known address and an unknown one cost the very same calls. A throttled wish is dropped without a word,
 * and where no sender of mails is set up all of them are.
 */
export async function requestPasswordReset(
  { email }: z.output<typeof requestResetBody>,
  { client, requestId }: RequestOrigin,
  { requestThrottle, sendResetWish }: Pick<AuthParts, 'requestThrottle' | 'sendResetWish'>,
): Promise<void> {
  const admission = await requestThrottle.admit([
    { purpose: 'reset-mail', text: email.trim().toLowerCase(), rules: resetMailRules },
    { purpose: 'reset-address', text: networkOf(client.address), rules: resetAddressRules },
  ]);
  if (admission.kind === 'admitted') await sendResetWish?.({ version: 1, email, client, requestId });
}
