import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `account` keys manage all sessions of a tenant, `session` keys only their own. */
export type ApiKeyKind = 'account' | 'session';

/** A key as it is made: the text is shown once and never stored. */
export interface NewApiKey {
  readonly key: string;
  readonly hash: string;
  readonly lastFour: string;
}

const prefixes: Readonly<Record<ApiKeyKind, string>> = { account: 'wharf_ak_', session: 'wharf_sk_' };
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters of 62 are 190 bits: far beyond guessing, so that a plain SHA-256 may be stored. */
const secretLength = 32;
/** 62^6 is the first power above 2^32. */
const checksumLength = 6;
const keyPattern = new RegExp(`^(?:wharf_ak_|wharf_sk_)[0-9A-Za-z]{${secretLength + checksumLength}}$`);

/**
 * Makes a key: prefix, 32 random base62 characters, and six for the CRC-32 of all before them, so that a typo or an invented key is
 * refused without a database read and secret scanners know it.
 *
 * @example newApiKey('account').key // 'wharf_ak_' + 38 characters
 */
export function newApiKey(kind: ApiKeyKind): NewApiKey {
  const body = `${prefixes[kind]}${randomBase62(secretLength)}`;
  const key = `${body}${checksum(body)}`;
  return { key, hash: hashApiKey(key), lastFour: key.slice(-4) };
}

/**
 * The hash under which a key is stored, or undefined when the text cannot be a key of ours.
 *
 * @example parseApiKey('wharf_ak_nonsense') // undefined
 */
export function parseApiKey(text: string): { readonly kind: ApiKeyKind; readonly hash: string } | undefined {
  if (!keyPattern.test(text)) return undefined;
  const body = text.slice(0, -checksumLength);
  if (checksum(body) !== text.slice(-checksumLength)) return undefined;
  return { kind: text.startsWith(prefixes.account) ? 'account' : 'session', hash: hashApiKey(text) };
}

function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let index = 0; index < checksumLength; index++) {
    digits = alphabet.charAt(rest % alphabet.length) + digits;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}

/** Bytes from 248 on are thrown away: 248 is the largest multiple of 62 in a byte, and a remainder would favour the first letters. */
function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}
