import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../../../../core/webhooks/guard/address-policy.ts';

const policy = createAddressPolicy([]);
const globalUnicastIpv6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** The rule in the words of a library that knows IANA's registries. */
function isPublicByLibrary(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(globalUnicastIpv6);
}

function ipv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

describe('the rule for addresses', () => {
  it('agrees with ipaddr.js on any IPv4 address, also in its IPv4-mapped form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        const address = ipv4(value);
        expect(policy.isAllowed(address), address).toBe(isPublicByLibrary(address));
        expect(policy.isAllowed(`::ffff:${address}`), address).toBe(isPublicByLibrary(address));
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees with ipaddr.js at both edges of each /16 and at each /24 of the special blocks', () => {
    for (let high = 0; high <= 0xffff; high++) {
      for (const low of [0, 0xffff]) {
        const address = ipv4(high * 0x10000 + low);
        if (policy.isAllowed(address) !== isPublicByLibrary(address)) expect.unreachable(address);
      }
    }
    for (const block of ['192.0', '192.31', '192.52', '192.88', '192.175', '198.51', '203.0']) {
      for (let third = 0; third < 256; third++) {
        const address = `${block}.${third}.1`;
        expect(policy.isAllowed(address), address).toBe(isPublicByLibrary(address));
      }
    }
  });

  it('agrees with ipaddr.js on any IPv6 address, most of all in the block that is given out', () => {
    const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 7, maxLength: 7 });
    const firsts = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0x2000, 0x2001, 0x2002, 0x2620, 0x3ffe, 0x3fff, 0x4000, 0x64, 0xfc00, 0xfe80, 0xff02),
    );
    const seconds = fc.option(fc.constantFrom(0, 1, 2, 3, 4, 0x10, 0x1f, 0x20, 0x2f, 0x30, 0x1ff, 0x200, 0xdb8, 0x4f), {
      nil: undefined,
    });
    fc.assert(
      fc.property(firsts, seconds, groups, (first, second, rest) => {
        const parts = [first, second ?? rest[0], ...rest.slice(1)];
        const address = parts.map((part) => Number(part).toString(16)).join(':');
        expect(policy.isAllowed(address), address).toBe(isPublicByLibrary(address));
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    '',
    'localhost',
    '0x7f.1',
    '2130706433',
    '127.1',
    '1.1.1.1/32',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    '1.1.1.1 ',
  ])('refuses %j, which is no plain address', (text) => {
    expect(policy.isAllowed(text)).toBe(false);
    expect(createAddressPolicy(['0.0.0.0/0', '::/0']).isExempt(text)).toBe(false);
  });

  it('lets through what the operator names, also in its IPv4-mapped form', () => {
    const { isExempt, isAllowed } = createAddressPolicy(['127.0.0.0/8', 'fd00::/8']);
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', 'fd12::1']) {
      expect([isExempt(address), isAllowed(address)]).toEqual([true, true]);
    }
    for (const address of ['10.0.0.1', '::1', 'fe80::1']) expect(isAllowed(address)).toBe(false);
  });

  it.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '::/129', 'x/8', '10.0.0.0/8/8', '10.0.0.0/-1'])(
    'does not start with %j',
    (cidr) => {
      expect(() => createAddressPolicy([cidr])).toThrow();
    },
  );
});
