import { createHmac, randomInt } from 'node:crypto';
import type { KeyPair } from './key-pair.ts';
import { sign } from './libsignal.ts';
import { proto } from './proto.ts';
import { verifySignature } from './verify-signature.ts';

const accountPrefix = Buffer.from([6, 0]);
const devicePrefix = Buffer.from([6, 1]);

export interface IdentityRequest {
  /** The phone's identity. */
  readonly account: KeyPair;
  /** The companion's identity public key, 32 bytes. */
  readonly companion: Buffer;
  readonly keyIndex: number;
  /** Shown in the QR or agreed on by the pairing code, 32 bytes. */
  readonly advSecret: Buffer;
  readonly nowSeconds: number;
}

/**
 * The phone's statement "this companion is mine", as it goes into `pair-success`: an encoded `ADVSignedDeviceIdentityHMAC`.
 */
export function issueDeviceIdentity(request: IdentityRequest): Buffer {
  const details = Buffer.from(
    proto.ADVDeviceIdentity.encode({
      rawId: randomInt(1, 2 ** 31),
      timestamp: request.nowSeconds,
      keyIndex: request.keyIndex,
      accountType: 0,
      deviceType: 0,
    }).finish(),
  );
  const signed = Buffer.from(
    proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: request.account.publicKey,
      accountSignature: sign(request.account.privateKey, Buffer.concat([accountPrefix, details, request.companion])),
    }).finish(),
  );
  const hmac = createHmac('sha256', request.advSecret).update(signed).digest();
  return Buffer.from(proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac, accountType: 0 }).finish());
}

/**
 * Checks what the companion answered in `pair-device-sign`: both signatures must be true. Gives the identity in the form in which it
 * goes into key bundles and pre-key messages, or undefined when a signature is false.
 */
export function acceptDeviceIdentity(answer: Buffer, account: Buffer, companion: Buffer): Buffer | undefined {
  const identity = proto.ADVSignedDeviceIdentity.decode(answer);
  const { details, accountSignature, deviceSignature } = identity;
  if (!details || !accountSignature || !deviceSignature) return undefined;
  const bySelf = Buffer.concat([devicePrefix, details, companion, account]);
  const byPhone = Buffer.concat([accountPrefix, details, companion]);
  if (!verifySignature(companion, bySelf, deviceSignature)) return undefined;
  if (!verifySignature(account, byPhone, accountSignature)) return undefined;
  return Buffer.from(proto.ADVSignedDeviceIdentity.encode({ ...identity, accountSignatureKey: account }).finish());
}
