import { type AllowedCidrs, createAddressPolicy } from '../webhooks/guard/address-policy.ts';
import { type ResolveHost, resolveHost } from '../webhooks/guard/resolve-host.ts';
import { hostOf } from '../webhooks/guard/target-rules.ts';

/** A proxy as a tenant names it, taken apart. */
export interface ProxyAddress {
  readonly protocol: 'http:' | 'https:' | 'socks5:';
  /** Name or address literal, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Empty when the proxy asks for none. */
  readonly username: string;
  /** Secret. */
  readonly password: string;
}

export type ProxyRefusal = { readonly reason: string };

/** `resolved`: the name has addresses, and one of them is forbidden. */
export type ProxyAddresses =
  | { readonly addresses: readonly string[]; readonly exempt: boolean }
  | (ProxyRefusal & { readonly resolved: boolean });

export const proxyUrlLengthMax = 500;

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'socks5:': 1_080 };
/** SOCKS5 has one byte for the length of each. */
const credentialBytesMax = 255;
const mask = '****';

/**
 * Judges the address of a proxy by its text alone: `http`, `https` or `socks5`, a host, perhaps a port, user name and password, and nothing
 * behind it. Returns the reason why it is refused, or its parts.
 *
 * @example parseProxyUrl('socks5://me:secret@proxy.example.com:1080')
 */
export function parseProxyUrl(text: string): ProxyAddress | ProxyRefusal {
  if (text.length > proxyUrlLengthMax) return { reason: `It is longer than ${proxyUrlLengthMax} characters.` };
  // The URL parser drops tabs and line breaks without a word; what is stored must be what is called.
  if (/[\s\p{Cc}]/u.test(text)) return { reason: 'It must not hold blanks or control characters.' };
  // Parsed as http, because of other schemes the parser leaves host and port unread.
  const scheme = /^(https?|socks5):\/\//i.exec(text)?.[0];
  if (scheme === undefined) return { reason: 'Its scheme must be http, https or socks5.' };
  const protocol = scheme.slice(0, -2).toLowerCase() as ProxyAddress['protocol'];
  const url = URL.parse(`ws://${text.slice(scheme.length)}`);
  if (url === null) return { reason: 'It is not an absolute URL.' };
  if (!/^\/?$/.test(url.pathname) || /[?#]/.test(text)) return { reason: 'Nothing may stand behind host and port.' };
  const credentials = [decode(url.username), decode(url.password)];
  const [username, password] = credentials;
  if (username === undefined || password === undefined) {
    return { reason: 'User name and password must be printable, and at most 255 bytes each.' };
  }
  // A URL of the scheme ws leaves its usual port out.
  const port = url.port === '' ? (explicitPort(text) ?? defaultPorts[protocol] ?? 0) : Number(url.port);
  if (port === 0) return { reason: 'Its port must be at least 1.' };
  return { protocol, host: hostOf(url), port, username, password };
}

/** What may be shown of a proxy: all but the password. */
export function maskProxyUrl({ protocol, host, port, username, password }: ProxyAddress): string {
  const user = username === '' && password === '' ? '' : `${encodeURIComponent(username)}${password && `:${mask}`}@`;
  return `${protocol}//${user}${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The addresses that a proxy may be dialled at, all of them public or exempted by the operator, or the reason why it may not. One bad
 * address refuses the whole name.
 *
 * @example await checkedProxyAddresses('proxy.example.com', { allowedCidrs: [] }) // ['203.0.113.9'] is never among them
 */
export async function checkedProxyAddresses(
  host: string,
  { allowedCidrs, resolve = resolveHost }: { readonly allowedCidrs: AllowedCidrs; readonly resolve?: ResolveHost },
): Promise<ProxyAddresses> {
  const policy = createAddressPolicy(allowedCidrs);
  // Why a name did not resolve says nothing that helps a tenant; an address that is none resolves to nothing too.
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length === 0) return { reason: 'Its host name does not resolve.', resolved: false };
  if (!addresses.every((address) => policy.isAllowed(address))) {
    return { reason: 'Its host leads to an address that is not public.', resolved: true };
  }
  return { addresses, exempt: addresses.every((address) => policy.isExempt(address)) };
}

function explicitPort(text: string): number | undefined {
  return /:0*80\/?$/.test(text) ? 80 : undefined;
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return /[\p{Cc}]/u.test(decoded) || Buffer.byteLength(decoded) > credentialBytesMax ? undefined : decoded;
  } catch {
    // A percent sign that begins nothing.
    return undefined;
  }
}
