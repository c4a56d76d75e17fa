import { BlockList, isIP } from 'node:net';

/** Networks of one key at most. */
export const allowedCidrsMax = 20;

/**
 * Whether a text is a network in CIDR notation, or a single address.
 *
 * @example isCidr('203.0.113.0/24') // true
 */
export function isCidr(text: string): boolean {
  const { address, prefix, bits } = parts(text);
  // An IPv6 zone names an interface of one machine; it means nothing here.
  return bits !== 0 && !address.includes('%') && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

/**
 * Whether an address lies in one of the networks. Text that is no address lies in none.
 *
 * @example isAllowedAddress('203.0.113.9', ['203.0.113.0/24']) // true
 */
export function isAllowedAddress(address: string, cidrs: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const networks = new BlockList();
  for (const cidr of cidrs) {
    const { address: network, prefix, bits } = parts(cidr);
    networks.addSubnet(network, Number(prefix), bits === 32 ? 'ipv4' : 'ipv6');
  }
  return networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function parts(cidr: string): { readonly address: string; readonly prefix: string; readonly bits: 0 | 32 | 128 } {
  const [address = '', prefix, ...rest] = cidr.split('/');
  const family = rest.length > 0 ? 0 : isIP(address);
  const bits = family === 0 ? 0 : family === 4 ? 32 : 128;
  return { address, prefix: prefix ?? String(bits), bits };
}
