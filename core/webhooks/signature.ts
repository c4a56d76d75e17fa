import { createHmac } from 'node:crypto';
import { webhookSecretKey } from './secret.ts';

export interface SignatureInput {
  /** Value of `webhook-id`; holds no full stop. */
  readonly id: string;
  /** Value of `webhook-timestamp`: Unix seconds of this attempt. */
  readonly timestampSeconds: number;
  /** The very bytes that are sent. */
  readonly body: Uint8Array;
  /** `whsec_…`, newest first; all of them sign while a rotation overlaps. */
  readonly secrets: readonly string[];
}

/**
 * The value of `webhook-signature` after Standard Webhooks 1.0.0: HMAC-SHA256 over id, timestamp and body, one `v1,…` per secret.
 *
 * @example signWebhook({ id: 'evt_1', timestampSeconds: 1795392000, body, secrets }) // 'v1,K5oZfz…= v1,6kzX…='
 */
export function signWebhook(input: SignatureInput): string {
  if (input.secrets.length === 0) throw new Error('A webhook without a secret cannot be signed.');
  const head = `${input.id}.${input.timestampSeconds}.`;
  return input.secrets
    .map((secret) => createHmac('sha256', webhookSecretKey(secret)).update(head).update(input.body).digest('base64'))
    .map((signature) => `v1,${signature}`)
    .join(' ');
}
