import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a token is good for: the prefix of its text and of the id that it names. */
export type OneTimePurpose = 'password-reset' | 'invite';

const forms: Readonly<Record<OneTimePurpose, { readonly prefix: string; readonly idPrefix: string }>> = {
  'password-reset': { prefix: 'wharf_pr_', idPrefix: 'usr_' },
  invite: { prefix: 'wharf_in_', idPrefix: 'inv_' },
};
const restPattern = /^([0-9a-z]{26})\.([A-Za-z0-9_-]{43})$/;

/** A token as it is made: the text is handed out once, the hash is stored. */
export interface OneTimeToken {
  readonly token: string;
  readonly hash: string;
}

/**
 * Makes a token that names a row and proves with 256 random bits; a plain SHA-256 of so many may be stored.
 *
 * @example newOneTimeToken('invite', 'inv_01k…').token // 'wharf_in_01k….…'
 */
export function newOneTimeToken(purpose: OneTimePurpose, id: string): OneTimeToken {
  const { prefix, idPrefix } = forms[purpose];
  const secret = randomBytes(32).toString('base64url');
  return { token: `${prefix}${id.slice(idPrefix.length)}.${secret}`, hash: hashOf(secret) };
}

/** What a token says, or undefined when the text is none: then no read is spent on it. */
export function parseOneTimeToken(
  purpose: OneTimePurpose,
  text: string,
): { readonly id: string; readonly hash: string } | undefined {
  const { prefix, idPrefix } = forms[purpose];
  if (!text.startsWith(prefix)) return undefined;
  const [, id, secret] = restPattern.exec(text.slice(prefix.length)) ?? [];
  return id === undefined || secret === undefined ? undefined : { id: `${idPrefix}${id}`, hash: hashOf(secret) };
}

/** Whether a presented hash is the stored one. */
export function isSameHash(presented: string, stored: string | undefined): boolean {
  return stored?.length === presented.length && timingSafeEqual(Buffer.from(presented), Buffer.from(stored));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
