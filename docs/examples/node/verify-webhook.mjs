import { createHmac, timingSafeEqual } from 'node:crypto';

/** Both ways; an older request may be a recording. */
const toleranceSeconds = 300;
/** An empty key would let anybody sign. */
const keyBytesMin = 24;

/**
 * Whether a request comes from Wharf and is fresh. `secret` is `webhook.secret` of the answer that created the webhook, `headers` have
 * names in lower case, `rawBody` is a Buffer of the bytes as they arrived, not JSON that was parsed and written again.
 */
export function isGenuineWebhook(secret, headers, rawBody, nowSeconds = Date.now() / 1000) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (!id || !signatures || !/^\d{1,12}$/.test(timestamp ?? '')) return false;
  if (Math.abs(nowSeconds - Number(timestamp)) > toleranceSeconds) return false;

  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length < keyBytesMin) throw new Error('WHARF_WEBHOOK_SECRET is no webhook secret.');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest();
  // While a secret is being replaced there are several signatures, separated by blanks. One must fit.
  return signatures.split(' ').some((entry) => {
    const [version, signature = ''] = entry.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
