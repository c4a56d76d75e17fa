import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newApiKey, parseApiKey } from '../../../core/accounts/api-key.ts';

describe('API keys', () => {
  it('has the form that scanners know, and a hash that does not give it away', () => {
    const made = newApiKey('session');
    expect(made.key).toMatch(/^wharf_sk_[0-9A-Za-z]{38}$/);
    expect(made.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(made.lastFour).toBe(made.key.slice(-4));
    expect(parseApiKey(made.key)).toEqual({ kind: 'session', hash: made.hash });
  });

  it('never makes the same key twice, and uses every letter about as often as any other', () => {
    const keys = Array.from({ length: 2_000 }, () => newApiKey('account').key.slice(9, 41));
    expect(new Set(keys).size).toBe(keys.length);
    const counts = new Map<string, number>();
    for (const letter of keys.join('')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 64,000 letters, about 1,032 of each: a standard deviation of 32, and a bias of modulo 256 would be 25 %.
    for (const count of counts.values()) expect(Math.abs(count - 1_032)).toBeLessThan(200);
  });

  it('refuses a key in which any one character was changed', () => {
    const alphabet = 'wharf_sk0123456789ABCDEFXYZz-';
    fc.assert(
      fc.property(
        fc.constantFrom('account' as const, 'session' as const),
        fc.nat(46),
        fc.constantFrom(...alphabet),
        (kind, place, letter) => {
          const { key } = newApiKey(kind);
          const altered = key.slice(0, place) + letter + key.slice(place + 1);
          expect(parseApiKey(altered) === undefined).toBe(altered !== key);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('refuses any other text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => parseApiKey(text) === undefined));
    const { key } = newApiKey('account');
    for (const text of ['', 'wharf_ak_', `${key} `, ` ${key}`, `${key}\n`, key.toUpperCase(), key.slice(1)]) {
      expect(parseApiKey(text)).toBeUndefined();
    }
  });
});
