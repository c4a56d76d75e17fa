import ipaddr from 'ipaddr.js';

/** Ranges that may be reached although the public rule forbids them: the operator's own exception, empty on AWS. */
export type AllowedCidrs = readonly string[];

export interface AddressPolicy {
  /** Whether the address lies in one of the operator's exceptions. */
  isExempt(address: string): boolean;
  /** Whether a connection to the address is allowed at all. Anything that does not parse as an address is not. */
  isAllowed(address: string): boolean;
}

/**
 * IANA gives out global unicast IPv6 from this block only. Without it `::127.0.0.1` (the deprecated IPv4-compatible form) would pass:
 * ipaddr.js calls it unicast.
 */
const globalUnicastIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * The rule of the guard: an address is allowed when it is public unicast after an IPv4-mapped form is unwrapped, or when the operator
 * exempted its range. Throws when a range does not parse, so that a typo stops the start instead of weakening the rule.
 *
 * @example createAddressPolicy(['127.0.0.1/32']).isAllowed('10.0.0.1') // false
 */
export function createAddressPolicy(allowedCidrs: AllowedCidrs): AddressPolicy {
  const exempt = allowedCidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  const isExempt = (address: string): boolean => {
    const parsed = parseAddress(address);
    return (
      parsed !== undefined &&
      exempt.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits))
    );
  };
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
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicastIpv6);
}

function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // A zone index names an interface of this machine, never a public place.
  if (address.includes('%') || !ipaddr.isValid(address)) return undefined;
  return ipaddr.process(address);
}
