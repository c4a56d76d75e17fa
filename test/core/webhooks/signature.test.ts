import { createPublicKey, verify as verifyBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { newWebhookKeyPair, newWebhookSecret } from '../../../core/webhooks/secret.ts';
import { signWebhook } from '../../../core/webhooks/signature.ts';

const bodies: Readonly<Record<string, string>> = {
  plain: '{"type":"message.received"}',
  emoji: '{"text":"👩‍👩‍👧‍👦 ok"}',
  'line separators': '{"text":"a\u2028b\u2029c"}',
  'a number beyond 2^53': '{"n":9007199254740993123456789}',
  '200 kB': JSON.stringify({ text: 'é'.repeat(100_000) }),
  empty: '',
};

function headers(body: string, secrets: readonly string[], timestampSeconds = Math.floor(Date.now() / 1_000)) {
  const id = 'evt_0123456789abcdef';
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signWebhook({ id, timestampSeconds, body: Buffer.from(body), secrets }),
  };
}

function verify(secret: string, body: string, signed: Record<string, string>): void {
  // The package parses what it verified; an empty body is not JSON, so only a wrong signature counts as a failure here.
  try {
    new Webhook(secret).verify(body, signed);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}

describe('signWebhook', () => {
  it.each(Object.entries(bodies))('verifies with standardwebhooks: %s', (_name, body) => {
    const secret = newWebhookSecret();
    expect(() => verify(secret, body, headers(body, [secret]))).not.toThrow();
    expect(() => verify(secret, `${body} `, headers(body, [secret]))).toThrow();
    expect(() => verify(newWebhookSecret(), body, headers(body, [secret]))).toThrow();
  });

  it('verifies with each of several secrets while a rotation overlaps', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()];
    const signed = headers('{}', secrets);
    expect(signed['webhook-signature'].split(' ')).toHaveLength(3);
    for (const secret of secrets) expect(() => verify(secret, '{}', signed)).not.toThrow();
  });

  it('gives what the reference implementation gives', () => {
    const secret = newWebhookSecret();
    const at = new Date(1_795_392_000_000);
    const expected = new Webhook(secret).sign('evt_1', at, '{"a":1}');
    expect(
      signWebhook({
        id: 'evt_1',
        timestampSeconds: at.getTime() / 1_000,
        body: Buffer.from('{"a":1}'),
        secrets: [secret],
      }),
    ).toBe(expected);
  });

  it('does not sign without a secret or with something that is none', () => {
    const input = { id: 'evt_1', timestampSeconds: 1, body: Buffer.from('') };
    expect(() => signWebhook({ ...input, secrets: [] })).toThrow();
    expect(() => signWebhook({ ...input, secrets: ['plain'] })).toThrow();
  });

  it('makes secrets of 32 bytes that differ', () => {
    const secrets = new Set(Array.from({ length: 100 }, newWebhookSecret));
    expect(secrets.size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  });

  /** As a receiver does that has nothing but the public key. */
  function verifyEd25519(publicKey: string, body: string, signed: Record<string, string>): boolean {
    const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const content = `${signed['webhook-id']}.${signed['webhook-timestamp']}.${body}`;
    const signatures = (signed['webhook-signature'] ?? '').split(' ').filter((one) => one.startsWith('v1a,'));
    return signatures.some((one) => verifyBytes(null, Buffer.from(content), key, Buffer.from(one.slice(4), 'base64')));
  }

  it.each(Object.entries(bodies))('signs as v1a what the public key verifies: %s', (_name, body) => {
    const { signingKey, publicKey } = newWebhookKeyPair();
    expect(verifyEd25519(publicKey, body, headers(body, [signingKey]))).toBe(true);
    expect(verifyEd25519(publicKey, `${body} `, headers(body, [signingKey]))).toBe(false);
    expect(verifyEd25519(newWebhookKeyPair().publicKey, body, headers(body, [signingKey]))).toBe(false);
  });

  it('signs both ways at once, and each receiver finds its own', () => {
    const secret = newWebhookSecret();
    const { signingKey, publicKey } = newWebhookKeyPair();
    const signed = headers('{"a":1}', [secret, signingKey]);
    expect(() => verify(secret, '{"a":1}', signed)).not.toThrow();
    expect(verifyEd25519(publicKey, '{"a":1}', signed)).toBe(true);
  });

  it('writes a signing key as its seed and its public half', () => {
    const { signingKey, publicKey } = newWebhookKeyPair();
    const bytes = Buffer.from(signingKey.replace('whsk_', ''), 'base64');
    expect(bytes).toHaveLength(64);
    expect(`whpk_${bytes.subarray(32).toString('base64')}`).toBe(publicKey);
  });
});
