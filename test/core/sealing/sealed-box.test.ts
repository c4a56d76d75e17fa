import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBox, sealBox } from '../../../core/sealing/sealed-box.ts';

const key = randomBytes(32);

describe('sealed box', () => {
  it('opens what it sealed, with the same key and context', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (plaintext, context) => {
        expect(Buffer.from(openBox(key, sealBox(key, plaintext, context), context))).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it('refuses a changed byte, another context and another key', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (plaintext, at, flip) => {
          const sealed = Buffer.from(sealBox(key, plaintext, 'place'));
          const position = at % sealed.length;
          sealed[position] = (sealed[position] ?? 0) ^ flip;
          expect(() => openBox(key, sealed, 'place')).toThrow();
        },
      ),
    );
    const sealed = sealBox(key, Buffer.from('secret'), 'place');
    expect(() => openBox(key, sealed, 'other place')).toThrow();
    expect(() => openBox(randomBytes(32), sealed, 'place')).toThrow();
  });

  it('never gives the same bytes twice', () => {
    expect(sealBox(key, Buffer.from('x'), 'c')).not.toEqual(sealBox(key, Buffer.from('x'), 'c'));
  });
});
