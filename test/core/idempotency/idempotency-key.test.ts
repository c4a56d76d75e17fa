import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdempotencyKey, requestFingerprint } from '../../../core/idempotency/index.ts';

describe('parseIdempotencyKey', () => {
  it('takes the quoted and the bare spelling as one key', () => {
    expect(parseIdempotencyKey('"8e03978e-40d5"')).toBe('8e03978e-40d5');
    expect(parseIdempotencyKey(' 8e03978e-40d5 ')).toBe('8e03978e-40d5');
  });

  it.each([[''], ['""'], ['"'], ['a b'], ['a"b'], ['a\\b'], ['schlüssel'], ['a\nb'], ['x'.repeat(256)]])(
    'refuses %j',
    (header) => {
      expect(() => parseIdempotencyKey(header)).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_KEY_INVALID' }));
    },
  );

  it('either refuses a header or gives a key that it takes again', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        let key: string;
        try {
          key = parseIdempotencyKey(header);
        } catch {
          return;
        }
        expect(parseIdempotencyKey(key)).toBe(key);
        expect(parseIdempotencyKey(`"${key}"`)).toBe(key);
      }),
    );
  });
});

describe('requestFingerprint', () => {
  const fingerprint = (body: unknown) => requestFingerprint({ method: 'POST', path: '/sessions', body });

  it('does not depend on the order of members', () => {
    expect(fingerprint({ a: 1, b: { c: 2, d: 3 } })).toBe(fingerprint({ b: { d: 3, c: 2 }, a: 1 }));
  });

  it('depends on method, path, values and the order of lists', () => {
    const base = requestFingerprint({ method: 'POST', path: '/a', body: { list: [1, 2] } });
    const others = [
      { method: 'PUT', path: '/a', body: { list: [1, 2] } },
      { method: 'POST', path: '/b', body: { list: [1, 2] } },
      { method: 'POST', path: '/a', body: { list: [2, 1] } },
      { method: 'POST', path: '/a', body: { list: ['1', 2] } },
      { method: 'POST', path: '/a', body: undefined },
    ];
    expect(new Set([base, ...others.map(requestFingerprint)]).size).toBe(6);
  });

  it('is equal for equal bodies, and only for them', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const copy = JSON.parse(JSON.stringify(a));
        expect(fingerprint(copy)).toBe(fingerprint(a));
        let same = true;
        try {
          expect(JSON.parse(JSON.stringify(b))).toEqual(copy);
        } catch {
          same = false;
        }
        expect(fingerprint(a) === fingerprint(b)).toBe(same);
      }),
    );
  });
});
