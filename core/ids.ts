import { createHash, randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';

const ulid = monotonicFactory();

/** What an identifier names; the prefix makes a stray id in a log line readable. */
export type IdPrefix =
  | 'usr'
  | 'key'
  | 'ses'
  | 'wh'
  | 'evt'
  | 'dlv'
  | 'cmd'
  | 'req'
  | 'wrk'
  | 'inc'
  | 'fam'
  | 'aud'
  | 'inv'
  | 'rec'
  | 'med'
  | 'call';

/**
 * A new sortable identifier with a type prefix.
 *
 * @example newId('ses') // 'ses_01k…' (30 characters)
 */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${ulid().toLowerCase()}`;
}

/**
 * An identifier that the same parts always give, so that a repeat of the same work is recognised as the same thing.
 *
 * @example derivedId('evt', [sessionId, chatId, senderId, messageId]) // 'evt_' + 32 hexadecimal characters
 */
export function derivedId(prefix: IdPrefix, parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${prefix}_${digest.slice(0, 32)}`;
}

/**
 * A WhatsApp message id as a linked device makes it: `3EB0` and 18 hexadecimal characters. The API makes it, the connector
 * sends with it, so that a send repeated after a crash is the same message to every phone.
 */
export function newMessageId(): string {
  return `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
}
