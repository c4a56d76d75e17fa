import { WharfError } from '../wharf-error.ts';

const lengthMax = 255;

/**
 * The key out of an `Idempotency-Key` header: 1 to 255 visible ASCII characters, as the draft's quoted string (`"8e03…"`) or bare, as
 * most clients send it; both spellings are one key. Throws `IDEMPOTENCY_KEY_INVALID`.
 *
 * @example parseIdempotencyKey('"order-7"') // 'order-7'
 */
export function parseIdempotencyKey(header: string): string {
  const text = header.trim();
  const key = text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  if (key.length >= 1 && key.length <= lengthMax && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(key)) return key;
  throw new WharfError('IDEMPOTENCY_KEY_INVALID', {
    detail: `The key must be 1 to ${lengthMax} visible ASCII characters without quotes and backslashes.`,
  });
}
