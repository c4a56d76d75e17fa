import { createPublicKey, verify } from 'node:crypto';

const toleranceSeconds = 300;

/** Whether a request comes from Wharf and is fresh. `publicKeys` are those of `GET /webhooks/{webhookId}`: nothing to keep secret. */
export function isGenuineWebhook(publicKeys, headers, rawBody, nowSeconds = Date.now() / 1000) {
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowSeconds - Number(timestamp)) > toleranceSeconds) return false;
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${timestamp}.`), rawBody]);
  const signatures = (headers['webhook-signature'] ?? '').split(' ').filter((one) => one.startsWith('v1a,'));
  return publicKeys.some((text) => {
    const x = Buffer.from(text.replace(/^whpk_/, ''), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return signatures.some((one) => verify(null, signed, key, Buffer.from(one.slice(4), 'base64')));
  });
}
