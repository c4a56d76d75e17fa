import { isIP } from 'node:net';

/**
 * The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address, of which one subscriber has all. Text that is
 * no address is a client of its own.
 *
 * @example networkOf('2001:db8::1') // '2001:db8:0:0/64'
 */
export function networkOf(address: string): string {
  const family = isIP(address);
  if (family === 4) return address;
  if (family === 0) return 'unknown';
  // The parser of URLs spells every IPv6 address the same way, in hexadecimal; a zone names an interface of one machine only.
  const spelled = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1);
  const [head = '', tail] = spelled.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = [...groups, ...Array.from({ length: 8 - groups.length - after.length }, () => '0'), ...after];
  const mapped = all.slice(0, 6).join(':') === '0:0:0:0:0:ffff' ? all.slice(6) : undefined;
  return mapped === undefined ? `${all.slice(0, 4).join(':')}/64` : dottedDecimal(mapped);
}

function dottedDecimal(groups: readonly string[]): string {
  const bytes = groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join('.');
}
