import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../core/accounts/client-network.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2/64'],
    ['::1', '0:0:0:0/64'],
    ['::', '0:0:0:0/64'],
    ['fe80::1%eth0', 'fe80:0:0:0/64'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['unknown', 'unknown'],
    ['', 'unknown'],
    ['1.2.3', 'unknown'],
  ])('%s is of %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('agrees with a parser of addresses', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.ipV4(),
          fc.ipV6().filter((text) => !text.includes('.')),
        ),
        (address) => {
          const parsed = ipaddr.process(address);
          const expected =
            parsed instanceof ipaddr.IPv4
              ? parsed.toString()
              : `${parsed.parts
                  .slice(0, 4)
                  .map((part) => part.toString(16))
                  .join(':')}/64`;
          expect(networkOf(address)).toBe(expected);
        },
      ),
    );
  });
});
