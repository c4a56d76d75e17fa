import type { AddressPolicy } from './address-policy.ts';

/** Where a request would go, once its host name has been resolved. */
export interface Target {
  readonly protocol: 'http:' | 'https:';
  readonly port: number;
  readonly addresses: readonly string[];
}

export interface TargetRules {
  readonly policy: AddressPolicy;
  /** `exempt-only`: http may reach exempt ranges only, which is the rule for webhooks. `public`: http may reach any allowed address. */
  readonly plainHttp: 'exempt-only' | 'public';
}

/** Longest URL that Wharf stores or calls, in characters. */
export const urlLengthMax = 2_048;

/**
 * Judges a URL by its text alone. Returns the reason it is refused, or the parsed URL.
 *
 * @example parseTargetUrl('https://user@example.com/') // { reason: 'It must not hold a user name or password.' }
 */
export function parseTargetUrl(text: string): { readonly url: URL } | { readonly reason: string } {
  if (text.length > urlLengthMax) return { reason: `It is longer than ${urlLengthMax} characters.` };
  // The URL parser drops tabs and line breaks without a word; what is stored must be what is called.
  if (/[\s\p{Cc}]/u.test(text)) return { reason: 'It must not hold blanks or control characters.' };
  const url = URL.parse(text);
  if (url === null) return { reason: 'It is not an absolute URL.' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { reason: 'Its scheme must be https.' };
  if (url.username !== '' || url.password !== '') return { reason: 'It must not hold a user name or password.' };
  if (text.includes('#')) return { reason: 'It must not hold a fragment.' };
  if (url.port === '0') return { reason: 'Its port must be 443 or at least 1024.' };
  return { url };
}

/**
 * Judges a target by where it leads. Returns the reason it is refused, or undefined. One bad address refuses the whole name: a name
 * that answers with a public and a private address is an attack or a mistake.
 *
 * @example judgeTarget({ protocol: 'https:', port: 22, addresses: ['1.1.1.1'] }, rules) // 'Its port must be 443 or at least 1024.'
 */
export function judgeTarget(target: Target, rules: TargetRules): string | undefined {
  if (target.addresses.length === 0) return 'Its host has no address.';
  if (!target.addresses.every((address) => rules.policy.isAllowed(address))) {
    return 'Its host leads to an address that is not public.';
  }
  if (target.addresses.every((address) => rules.policy.isExempt(address))) return undefined;
  if (target.protocol === 'http:' && rules.plainHttp === 'exempt-only') return 'Its scheme must be https.';
  const isUsualPort =
    target.port === 443 || target.port >= 1_024 || (target.protocol === 'http:' && target.port === 80);
  return isUsualPort ? undefined : 'Its port must be 443 or at least 1024.';
}

/** The port a URL leads to, its scheme's own when none is written. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** The host of a URL without the brackets of an IPv6 literal. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
