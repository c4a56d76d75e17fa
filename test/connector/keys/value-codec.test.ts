import { initAuthCreds, proto } from '@whiskeysockets/baileys';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKnownItems } from '../../../connector/keys/known-items.ts';
import { decodeValue, encodeValue } from '../../../connector/keys/value-codec.ts';

describe('value codec', () => {
  it('brings plain data with bytes back', () => {
    const bytes = fc.uint8Array().map((array) => Buffer.from(array));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        bytes,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (some) => {
        expect(decodeValue(encodeValue(some))).toEqual(some);
      }),
    );
  });

  it('keeps the bytes of credentials and of protobuf objects, whose own JSON is text', () => {
    const creds = {
      ...initAuthCreds(),
      account: proto.ADVSignedDeviceIdentity.fromObject({ details: Buffer.from([1, 2]) }),
    };
    const back = decodeValue(encodeValue(creds)) as typeof creds;
    expect(back.noiseKey).toEqual(creds.noiseKey);
    expect(Buffer.isBuffer(back.account.details)).toBe(true);
    expect(back.account.details).toEqual(Buffer.from([1, 2]));
  });

  it('refuses what it did not write', () => {
    expect(() => decodeValue(Buffer.of(9, 1))).toThrow(/unknown encoding/);
  });
});

describe('known items', () => {
  it('stays below its bound and drops what was not used for longest', () => {
    const known = createKnownItems(1_000);
    const item = { rev: 1, encoded: Buffer.alloc(200) };
    known.set('a', item);
    known.set('b', item);
    known.set('c', item);
    known.get('a');
    known.set('d', item);
    expect(known.bytes).toBeLessThanOrEqual(1_000);
    expect([...'abcd'].filter((name) => known.get(name) !== undefined)).toEqual(['a', 'c', 'd']);
    for (let n = 0; n < 100; n++) known.set(String(n), item);
    expect(known.bytes).toBeLessThanOrEqual(1_000);
  });

  it('remembers that there is no item', () => {
    const known = createKnownItems(1_000);
    known.set('a', { rev: undefined, encoded: undefined });
    expect(known.get('a')).toEqual({ rev: undefined, encoded: undefined });
    known.delete('a');
    expect(known.get('a')).toBeUndefined();
    expect(known.bytes).toBe(0);
  });
});
