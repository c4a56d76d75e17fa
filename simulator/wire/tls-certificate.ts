import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type X509Certificate } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';

/** What a TLS server shows; both as PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly certificate: string;
}

const tag = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, text: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 };
const names = { dns: 0x82, ip: 0x87 };
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = oid('550403');
const subjectAltName = oid('551d11');
const basicConstraints = oid('551d13');
const yearMs = 365 * 86_400_000;
const yearsValid = 10;

/**
 * A key and a certificate for it that speaks for the given host names and addresses, signed by itself, so that whoever trusts it trusts
 * this one server only. Node can read certificates but not make them, hence the few lines of DER.
 *
 * @example issueTlsIdentity(['localhost', '127.0.0.1'], Date.now()).certificate // '-----BEGIN CERTIFICATE-----…'
 */
export function issueTlsIdentity(hosts: readonly string[], nowMs: number): TlsIdentity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
  });
  const name = sequence(der(tag.set, sequence(commonName, der(tag.text, Buffer.from('WhatsApp simulator')))));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, serial),
    ecdsaWithSha256,
    name,
    sequence(time(nowMs - 86_400_000), time(nowMs + yearsValid * yearMs)),
    name,
    publicKey,
    der(
      0xa3,
      sequence(
        sequence(subjectAltName, der(tag.octets, sequence(...hosts.map(altName)))),
        sequence(basicConstraints, der(tag.octets, sequence())),
      ),
    ),
  );
  const signature = sign('sha256', body, createPrivateKey(privateKey));
  const certificate = sequence(body, ecdsaWithSha256, der(tag.bits, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey,
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** Whether a stored certificate still speaks for all hosts and will do so for a while. */
export function isUsable(certificate: X509Certificate, hosts: readonly string[], nowMs: number): boolean {
  if (Date.parse(certificate.validTo) < nowMs + yearMs) return false;
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)));
}

function altName(host: string): Buffer {
  if (isIP(host) === 0) return der(names.dns, Buffer.from(host));
  return der(names.ip, isIPv6(host) ? ipv6Bytes(host) : Buffer.from(host.split('.').map(Number)));
}

function ipv6Bytes(host: string): Buffer {
  const [left = '', right = ''] = host.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const head = words(left);
  const tail = words(right);
  const bytes = Buffer.alloc(16);
  for (const [index, word] of head.entries()) bytes.writeUInt16BE(word, 2 * index);
  for (const [index, word] of tail.entries()) bytes.writeUInt16BE(word, 16 - 2 * tail.length + 2 * index);
  return bytes;
}

function time(ms: number): Buffer {
  // The two-digit year is good until 2049.
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(tag.time, Buffer.from(digits.slice(2)));
}

function oid(hex: string): Buffer {
  return der(tag.oid, Buffer.from(hex, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(tag.sequence, ...parts);
}

function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([type, length]), content]);
  if (length < 0x1_00) return Buffer.concat([Buffer.from([type, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([type, 0x82, length >> 8, length & 0xff]), content]);
}
