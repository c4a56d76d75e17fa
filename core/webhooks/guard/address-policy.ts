import { BlockList, isIP } from 'node:net';

/** Ranges that may be reached although the public rule forbids them: the operator's own exception, empty on AWS. */
export type AllowedCidrs = readonly string[];

export interface AddressPolicy {
  /** Whether the address lies in one of the operator's exceptions. */
  isExempt(address: string): boolean;
  /** Whether a connection to the address is allowed at all. Anything that does not parse as an address is not. */
  isAllowed(address: string): boolean;
}

/**
 * Every IPv4 range that is not public unicast, after IANA's special-purpose registry. A test holds the rule against ipaddr.js, which is
 * 13 kB that no function should carry for this.
 */
const specialIpv4 = networks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/**
 * IANA gives out global unicast IPv6 from this block only. Without it `::127.0.0.1` (the deprecated IPv4-compatible form) would pass,
 * and NAT64, which leads to any IPv4 address.
 */
const globalIpv6 = networks(['2000::/3']);

/** What is not public unicast within that block: protocol assignments with Teredo, documentation, 6to4, AS112. */
const specialIpv6 = networks(['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']);

const mappedIpv4 = networks(['::ffff:0:0/96']);

/**
 * The rule of the guard: an address is allowed when it is public unicast after an IPv4-mapped form is unwrapped, or when the operator
 * exempted its range. Throws when a range does not parse, so that a typo stops the start instead of weakening the rule.
 *
 * @example createAddressPolicy(['127.0.0.1/32']).isAllowed('10.0.0.1') // false
 */
export function createAddressPolicy(allowedCidrs: AllowedCidrs): AddressPolicy {
  const exempt = networks(allowedCidrs);
  const isExempt = (address: string): boolean => lies(address, exempt);
  return { isExempt, isAllowed: (address) => isPublicUnicast(address) || isExempt(address) };
}

/**
 * The list in `WEBHOOK_ALLOWED_CIDRS`: comma-separated, blanks ignored.
 *
 * @example parseAllowedCidrs('127.0.0.1/32, 10.1.0.0/16') // ['127.0.0.1/32', '10.1.0.0/16']
 */
export function parseAllowedCidrs(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((cidr) => cidr.trim())
    .filter((cidr) => cidr !== '');
}

function isPublicUnicast(address: string): boolean {
  if (isIP(address) === 0) return false;
  if (isIP(address) === 4 || lies(address, mappedIpv4)) return !lies(address, specialIpv4);
  return lies(address, globalIpv6) && !lies(address, specialIpv6);
}

/** A block list looks up an IPv4-mapped address among the IPv4 ranges too. */
function lies(address: string, list: BlockList): boolean {
  const family = isIP(address);
  // A zone index names an interface of this machine, never a public place.
  if (family === 0 || address.includes('%')) return false;
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', prefix = '', ...rest] = cidr.split('/');
    const family = isIP(network);
    if (family === 0 || !/^\d{1,3}$/.test(prefix) || rest.length > 0) throw new Error(`This is no network: ${cidr}`);
    // Throws when the prefix is too long for the family.
    list.addSubnet(network, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
