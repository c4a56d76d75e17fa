import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { issueTlsIdentity, isUsable } from '../../../simulator/wire/tls-certificate.ts';

const now = Date.parse('2026-11-22T00:00:00Z');
const year = 365 * 86_400_000;

it('speaks for its hosts, for ten years, and for nobody else', () => {
  const { certificate } = issueTlsIdentity(['localhost', 'simulator.example', '127.0.0.1', '::1', 'fe80::1:2'], now);
  const parsed = new X509Certificate(certificate);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(parsed.ca).toBe(false);
  expect(parsed.checkHost('simulator.example')).toBe('simulator.example');
  expect(parsed.checkIP('fe80:0:0:0:0:0:1:2')).toBeDefined();
  expect(isUsable(parsed, ['localhost', '127.0.0.1', '::1'], now)).toBe(true);
  expect(isUsable(parsed, ['elsewhere.example'], now)).toBe(false);
  expect(isUsable(parsed, ['10.0.0.1'], now)).toBe(false);
  expect(isUsable(parsed, ['localhost'], now + 9.5 * year)).toBe(false);
});
