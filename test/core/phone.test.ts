import fc from 'fast-check';
import examples from 'libphonenumber-js/examples.mobile.json' with { type: 'json' };
import { getCountries, getExampleNumber } from 'libphonenumber-js/min';
import { describe, expect, it } from 'vitest';
import { parsePhone } from '../../core/phone.ts';

describe('phone numbers', () => {
  it('reads the international writing of every country as libphonenumber does', () => {
    const read = getCountries().map((country) => {
      const number = getExampleNumber(country, examples as never);
      const digits = number?.number.slice(1);
      return { country, digits, read: number && [parsePhone(number.formatInternational()), parsePhone(number.number)] };
    });
    expect(read.length).toBeGreaterThan(200);
    for (const { country, digits, read: both } of read) expect(both, country).toEqual([digits, digits]);
  });

  it.each([
    ['+49 (0)151 234-5678', '491512345678'],
    ['0049 151/2345678', '491512345678'],
    ['(+49) 151.2345678', '491512345678'],
    ['491512345678', '491512345678'],
    ['\u202a+1\u00a0202\u2011555\u20110123\u202c', '12025550123'],
    ['\uff0b12025550123', '12025550123'],
    ['+39 06 1234 5678', '390612345678'],
  ])('reads %j', (text, digits) => {
    expect(parsePhone(text)).toBe(digits);
  });

  it.each([
    '',
    '+',
    '0151 2345678',
    '123456',
    '+1234567890123456',
    '+49151x',
    'tel:+4915123',
    '1-800-FLOWERS',
    '++49151234567',
    '12 or 34567890',
  ])('refuses %j', (text) => {
    expect(parsePhone(text)).toBeUndefined();
  });

  it('gives nothing but E.164 digits, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'+0123456789 -()/.x\u00a0'), maxLength: 30 }), (text) => {
        expect(parsePhone(text) ?? '1234567').toMatch(/^[1-9]\d{6,14}$/);
      }),
    );
  });
});
