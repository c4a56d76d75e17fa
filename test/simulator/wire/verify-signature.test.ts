import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { generateKeyPair, withKeyType } from '../../../simulator/wire/key-pair.ts';
import { sign } from '../../../simulator/wire/libsignal.ts';
import { verifySignature } from '../../../simulator/wire/verify-signature.ts';

it('accepts true signatures under keys of 32 and 33 bytes, and refuses every forgery', () => {
  for (let round = 0; round < 20; round++) {
    const { publicKey, privateKey } = generateKeyPair();
    const message = randomBytes(round * 7);
    const signature = sign(privateKey, message);
    expect(verifySignature(publicKey, message, signature)).toBe(true);
    expect(verifySignature(withKeyType(publicKey), message, signature)).toBe(true);
    const altered = Buffer.from(signature);
    altered[round] = (altered[round] ?? 0) ^ 1;
    expect(verifySignature(publicKey, message, altered)).toBe(false);
    expect(verifySignature(publicKey, Buffer.concat([message, Buffer.from([1])]), signature)).toBe(false);
    expect(verifySignature(generateKeyPair().publicKey, message, signature)).toBe(false);
  }
});

it('refuses garbage of any length', () => {
  const { publicKey } = generateKeyPair();
  expect(verifySignature(publicKey, Buffer.from('x'), randomBytes(64))).toBe(false);
  expect(verifySignature(publicKey, Buffer.from('x'), randomBytes(63))).toBe(false);
  expect(verifySignature(publicKey.subarray(1), Buffer.from('x'), randomBytes(64))).toBe(false);
  const minusOne = Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex');
  expect(verifySignature(minusOne, Buffer.from('x'), randomBytes(64))).toBe(false);
});
