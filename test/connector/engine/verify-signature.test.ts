import { randomBytes } from 'node:crypto';
import { Curve } from '@whiskeysockets/baileys';
import { describe, expect, it } from 'vitest';
import { prepareBaileys } from '../../../connector/engine/baileys/prepare-baileys.ts';
import { verifySignature } from '../../../connector/engine/baileys/verify-signature.ts';

const samples = 40;

describe('verifySignature', () => {
  it('accepts what Baileys signed, with and without the type byte of the key', () => {
    for (let n = 0; n < samples; n++) {
      const pair = Curve.generateKeyPair();
      const message = randomBytes(n + 1);
      const signature = Curve.sign(pair.private, message);
      expect(verifySignature(pair.public, message, signature)).toBe(true);
      expect(verifySignature(Buffer.concat([Buffer.of(5), pair.public]), message, signature)).toBe(true);
    }
  });

  it('refuses another message, another key and each flipped part of a signature', () => {
    for (let n = 0; n < samples; n++) {
      const pair = Curve.generateKeyPair();
      const message = randomBytes(32);
      const signature = Buffer.from(Curve.sign(pair.private, message));
      expect(verifySignature(pair.public, randomBytes(32), signature)).toBe(false);
      expect(verifySignature(Curve.generateKeyPair().public, message, signature)).toBe(false);
      const forged = Buffer.from(signature);
      forged[n] = forged[n]! ^ 1;
      expect(verifySignature(pair.public, message, forged)).toBe(false);
      expect(verifySignature(pair.public, message, randomBytes(64))).toBe(false);
    }
  });

  it('answers false to anything that is no key or no signature', () => {
    const pair = Curve.generateKeyPair();
    expect(verifySignature(pair.public, Buffer.from('x'), Buffer.alloc(63))).toBe(false);
    expect(verifySignature(Buffer.alloc(5), Buffer.from('x'), Buffer.alloc(64))).toBe(false);
    const orderTwo = Buffer.from('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex');
    expect(verifySignature(orderTwo, Buffer.from('x'), Buffer.alloc(64))).toBe(false);
  });

  it('takes the place of the verification of Baileys, which accepts everything', () => {
    const pair = Curve.generateKeyPair();
    expect(Curve.verify(pair.public, Buffer.from('x'), randomBytes(64))).toBe(true);
    prepareBaileys(undefined);
    expect(Curve.verify(pair.public, Buffer.from('x'), randomBytes(64))).toBe(false);
  });
});
