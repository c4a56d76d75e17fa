import { randomBytes } from 'node:crypto';

const secretPrefix = 'whsec_';
/** Standard Webhooks asks for 24 to 64 bytes. */
const secretBytes = 32;

/**
 * A new signing secret of a webhook, unique to it.
 *
 * @example newWebhookSecret() // 'whsec_' + 44 base64 characters
 */
export function newWebhookSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;
}

/** The HMAC key inside a secret. Throws when the text is not a secret. */
export function webhookSecretKey(secret: string): Buffer {
  if (!secret.startsWith(secretPrefix)) throw new Error('A webhook secret has an unknown form.');
  return Buffer.from(secret.slice(secretPrefix.length), 'base64');
}

/** What a secret of a webhook is sealed with: the same words at `seal` and `open`. */
export function webhookSecretContext(webhookId: string): string {
  return `webhook/${webhookId}`;
}
