import { createHmac, type KeyObject, sign } from 'node:crypto';
import { BoundedCache } from '../cache/bounded-cache.ts';
import { isSigningKey, webhookSecretKey, webhookSigningKey } from './secret.ts';

export interface SignatureInput {
  /** Value of `webhook-id`; holds no full stop. */
  readonly id: string;
  /** Value of `webhook-timestamp`: Unix seconds of this attempt. */
  readonly timestampSeconds: number;
  /** The very bytes that are sent. */
  readonly body: Uint8Array;
  /** `whsec_…` and `whsk_…`, newest first; all of them sign while a rotation overlaps. */
  readonly secrets: readonly string[];
}

/** Making a key object costs three times what a signature costs. */
const signingKeys = new BoundedCache<string, KeyObject>({ entriesMax: 1_000 });

/**
 * The value of `webhook-signature` after Standard Webhooks 1.0.0, over id, timestamp and body: `v1,…` (HMAC-SHA256) for each secret
 * and `v1a,…` (Ed25519) for each signing key.
 *
 * @example signWebhook({ id: 'evt_1', timestampSeconds: 1795392000, body, secrets }) // 'v1,K5oZfz…= v1,6kzX…='
 */
export function signWebhook(input: SignatureInput): string {
  if (input.secrets.length === 0) throw new Error('A webhook without a secret cannot be signed.');
  const head = `${input.id}.${input.timestampSeconds}.`;
  return input.secrets
    .map((secret) => (isSigningKey(secret) ? ed25519(secret, head, input.body) : hmac(secret, head, input.body)))
    .join(' ');
}

function hmac(secret: string, head: string, body: Uint8Array): string {
  return `v1,${createHmac('sha256', webhookSecretKey(secret)).update(head).update(body).digest('base64')}`;
}

function ed25519(signingKey: string, head: string, body: Uint8Array): string {
  const key = signingKeys.get(signingKey) ?? webhookSigningKey(signingKey);
  signingKeys.set(signingKey, key);
  return `v1a,${sign(null, Buffer.concat([Buffer.from(head), body]), key).toString('base64')}`;
}
