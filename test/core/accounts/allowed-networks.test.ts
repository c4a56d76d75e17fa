import { describe, expect, it } from 'vitest';
import { isAllowedAddress, isCidr } from '../../../core/accounts/allowed-networks.ts';

describe('networks of a key', () => {
  it.each(['0.0.0.0/0', '203.0.113.0/24', '203.0.113.7', '2001:db8::/32', '::1'])('%s is a network', (text) => {
    expect(isCidr(text)).toBe(true);
  });

  it.each([
    '',
    'example.com',
    '203.0.113.0/33',
    '203.0.113/24',
    '203.0.113.0/',
    '203.0.113.0/-1',
    '203.0.113.0/24/8',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    '010.0.0.1/8',
  ])('%j is none', (text) => {
    expect(isCidr(text)).toBe(false);
  });

  it('holds exactly the addresses of its networks', () => {
    const cidrs = ['203.0.113.0/30', '2001:db8::/48', '198.51.100.7'];
    const inside = ['203.0.113.0', '203.0.113.3', '2001:db8:0:ffff::1', '198.51.100.7'];
    const outside = ['203.0.113.4', '2001:db8:1::1', '198.51.100.8', '::ffff:198.51.100.8', 'unknown', ''];
    expect(inside.filter((address) => !isAllowedAddress(address, cidrs))).toEqual([]);
    expect(outside.filter((address) => isAllowedAddress(address, cidrs))).toEqual([]);
    expect(isAllowedAddress('203.0.113.1', [])).toBe(false);
  });
});
